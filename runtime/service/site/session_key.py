"""The key that signs visitors' sessions: of a setting, or made once and kept beside the store."""

import os
import secrets
import stat
from pathlib import Path

from workers.embedded import directory_beside

KEY_BYTES = 32
ENDING = ".session-key"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyUnsafe(Exception):
    """Others can read the key, or it is none."""


def key_beside(store_url: str) -> str:
    """The key of a store, made where there is none; one for this process alone where the store is private.

    Raises ``KeyUnsafe``, ``OSError``.
    """
    directory = directory_beside(store_url)
    if directory is None:
        return secrets.token_hex(KEY_BYTES)
    file = directory.with_suffix(ENDING)
    if not file.exists():
        _make(file)
    return _read(file)


def _make(file: Path) -> None:
    """Whole or not at all, also when two processes start at once."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(KEY_BYTES))
        if not file.exists():
            os.link(draft, file)
    except FileExistsError:
        pass  # the other process was quicker: its key is the key
    finally:
        draft.unlink()


def _read(file: Path) -> str:
    with file.open() as stream:
        if os.fstat(stream.fileno()).st_mode & _OTHERS:
            raise KeyUnsafe(f"{file}: others can read the key that signs sessions; chmod 600 it")
        key = stream.read().strip()
    if len(key) < KEY_BYTES:
        raise KeyUnsafe(f"{file}: is no key; remove it, and a new one is made")
    return key
