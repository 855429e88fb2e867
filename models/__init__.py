"""What is true: tables and rules. Knows no Flask and no HTML, and never commits."""
