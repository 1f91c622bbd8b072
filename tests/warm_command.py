"""``funnelscript`` for pages on which dozens of commands stand: a process that has loaded it all forks for each.

What is told is what commands print. How one starts, and what it loads, is told where it is a process of its own.
"""

import importlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parent.parent
MAX_ORDER_BYTES = 1 << 20
LOADED = (
    *("bindings.registry", "rich.console", "rich.table", "rich.text", "runtime.dry_run.plan", "runtime.runtime"),
    *("runtime.tape.model", "storage.opening", "storage.sqlite.store", "workers.embedded", "workers.worker"),
)
"""What commands load when they are at work, beside their own modules."""

CLIENT = f"""#!{sys.executable} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(os.path.join(os.path.dirname(os.path.abspath(__file__)), "socket"))
    order = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [order], [0, 1, 2])
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(10) or 70))
"""
"""Has its command done by the server, with its own streams, and ends as it does."""


@contextmanager
def warm_command(folder: Path) -> Iterator[Path]:
    """The folder in which a ``funnelscript`` lies that is quick, as long as the block lasts."""
    program = folder / "funnelscript"
    program.write_text(CLIENT)
    program.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.warm_command", str(folder / "socket")], cwd=ROOT, stdout=subprocess.PIPE
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield folder
        finally:
            server.terminate()


def main(path: str) -> None:
    """Take orders until SIGTERM."""
    from runtime.cli.app import COMMANDS

    for name in (*LOADED, *(f"runtime.cli.{known.module}" for known in COMMANDS.values())):
        importlib.import_module(name)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            client, _ = listener.accept()
            with suppress(ChildProcessError):  # there is none
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            if os.fork() == 0:
                listener.close()
                _attend(client)
            client.close()


def _attend(client: socket.socket) -> NoReturn:
    """Have one order done by another process, and say how it ended."""
    order, streams, _, _ = socket.recv_fds(client, MAX_ORDER_BYTES, 3)
    while more := client.recv(MAX_ORDER_BYTES):
        order += more
    process_id = os.fork()
    if process_id == 0:
        client.close()
        arguments, folder, environment = json.loads(order)
        _do(arguments, folder, environment, streams)
    status = os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1])
    client.sendall(str(status).encode())
    os._exit(0)


def _do(arguments: list[str], folder: str, environment: dict[str, str], streams: list[int]) -> NoReturn:
    """The command, as the installed program does it."""
    from runtime.cli import main as command

    for number, (name, stream) in enumerate(zip(("stdin", "stdout", "stderr"), streams, strict=True)):
        os.dup2(stream, number)
        os.close(stream)
        setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    status = command(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1])
