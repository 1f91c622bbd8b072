"""Files that others may name, within a folder: none beside it, wherever links lead, and none larger than is wanted.

By ``os.path`` and without a buffer: each request asks, and ``pathlib`` takes twice as long.
"""

import os
from pathlib import Path


def prefix_of(folder: Path) -> str:
    """How the paths of all files of a folder begin, with every link followed."""
    return f"{folder.resolve() / '_'}"[:-1]


def is_file_below(file: Path, prefix: str) -> bool:
    """Whether it is a file, and below the folder of that prefix also when every link is followed."""
    try:
        return file.is_file() and os.path.realpath(file, strict=True).startswith(prefix)
    except OSError:  # a loop of links, or a file that is gone meanwhile
        return False


def read_up_to(file: Path, max_bytes: int) -> bytes | None:
    """What is in a file, None where that is more. Raises ``OSError``.

    Its size is asked first: to read up to the most that there may be takes room for that, and gives it back, each time.
    """
    with file.open("rb", buffering=0) as stream:
        if os.fstat(stream.fileno()).st_size > max_bytes:
            return None
        data = stream.read()
    return data if len(data) <= max_bytes else None
