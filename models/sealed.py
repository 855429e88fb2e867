"""What must not be read at rest: AES-256-GCM, bound to its table, row and field.

A column that holds such a thing is named `<field>_sealed`, and its table has a `uid`: so all of them are found.
"""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Table, or_, select, update
from sqlalchemy.orm import Session

from models.base import Base

AT_ONCE = 100  # rows sealed anew in one write, so that nobody waits for long


def seal(keys: Sequence[bytes], text: str, *, table: str, uid: str, field: str) -> bytes:
    """Encrypt `text` for one field of one row with the first key: a nonce of 12 bytes, then ciphertext and tag."""
    nonce = os.urandom(12)
    return nonce + AESGCM(keys[0]).encrypt(nonce, text.encode(), f"{table}|{uid}|{field}".encode())


def unseal(keys: Sequence[bytes], sealed: bytes, *, table: str, uid: str, field: str) -> str:
    """The text again, by whichever key it was sealed with. cryptography's InvalidTag if the keys, the row or a byte is another."""
    for key in keys:
        try:
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], f"{table}|{uid}|{field}".encode()).decode()
        except InvalidTag:
            continue
    raise InvalidTag


def sealed_fields() -> dict[Table, list[str]]:
    """Every table that holds something sealed, with the names of the fields."""
    found = {
        table: [column.name.removesuffix("_sealed") for column in table.columns if column.name.endswith("_sealed")]
        for table in Base.metadata.sorted_tables
    }
    return {table: fields for table, fields in found.items() if fields}


def seal_anew(session: Session, keys: Sequence[bytes], table: Table, after: int) -> int | None:
    """Seal the next rows behind the id `after` with the first key, inside a write; returns the last id, None at the end."""
    columns = {field: table.c[f"{field}_sealed"] for field in sealed_fields()[table]}
    some = or_(*(column.is_not(None) for column in columns.values()))
    query = select(table.c.id, table.c.uid, *columns.values()).where(table.c.id > after, some).order_by(table.c.id)
    rows = session.execute(query.limit(AT_ONCE).with_for_update()).all()
    for row in rows:
        place = {"table": table.name, "uid": row.uid}
        again = {
            column.name: seal(keys, unseal(keys, old, **place, field=field), **place, field=field)
            for field, column in columns.items()
            if (old := getattr(row, column.name)) and not _opens(keys[0], old, **place, field=field)
        }
        if again:
            session.execute(update(table).where(table.c.id == row.id).values(again))
    return rows[-1].id if rows else None


def _opens(key: bytes, sealed: bytes, **place) -> bool:
    try:
        unseal([key], sealed, **place)
    except InvalidTag:
        return False
    return True
