"""A PostgreSQL server for the tests' own use, and the addresses of empty stores on each database."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from bench.postgres import create_database, find_binaries, running_postgres
from service.store import Store
from service.store.database.partitions import partition_quotes

NO_SERVER = "PostgreSQL is not installed (no initdb): NOTHING WAS TESTED ON POSTGRESQL"
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path | None]:
    """The socket folder of a server that is running, or None where none is installed."""
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="quotes-postgres-"))
    try:
        with running_postgres(binaries, folder, QUICK) as socket:
            yield socket
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def partitioned_url(postgres_socket: Path) -> str:
    """The address of a store with tables, and few partitions, all of which tests use."""
    url = create_database(postgres_socket, "partitioned")
    store = Store(url)
    store.upgrade()
    with store._writing() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.store.database.partitions.MONTHS_AHEAD", 0)
        for now in (datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC)):
            partition_quotes(connection, 0, now)
    store.close()
    return url


def empty(url: str) -> str:
    """Take all out of a store that tests share: making one for each takes too long with partitions."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "TRUNCATE articles, speakers, people, corrections, fingerprints, quote_counts CASCADE"
        )
        connection.execute("UPDATE store_state SET articles = 0, speakers = 0")
    return url


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
        pytest.skip(NO_SERVER)
    if request.param == "partitioned":
        return empty(request.getfixturevalue("partitioned_url"))
    return create_database(socket, f"quotes_{uuid4().hex}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_SERVER in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep("!", NO_SERVER, red=True, bold=True)
