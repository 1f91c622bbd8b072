"""``funnelscript doctor`` on a host that gives every layer, and on one that does not."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from runtime.child.lockdown import LAYERS
from runtime.cli import doctor as doctor_command
from runtime.sandbox.report import Sandbox, SandboxReport
from tests.cli.conftest import Command
from workers.connections import connect
from workers.server import EmbeddedServer


def test_whole_sandbox_is_said_to_be_complete(command: Command) -> None:
    answer = command("doctor")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("on ")] == [["on", layer] for layer in LAYERS]
    assert "The sandbox is complete." in lines


def test_json_has_every_layer(command: Command) -> None:
    answer = command("doctor", "--json")
    assert [(layer["name"], layer["is_on"]) for layer in json.loads(answer.out)["layers"]] == [
        (layer, True) for layer in LAYERS
    ]


def test_a_missing_layer_comes_with_what_to_do(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    class WithoutLandlock:
        @staticmethod
        def report() -> SandboxReport:
            return Sandbox.report(frozenset({"landlock"}))

    monkeypatch.setattr(doctor_command, "Sandbox", WithoutLandlock)
    answer = command("doctor")
    assert answer.status == 4
    said = " ".join(answer.out.split())
    assert (
        "MISSING landlock would stop opening any file, and TCP;"
        " use Linux 5.13 or newer with Landlock (boot with lsm=landlock,…)"
    ) in said
    assert (
        "The sandbox lacks landlock: run only scripts that you trust as your own, with a weaker sandbox allowed."
    ) in said


def surroundings(command: Command, *options: str) -> tuple[int, list[tuple[str, str, str, str]]]:
    """The exit status, and of each but the clock its name, state, words and remedy."""
    answer = command("doctor", "--json", *options)
    found = [(one["name"], one["state"], one["says"], one["remedy"]) for one in json.loads(answer.out)["surroundings"]]
    assert [name for name, *_ in found].count("clock") == 1
    return answer.status, [one for one in found if one[0] != "clock"]


def test_a_new_folder_is_well(command: Command, folder: Path) -> None:
    assert surroundings(command) == (
        0,
        [
            ("store", "ok", "sqlite:///./funnelscript.db is not there yet; it is made when it is first used", ""),
            ("queue", "ok", "none is named; funnelscript run has one of its own beside its store", ""),
        ],
    )
    assert list(folder.iterdir()) == []


def test_a_store_is_asked_for_its_migrations(command: Command) -> None:
    assert command("migrate", "up").status == 0
    count = len(json.loads(command("migrate", "status", "--json").out))
    status, (store, _) = surroundings(command)
    assert (status, store) == (
        0,
        ("store", "ok", f"sqlite:///./funnelscript.db has had all of its {count} migrations", ""),
    )


def test_a_file_that_is_no_store_is_bad(command: Command, folder: Path) -> None:
    (folder / "notes.db").write_text("no database, but long enough to be looked at as one" * 100)
    status, (store, _) = surroundings(command, "--store", "sqlite:///notes.db")
    assert (status, store[1], store[3]) == (
        4,
        "BAD",
        "see that the path is right and that no other program made the file",
    )


def test_a_queue_that_is_gone_is_bad(command: Command) -> None:
    status, (_, queue) = surroundings(command, "--queue", "redis://:secret@127.0.0.1:1/0")
    assert (status, queue) == (
        4,
        (
            "queue",
            "BAD",
            "the queue redis://:***@127.0.0.1:1/0 cannot be used: ConnectionError",
            "start the server, or name another with --queue",
        ),
    )


def test_a_queue_says_how_it_fares_and_what_it_keeps(
    command: Command, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with EmbeddedServer(tmp_path_factory.mktemp("server")) as server:
        status, (_, *found) = surroundings(command, "--queue", server.url)
        said = f"{server.url}: 0 writes wait, 0 workers, 0 dead letters"
        assert (status, found) == (0, [("queue", "ok", said, "")])
        with connect(server.url) as connection:
            connection.config_set("maxmemory-policy", "allkeys-lru")
            connection.config_set("appendonly", "no")
        assert surroundings(command, "--queue", server.url)[1][2:] == [
            ("queue", "BAD", "its server drops writes when its memory is full", "set maxmemory-policy noeviction"),
            ("queue", "look", "its server forgets writes when it is killed", "set appendonly yes"),
        ]


def test_a_clock_before_the_store_s_last_migration_is_bad(command: Command, folder: Path) -> None:
    command("migrate", "up")
    with closing(sqlite3.connect(folder / "funnelscript.db")) as driver, driver:
        driver.execute("UPDATE migrations SET applied_at_ms = applied_at_ms + 3600000")
    answer = command("doctor", "--json")
    (clock,) = [one for one in json.loads(answer.out)["surroundings"] if one["name"] == "clock"]
    assert (answer.status, clock["state"], clock["remedy"]) == (4, "BAD", "set the clock; let NTP keep it")
