"""The embedded server: its data outlives it, it does not outlive its maker, and one directory has one at a time."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from workers.connections import connect
from workers.embedded import EmbeddedQueue, directory_beside
from workers.server import EmbeddedServer, ServerFailed

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from workers.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
print(server.process_id, flush=True)
sys.stdin.read()
"""


def get(server: EmbeddedServer, name: str) -> Any:
    with connect(server.url) as client:
        return client.get(name)


@pytest.mark.parametrize("end", ["closed", "killed"])
def test_its_data_outlives_it(tmp_path: Path, end: str) -> None:
    first = EmbeddedServer(tmp_path / "q")
    with connect(first.url) as client:
        client.set("kept", "yes")
    if end == "killed":
        os.kill(first.process_id, signal.SIGKILL)
    first.close()
    with EmbeddedServer(tmp_path / "q") as second:
        assert get(second, "kept") == b"yes"


def test_it_ends_with_its_maker(tmp_path: Path) -> None:
    """Even one that is killed, and cannot say goodbye."""
    maker = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "q")], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert maker.stdout is not None
    server = psutil.Process(int(maker.stdout.readline()))
    assert server.name() == "valkey-server"
    maker.kill()
    maker.communicate()
    _, alive = psutil.wait_procs([server], timeout=30)
    assert alive == []
    with EmbeddedServer(tmp_path / "q") as another:
        assert get(another, "anything") is None


def test_two_of_one_directory_take_turns(tmp_path: Path) -> None:
    first = EmbeddedServer(tmp_path / "q")
    made: list[EmbeddedServer] = []
    other = threading.Thread(target=lambda: made.append(EmbeddedServer(tmp_path / "q")))
    other.start()
    other.join(0.3)
    assert (other.is_alive(), made) == (True, [])
    first.close()
    other.join()
    assert len(made) == 1
    made[0].close()


def test_a_deep_directory_is_no_hindrance(tmp_path: Path) -> None:
    """The kernel takes 107 bytes as the path of a socket."""
    deep = tmp_path.joinpath(*["a rather long name of a folder"] * 8)
    with EmbeddedServer(deep) as server:
        assert get(server, "anything") is None


def test_it_is_nobody_else_s(tmp_path: Path) -> None:
    """No port, and a directory and a socket that only its user can open."""
    with EmbeddedServer(tmp_path / "q") as server:
        assert psutil.Process(server.process_id).net_connections("inet") == []
        assert (tmp_path / "q").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "q" / "queue.sock").stat().st_mode & 0o077 == 0


def test_a_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerFailed, match=r"the directory .*/file/q cannot be used: Not a directory"):
        EmbeddedServer(tmp_path / "file" / "q")


@pytest.mark.parametrize(
    ("url", "directory"),
    [
        ("sqlite:///./shop.db", ".funnelscript/shop.db.queue"),
        ("sqlite:////var/shop.db", "/var/.funnelscript/shop.db.queue"),
        ("sqlite://", None),
    ],
)
def test_each_store_has_a_directory_of_its_own(url: str, directory: str | None) -> None:
    assert directory_beside(url) == (None if directory is None else Path(directory))


def test_a_store_elsewhere_has_one_that_tells_no_password() -> None:
    found = directory_beside("postgresql://me:secret@host/shop")
    assert found is not None
    assert found.parent == Path(".funnelscript")
    assert "secret" not in str(found)


def test_nothing_is_started_for_nothing(tmp_path: Path, store: Any) -> None:
    queue = EmbeddedQueue(tmp_path / "q", store)
    queue.finish()
    queue.close()
    assert not (tmp_path / "q").exists()
