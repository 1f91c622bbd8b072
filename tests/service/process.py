"""``funnelscript serve`` as a process."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

PATIENCE_SECONDS = 60
"""For what a machine that is busy otherwise has to do; what is tested is that it is done, never how soon."""
COMMAND = str(Path(sys.executable).with_name("funnelscript"))


class Served(NamedTuple):
    """A server that listens; its log is written to a file."""

    process: subprocess.Popen[str]
    port: int
    log: Path


@contextmanager
def served(folder: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """A server in a folder, on a free port, which is ended with the block."""
    log = folder / "serve.log"
    command = [COMMAND, "serve", "--port", "0", *arguments]
    with (
        log.open("w") as stream,
        subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=stream, text=True, env={**os.environ, **environment}
        ) as process,
    ):
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            assert said.startswith("funnelscript serves on http://127.0.0.1:"), log.read_text()
            yield Served(process, int(said.rpartition(":")[2]), log)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def get(url: str, **headers: str) -> httpx.Response:
    """What is at a URL."""
    return httpx.get(url, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for what another process is about to do."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
