"""A PostgreSQL server for the tests' own use, and the addresses of empty stores on each database.

The server listens on a socket in its own temporary folder, so that runs side by side do not meet.  It does
not run as root; a root session lends it to another user of the system.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

NO_SERVER = "PostgreSQL is not installed (no initdb): NOTHING WAS TESTED ON POSTGRESQL"
UNTESTED = pytest.StashKey[bool]()
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c listen_addresses=''"


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path | None]:
    """The socket folder of a server that is running, or None where none is installed."""
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="quotes-postgres-"))
    owner = find_owner()
    if "user" in owner:
        shutil.chown(folder, owner["user"], owner["group"])
    data = folder / "data"
    options: dict[str, Any] = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, **owner}
    try:
        initialise: list[str | Path] = [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
        ]
        subprocess.run([*initialise, "--locale=C", "--encoding=UTF8"], **options)
        start: list[str | Path] = [
            binaries / "pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            folder / "log",
            "-o",
            f"{QUICK} -k {folder}",
            "start",
        ]
        subprocess.run(start, **options)
        yield folder
        subprocess.run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that is empty and has no tables yet, once on each database."""
    return create_store_url(request, tmp_path)


def create_store_url(request: pytest.FixtureRequest, folder: Path) -> str:
    """For fixtures with the same parameters and another scope."""
    if request.param == "sqlite":
        return f"sqlite:///{folder}/quotes.db"
    socket = request.getfixturevalue("postgres_socket")
    if socket is None:
        request.config.stash[UNTESTED] = True
        pytest.skip(NO_SERVER)
    name = f"quotes_{uuid4().hex}"
    with psycopg.connect(f"postgresql://postgres@/postgres?host={socket}", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://postgres@/{name}?host={socket}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.stash.get(UNTESTED, False):
        terminalreporter.write_sep("!", NO_SERVER, red=True, bold=True)


def find_binaries() -> Path | None:
    """The folder of the newest server that is installed."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    return newest and newest.parent


def find_owner() -> dict[str, Any]:
    """How to start the server: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    owner = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": owner.pw_name, "group": owner.pw_gid, "extra_groups": []}
