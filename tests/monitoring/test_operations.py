"""docs/operations.md: a section for each alert, commands that there are, and procedures that work."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from bench.postgres import create_database, find_binaries
from service.store import Store
from tests.api.running import ROOT, running_service
from tests.monitoring.test_boards import read_alerts
from tests.postgres import NO_SERVER

TEXT = (ROOT / "docs" / "operations.md").read_text("utf8")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", TEXT, re.MULTILINE))
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)


def read_commands(section: str) -> list[str]:
    return re.findall(r"^\$ (.+)$", SECTIONS[section], re.MULTILINE)


def run(command: str, environment: Mapping[str, str]) -> str:
    """Run a command as a person would, in the folder of the environment's HOME."""
    path = os.pathsep.join([str(Path(sys.executable).parent), str(find_binaries() or ""), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env={**os.environ, **environment, "PATH": path},
        cwd=environment["HOME"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_every_alert_has_its_section() -> None:
    alerts = read_alerts()
    for alert in alerts:
        assert len(SECTIONS[alert["alert"]].split()) > 30
        assert alert["annotations"]["runbook"] == f"docs/operations.md#{alert['alert'].lower()}"
    assert {name for name in SECTIONS if name.startswith("Quotes")} == {alert["alert"] for alert in alerts}


def test_a_backup_is_restored_on_sqlite(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/data/quotes.db"}
    (tmp_path / "backups").mkdir()
    upgrade, serve = read_commands("Start")[:2]
    assert serve.startswith("quotes serve --bind ")
    run(upgrade, environment)
    backup, *restore = [
        re.sub(r"/(data|backups)/", rf"{tmp_path}/\1/", command)
        for command in read_commands("Backup and restore")
        if "pg_" not in command and "createdb" not in command
    ][:4]
    assert [shlex.split(command)[0] for command in restore] == ["rm", "cp", "quotes"]
    with running_service(environment["DATABASE_URL"], WORKERS="1") as service:
        assert service.get("/readyz").status == 200  # once it has started, however busy the machine is
        health = read_commands("Start")[2].replace("127.0.0.1:8000", f"127.0.0.1:{service.port}")
        run(health, environment)
        service.post("/v1/articles", {"id": "kept", "text": "“We stay,” said Jane Doe."})
        before = service.get("/v1/stats").json
        run(backup, environment)
        service.post("/v1/articles", {"id": "later", "text": "“We go,” said Jane Doe."})
    for command in restore:
        run(command, environment)
    with running_service(environment["DATABASE_URL"], WORKERS="1") as service:
        assert service.get("/v1/stats").json == before


def test_a_dump_is_restored_on_postgresql(tmp_path: Path, postgres_socket: Path | None) -> None:
    if postgres_socket is None:
        pytest.skip(NO_SERVER)
    name, restored = f"quotes_{uuid4().hex}", f"restored_{uuid4().hex}"
    url = create_database(postgres_socket, name)
    environment = {
        "HOME": str(tmp_path),
        "DATABASE_URL": url,
        "PGHOST": str(postgres_socket),
        "PGUSER": "postgres",
    }
    run("quotes db upgrade", environment)
    (tmp_path / "a.ndjson").write_text('{"id": "kept", "text": "“We stay,” said Jane Doe."}\n')
    run("quotes load a.ndjson", environment)
    dump, create, restore, upgrade = [
        command.replace("restored", restored) for command in read_commands("Backup and restore")[-4:]
    ]
    assert [dump.split()[0], create.split()[0], restore.split()[0]] == ["pg_dump", "createdb", "pg_restore"]
    for command in (dump, create, restore):
        run(command, environment)
    copied = {**environment, "DATABASE_URL": url.replace(name, restored)}
    run(upgrade, copied)
    store = Store(copied["DATABASE_URL"])
    assert store.stats().articles == 1
    store.close()
    for section in ("Slow queries", "QuotesStoreBusy"):
        for command in read_commands(section):
            run(command, environment)


def test_lines_of_the_log_are_picked_out(tmp_path: Path) -> None:
    (line,) = re.findall(r"^```json\n(.+)\n```$", SECTIONS["Logs"], re.MULTILINE)
    (tmp_path / "quotes.log").write_text(f"{line}\n{line.replace('200', '503')}\n")
    if subprocess.run(["bash", "-c", "command -v jq"], capture_output=True, check=False).returncode:
        pytest.skip("jq is not installed")
    failures, slowest = [run(command, {"HOME": str(tmp_path)}) for command in read_commands("Logs")]
    assert failures.count('"status":503') == failures.count("\n") == 1
    assert slowest.count("[0.050838") == 2


def test_keys_are_rotated(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    environment = {"HOME": str(tmp_path), "QUOTES_KEYS_FILE": str(keys)}
    old = run("quotes keys add newsroom", environment).split()[-1]
    add, show, revoke = read_commands("Rotate keys")
    url = f"sqlite:///{tmp_path}/quotes.db"
    Store(url).upgrade()
    article = {"text": "“We go,” said Jane Doe."}
    with running_service(url, WORKERS="1", QUOTES_KEYS_FILE=str(keys)) as service:
        new = run(add, environment).split()[-1]
        assert "newsroom-2" in run(show, environment)
        run(revoke, environment)
        service.post("/v1/articles", article, Authorization=f"Bearer {old}").problem(401)
        assert service.post("/v1/articles", article, Authorization=f"Bearer {new}").status == 201
