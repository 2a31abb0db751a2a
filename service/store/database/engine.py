"""Connections to each database; writers take turns."""

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import inf
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from service.store.database.error_translation import PRIMARY_CODE

BUSY_TIMEOUT_SECONDS = 10
# How long a reader waits for a connection, where all are in use.
POOL_SECONDS = 10
PAGE_CACHE_KIBIBYTES = 32_768
# What a large write made of the file beside SQLite's is given back once all of it stands in the store.
WAL_BYTES = 32 * 1024 * 1024
# An arbitrary number that every process of this service knows: holders of this lock write.
WRITER_LOCK = 0x51554F544553
WRITING = {"writing": True}
# What takes as long as it takes: migrations, partitions.
AT_LEISURE = {"at_leisure": True}
# All statements of a reader see the store as it was at the first.  They are not declared read-only: back in
# its pool, the connection would then ask for the right to write, whatever the server's default is.
READING_AT_ONCE: dict[str, dict[str, Any]] = {
    "sqlite": {"reading_at_once": True},
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}
# Writers look rows up by their keys.  What the planner knows of a table that grows meanwhile is out of date,
# and would have it read from end to end.
BEGIN_WRITING = f"""
    SET LOCAL lock_timeout = '{{busy_seconds}}s';
    SET LOCAL statement_timeout = '{{statement_seconds}}s';
    SET LOCAL plan_cache_mode = auto;
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_hashjoin = off;
    SET LOCAL enable_mergejoin = off;
    SELECT pg_advisory_xact_lock({WRITER_LOCK})
"""


def open_engine(address: str, busy_seconds: int) -> Engine:
    """Make an engine, which connects when it is first used; a writer waits this long for its turn.

    Raises ValueError for an address of another sort.
    """
    url = read_address(address)
    open_database = open_sqlite if url.get_backend_name() == "sqlite" else open_postgresql
    engine = open_database(url, busy_seconds)
    os.register_at_fork(after_in_child=partial(forget_connections, weakref.ref(engine)))
    return engine


def open_sqlite(url: URL, busy_seconds: int) -> Engine:
    engine = create_engine(
        url, json_serializer=dump_json, json_deserializer=orjson.loads, hide_parameters=True
    )
    event.listen(engine, "connect", partial(prepare_sqlite, busy_seconds))
    event.listen(engine, "begin", begin_sqlite)
    return engine


def open_postgresql(url: URL, busy_seconds: int) -> Engine:
    # Imported where it is needed: psycopg is an extra.
    from service.store.database import time_limits

    engine = create_engine(
        url,
        json_serializer=dump_json,
        json_deserializer=orjson.loads,
        # Not in messages either: they are what people wrote.
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=POOL_SECONDS,
        connect_args={
            # One statement is best answered along the keys for a common word, by the index for a rare one.
            # A page is too little work to share among processes or to compile.
            "options": "-c timezone=UTC -c plan_cache_mode=force_custom_plan"
            " -c max_parallel_workers_per_gather=0 -c jit=off"
            f" -c statement_timeout={time_limits.READ_SECONDS}s",
        },
    )
    # Many rows in one statement, though nothing comes back from it: a third of the time of one row in each.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    event.listen(engine, "do_connect", time_limits.connect)
    event.listen(engine, "begin", partial(begin_postgresql, busy_seconds))
    event.listen(engine, "checkin", time_limits.limit_pings)
    return engine


def forget_connections(engine: weakref.ref[Engine]) -> None:
    """Forget the parent's connections after a fork: no connection may be used by two processes."""
    inherited = engine()
    if inherited is not None:
        inherited.dispose(close=False)


def read_address(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise ValueError("not a database address, such as sqlite:////data/quotes.db") from error
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "postgresql+psycopg":
        return url
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    raise ValueError("neither sqlite:////path/to/file nor postgresql://user@host/name")


def dump_json(value: object) -> str:
    return orjson.dumps(value).decode()


def prepare_sqlite(busy_seconds: int, connection: sqlite3.Connection, _record: object) -> None:
    # Without this the driver opens transactions by itself, and never an immediate one.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {busy_seconds * 1000}")
    # What cannot be written, such as a backup on a read-only disk, is read as it is.
    with suppress_read_only():
        connection.execute("PRAGMA journal_mode = WAL")
    for setting in (
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"cache_size = -{PAGE_CACHE_KIBIBYTES}",
        f"journal_size_limit = {WAL_BYTES}",
    ):
        connection.execute(f"PRAGMA {setting}")


@contextmanager
def suppress_read_only() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_READONLY:
            raise


def begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.get_execution_options().get("reading_at_once"):
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN")


def begin_postgresql(busy_seconds: int, connection: Connection) -> None:
    """Let writers take turns, as in SQLite: there are no deadlocks, and no two save the same article."""
    from service.store.database import time_limits

    options = connection.get_execution_options()
    driver: Any = connection.connection.driver_connection
    driver.answer_seconds = time_limits.READ_SECONDS
    if options.get("at_leisure"):
        driver.answer_seconds = inf
    elif options.get("writing"):
        driver.answer_seconds = time_limits.WRITE_SECONDS
    if options.get("writing"):
        # No limit is written 0.
        seconds = 0 if options.get("at_leisure") else time_limits.WRITE_SECONDS
        statements = BEGIN_WRITING.format(busy_seconds=busy_seconds, statement_seconds=seconds)
        connection.exec_driver_sql(statements)


def is_writable(connection: Connection) -> bool:
    """Return whether a PostgreSQL server accepts writes; a standby or a read-only server does not."""
    return bool(connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off")
