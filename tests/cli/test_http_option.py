"""Whether scripts find ``http`` is for the option to say, then for the environment; else they don't."""

from pathlib import Path

import pytest

from runtime.cli.exits import CommandFailed, ExitStatus
from runtime.cli.http import http_of
from runtime.cli.options import environment
from runtime.http.settings import HttpSettings
from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("said", "given", "on"),
    [
        (None, None, False),
        ("off", None, False),
        ("on", None, True),
        (None, True, True),
        ("off", True, True),
        ("on", False, False),
    ],
)
def test_the_option_comes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, said: str | None, given: bool | None, on: bool
) -> None:
    if said is not None:
        monkeypatch.setenv("FUNNELSCRIPT_HTTP", said)
    assert http_of(environment(), given) == (HttpSettings() if on else None)


def test_hosts_are_named_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNELSCRIPT_HTTP_HOSTS", "Api.example.com, *.partner.example")
    settings = http_of(environment(), given=True)
    assert settings == HttpSettings(allowed_hosts=frozenset({"api.example.com", "*.partner.example"}))


@pytest.mark.parametrize("hosts", ["https://api.example.com/", "a b", "a,,b", "*"])
def test_what_is_no_host_names_its_variable(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("FUNNELSCRIPT_HTTP_HOSTS", hosts)
    with pytest.raises(CommandFailed) as failure:
        http_of(environment(), given=True)
    assert failure.value.status == ExitStatus.USAGE
    assert failure.value.message.startswith(
        "FUNNELSCRIPT_HTTP_HOSTS: Value error, a host is a name such as api.example.com"
    )


def test_a_script_finds_http_by_the_option_alone(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("script.js").write_text("setVariable('is', typeof http)")
    assert '"is": "undefined"' in command("run", "script.js", "--json").out
    assert '"is": "object"' in command("run", "script.js", "--json", "--http").out
    monkeypatch.setenv("FUNNELSCRIPT_HTTP", "on")
    assert '"is": "object"' in command("run", "script.js", "--json").out
    assert '"is": "undefined"' in command("run", "script.js", "--json", "--no-http").out
