"""The app's secrets: from the environment, else from files of mode 0600 in the private data folder."""

import fcntl
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """secret signs cookies, card computes codes (and never changes), audit chains the log, contact seals."""

    secret: bytes
    card: bytes
    audit: bytes
    folder: Path
    contact_given: str | None

    @classmethod
    def load(cls, folder: Path, given: dict[str, str]) -> "Keys":
        """Take each key from `given` (hex for all but the secret), else from its file, which is made when missing."""
        if not given.get("CONTACT_KEY"):
            _kept(folder / "contact.key")
        return cls(
            secret=given["SECRET_KEY"].encode() if given.get("SECRET_KEY") else _kept(folder / "secret.key"),
            card=bytes.fromhex(given["CARD_KEY"]) if given.get("CARD_KEY") else _kept(folder / "card.key"),
            audit=bytes.fromhex(given["AUDIT_KEY"]) if given.get("AUDIT_KEY") else _kept(folder / "audit.key"),
            folder=folder,
            contact_given=given.get("CONTACT_KEY") or None,
        )

    @property
    def contact(self) -> list[bytes]:
        """The contact keys, the one to seal with first. Read anew each time: another process may have added one."""
        text = self.contact_given.replace(",", " ") if self.contact_given else (self.folder / "contact.key").read_text()
        return [bytes.fromhex(key) for key in text.split()]

    @property
    def phone(self) -> bytes:
        """Hashes the number that a text went to, so that a reply finds it. Of the audit key, which all machines share."""
        return hmac.digest(self.audit, b"the number of a text", "sha256")

    @property
    def visit(self) -> bytes:
        """Computes the digits that are shown at a door. Of the card key, which never changes and all machines share."""
        return hmac.digest(self.card, b"a visit at the door", "sha256")

    @contextmanager
    def rotating(self) -> Iterator[None]:
        """Put a new contact key in front; at the end only it and the one before it stay, for what was under way.

        One rotation at a time. Not for keys given in the environment: those are the operator's to change.
        """
        with os.fdopen(os.open(self.folder / "contact.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._keep([secrets.token_bytes(32), *self.contact])
            yield
            self._keep(self.contact[:2])

    def _keep(self, keys: list[bytes]) -> None:
        draft = _draft(self.folder / "contact.key", "\n".join(key.hex() for key in keys))
        draft.replace(self.folder / "contact.key")
        _settle(self.folder)


def _draft(path: Path, text: str) -> Path:
    """The text under another name, safely on the disk: a reader never sees half a key."""
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _settle(folder: Path) -> None:
    """Have the names in the folder on the disk, before anything is sealed with a new key."""
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


def _kept(path: Path) -> bytes:
    """The 32 bytes in `path`, made when missing; the first maker wins."""
    if not path.exists():
        draft = _draft(path, secrets.token_hex(32))
        try:
            os.link(draft, path)
            _settle(path.parent)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return bytes.fromhex(path.read_text().split()[0])
