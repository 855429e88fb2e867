"""The app's secrets: from the environment, else from files of mode 0600 in the private data folder."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """secret signs cookies, card computes codes (and never changes), audit chains the log, contact seals."""

    secret: bytes
    card: bytes
    audit: bytes
    contact: bytes

    @classmethod
    def load(cls, folder: Path, given: dict[str, str]) -> "Keys":
        """Take each key from `given` (hex for all but the secret), else from its file, which is made when missing."""
        return cls(
            secret=given["SECRET_KEY"].encode() if given.get("SECRET_KEY") else _kept(folder / "secret.key"),
            **{
                name: bytes.fromhex(given[f"{name.upper()}_KEY"])
                if given.get(f"{name.upper()}_KEY")
                else _kept(folder / f"{name}.key")
                for name in ("card", "audit", "contact")
            },
        )


def _kept(path: Path) -> bytes:
    """The 32 bytes in `path`. Made whole under another name first: a reader never sees half a key, and the first maker wins."""
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return bytes.fromhex(path.read_text())
