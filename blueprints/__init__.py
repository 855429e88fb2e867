"""What is seen: one room per subject; no room imports another."""
