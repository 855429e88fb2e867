"""What must not be read at rest: AES-256-GCM, bound to its table, row and field."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def seal(key: bytes, text: str, *, table: str, uid: str, field: str) -> bytes:
    """Encrypt `text` for one field of one row: a nonce of 12 bytes, then the ciphertext with its tag."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), f"{table}|{uid}|{field}".encode())


def unseal(key: bytes, sealed: bytes, *, table: str, uid: str, field: str) -> str:
    """The text again. cryptography's InvalidTag if the key, the row or a byte is another."""
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], f"{table}|{uid}|{field}".encode()).decode()
