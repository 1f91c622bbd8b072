"""Many processes on one store at once, as visitors of one funnel are."""

import json
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("funnelscript"))
PROCESSES, WRITES = 4, 25
SCRIPT = """
EnsureCrmEntity({{ slug: 'shared', fields: [{{ key: '{key}', type: 'number' }}] }});
for (var i = 0; i < {writes}; i++) setCrmField({{ slug: 'shared', fieldKey: '{key}', value: i }});
"""


def start(folder: Path, key: str) -> "subprocess.Popen[str]":
    (folder / f"{key}.js").write_text(SCRIPT.format(key=key, writes=WRITES))
    command = [COMMAND, "run", f"{key}.js", "--customer", "c_1", "--json"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_four_processes_ensure_one_entity_and_write_one_entry_without_loss(tmp_path: Path) -> None:
    keys = [f"f{number}" for number in range(PROCESSES)]
    processes = [start(tmp_path, key) for key in keys]
    answers = [process.communicate(timeout=60) for process in processes]
    assert [(process.returncode, error) for process, (_, error) in zip(processes, answers, strict=True)] == [
        (0, "")
    ] * PROCESSES
    assert {json.loads(record)["status"] for record, _ in answers} == {"ok"}
    listing = subprocess.run(
        [COMMAND, "entries", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    [entry] = json.loads(listing.stdout)
    assert entry["values"] == dict.fromkeys(keys, WRITES - 1)
