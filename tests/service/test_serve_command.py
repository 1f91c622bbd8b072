"""``funnelscript serve`` as a process: how it starts, what it logs, how it ends, and how it says that it cannot."""

import json
import re
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from runtime.service.server import listen, local_url_of
from runtime.service.site.visit import is_local
from storage import open_store
from storage.commands import SetFields
from storage.models import Reference
from storage.queries import ListEntities, Scope
from tests.service.process import COMMAND, PATIENCE_SECONDS, get, served, wait_until
from tests.storage.shop import Shop

HELD = """\
<script scope=backend>
EnsureCrmEntity({ slug: 'runs', fields: [{ key: 'may_end' }] });
const run = { slug: 'runs', fieldKey: 'may_end', referenceType: 'run', referenceId: '1' };
while (!getCrmField(run)) for (const next = Date.now() + 20; Date.now() < next; );
</script>whole"""
"""A page that is under way until somebody says in the store that it may end."""


def refused(folder: Path, *arguments: str) -> tuple[int, str]:
    """The exit status and the one line of a command that does not serve."""
    answer = subprocess.run(
        [COMMAND, "serve", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert answer.stdout == ""
    return answer.returncode, answer.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_when_the_run_under_way_is_done(tmp_path: Path, number: int) -> None:
    (tmp_path / "held.html").write_text(HELD)
    store = f"sqlite:///{tmp_path / 'shop.db'}"
    with (
        served(tmp_path, "--pages", ".", "--brand", "acme", "--no-reload", "--store", store) as server,
        closing(open_store(store)) as opened,
    ):
        shop = Shop(opened)
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS) as asking:
            asking.sendall(b"GET /held HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            wait_until(lambda: bool(shop.ask(ListEntities())))
            children = psutil.Process(server.process.pid).children(recursive=True)
            server.process.send_signal(number)
            wait_until(lambda: "service_stopping" in server.log.read_text())
            shop.do(SetFields("runs", Scope(Reference("run", "1")), "e1", {"may_end": True}))
            answer = b"".join(iter(lambda: asking.recv(65_536), b""))
        assert (answer.split(b"\r\n")[0], answer.rpartition(b"\r\n")[2]) == (b"HTTP/1.1 200 OK", b"whole")
        assert server.process.wait(PATIENCE_SECONDS) == 0
        with pytest.raises(httpx.ConnectError):
            get(f"http://127.0.0.1:{server.port}")
        assert psutil.wait_procs(children, timeout=PATIENCE_SECONDS)[1] == []
    assert "Traceback" not in server.log.read_text()


def test_the_log_has_a_line_for_each_request_and_nothing_of_anyone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<script scope=backend>session.set('a', request.body)</script>")
    with served(tmp_path, "--pages", ".", "--brand", "acme", FUNNELSCRIPT_LOG_FORMAT="json") as server:
        url = f"http://127.0.0.1:{server.port}"
        headers = {"Authorization": "Bearer s3cret-token", "Cookie": "a=s3cret-cookie", "X-Request-Id": "id-1"}
        with httpx.Client(headers=headers, trust_env=False, timeout=PATIENCE_SECONDS) as client:
            client.post(f"{url}/?q=s3cret-query", data={"b": "s3cret-body"})
            client.post(f"{url}/v1/runs", json={"script": "s3cret-script"})
            client.request("A" * 5_000, url)
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    one, two, three = (line for line in lines if line["event"] == "request")
    assert {**one, "ms": 0, "run_id": "", "timestamp": ""} == {
        "event": "request",
        "level": "info",
        "request_id": "id-1",
        "method": "POST",
        "route": "index.html",
        "brand": "acme",
        "run_status": "ok",
        "status": 200,
        "ms": 0,
        "run_id": "",
        "timestamp": "",
    }
    assert (two["route"], two["status"], "brand" in two) == ("/v1/runs", 401, False)
    assert (three["method"], three["status"]) == ("A" * 16, 405)
    assert "s3cret" not in server.log.read_text()


def test_the_second_line_says_where_the_last_runs_are(tmp_path: Path) -> None:
    """With a debug panel; without one the address is all."""
    with served(tmp_path, "--pages", ".") as server:
        assert server.process.stdout is not None
        line = server.process.stdout.readline()
        assert line == f"the last runs, with their errors: http://127.0.0.1:{server.port}/_debug\n"
        assert get(line.split()[-1]).status_code == 200
    with served(tmp_path) as server:
        server.process.terminate()
        assert server.process.stdout is not None
        assert server.process.stdout.read() == ""


@pytest.mark.parametrize(
    ("host", "named"), [("127.0.0.1", "http://127.0.0.1"), ("0.0.0.0", "http://localhost"), ("::1", "http://[::1]")]
)
def test_the_panels_address_is_one_that_it_answers_to(host: str, named: str) -> None:
    with listen(host, 0) as listener:
        assert local_url_of(listener) == f"{named}:{listener.getsockname()[1]}"
    assert is_local(named.removeprefix("http://"))


def test_what_cannot_be_served_is_one_line(tmp_path: Path) -> None:
    assert refused(tmp_path, "--pages", "nowhere") == (2, "funnelscript: --pages: nowhere is no folder\n")
    assert refused(tmp_path, "--store", "mysql://a")[0] == 2
    status, line = refused(tmp_path, "--brand", "ACME")
    assert (status, line.startswith("funnelscript: --brand: String should match pattern")) == (2, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = f"funnelscript: cannot listen on 127.0.0.1 port {port}: address already in use\n"
        assert refused(tmp_path, "--port", str(port)) == (4, line)


def test_servers_may_share_a_port(tmp_path: Path) -> None:
    """Each has some of the connections, and the one that stays has all that come."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "index.html").write_text("<script scope=backend>1</script>there")
    options = ("--pages", ".", "--no-reload", "--store", f"sqlite:///{tmp_path}/shop.db", "--share-port")
    with served(one, *options) as first:
        url = f"http://127.0.0.1:{first.port}"
        assert refused(other, "--port", str(first.port))[0] == 4
        with served(other, *options, "--port", str(first.port)) as second:
            assert {get(url).text for _ in range(40)} == {"there"}
            first.process.terminate()
            assert first.process.wait(PATIENCE_SECONDS) == 0
            by_first = first.log.read_text().count("request ")
            assert 0 < by_first < 40
            assert {get(url).text for _ in range(10)} == {"there"}
    assert second.log.read_text().count("request ") == 50 - by_first


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    with served(tmp_path, "--pages", ".", "--store", "sqlite:///shop.db"):
        pass
    key = tmp_path / ".funnelscript" / "shop.db.session-key"
    key.chmod(0o644)
    status, line = refused(tmp_path, "--pages", ".", "--store", "sqlite:///shop.db")
    assert (status, "chmod 600" in line) == (2, True)


def test_pages_import_modules_of_a_folder_and_use_its_templates(tmp_path: Path) -> None:
    """What is wrong in a module is shown in the module's source."""
    script = "import { tax } from 'shop/tax'; setVariable('t', tax(10))"
    for name, text in {
        "site/index.html": f"<script scope=backend>{script}</script>{{{{ var.t }}}}",
        "modules/shop/tax.js": "export const tax = (amount) => {\n  return amount.value.half;\n};\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with served(tmp_path, "--pages", "site", "--modules", "modules", "--no-reload") as server:
        url = f"http://127.0.0.1:{server.port}"
        assert get(url).text == ""
        (link,) = re.findall(r'href="(/_debug/runs/[^"]+)"', get(f"{url}/_debug").text)
        assert 'class="marked"><span class="number">2</span>' in get(url + link).text
        (tmp_path / "modules/shop/tax.js").write_text("export const tax = (amount) => amount * 1.5;")
        assert get(url).text == "15"
    status, line = refused(tmp_path, "--pages", ".", "--modules", "modules")
    assert (status, line.startswith("funnelscript: --modules: modules is within the pages' folder")) == (2, True)
