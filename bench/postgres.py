"""A private PostgreSQL server, on a socket in its own folder, so that parallel runs do not meet.

It does not run as root; a root session lends it to another user of the system.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

NO_SERVER = "PostgreSQL is not installed (no initdb)"


@contextmanager
def running_postgres(binaries: Path, folder: Path, settings: str) -> Iterator[Path]:
    """Serve the data of a folder, made when they are not there, and yield the folder of the socket."""
    owner = find_owner()
    if "user" in owner:
        shutil.chown(folder, owner["user"], owner["group"])
    data = folder / "data"
    options: dict[str, Any] = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, **owner}
    if not data.exists():
        initialise: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "postgres"]
        locale = ["--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"]
        subprocess.run([*initialise, *locale], **options)
    server: list[str | Path] = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    listening = f"{settings} -c listen_addresses='' -k {folder}"
    subprocess.run([*server, "-o", listening, "start"], **options)
    try:
        yield folder
    finally:
        subprocess.run([*server, "-m", "fast", "stop"], **options)


def copy_server(binaries: Path, socket: Path, folder: Path) -> None:
    """Make a standby of a server that runs, which follows it once the data of the folder are served."""
    owner = find_owner()
    if "user" in owner:
        shutil.chown(folder, owner["user"], owner["group"])
    copy: list[str | Path] = [
        binaries / "pg_basebackup",
        "-h",
        socket,
        "-U",
        "postgres",
        "-D",
        folder / "data",
    ]
    options: dict[str, Any] = {"cwd": folder, "check": True, **owner}
    subprocess.run([*copy, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"], **options)


def create_database(socket: Path, name: str, template: str = "template1") -> str:
    """The address of a database, which is made when it is not there, as a copy of another."""
    address = f"postgresql://postgres@/postgres?host={socket}"
    with psycopg.connect(address, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return f"postgresql://postgres@/{name}?host={socket}"


def find_binaries() -> Path | None:
    """The folder of the newest server that is installed."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    return newest and newest.parent


def find_owner() -> dict[str, Any]:
    """Find the user who starts the server, which refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    owner = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": owner.pw_name, "group": owner.pw_gid, "extra_groups": []}
