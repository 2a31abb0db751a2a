"""Connections: how each database is spoken to, and that writers take turns."""

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from service.store.failures import PRIMARY_CODE

BUSY_TIMEOUT_SECONDS = 10
PAGE_CACHE_KIBIBYTES = 32_768
# An arbitrary number that every process of this service knows: holders of this lock write.
WRITER_LOCK = 0x51554F544553
WRITING = {"writing": True}
# Writers look rows up by their keys.  What the planner knows of a table that grows meanwhile is out of date,
# and would have it read from end to end.
BEGIN_WRITING = f"""
    SET LOCAL lock_timeout = '{{busy_seconds}}s';
    SET LOCAL plan_cache_mode = auto;
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_hashjoin = off;
    SET LOCAL enable_mergejoin = off;
    SELECT pg_advisory_xact_lock({WRITER_LOCK})
"""


def open_engine(address: str, busy_seconds: int) -> Engine:
    """An engine that has not connected yet; a writer waits so long for its turn.

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
    engine = create_engine(
        url,
        json_serializer=dump_json,
        json_deserializer=orjson.loads,
        # Not in messages either: they are what people wrote.
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            # One statement is best answered along the keys for a common word, by the index for a rare one.
            # A page is too little work to share among processes or to compile.
            "options": "-c timezone=UTC -c plan_cache_mode=force_custom_plan"
            " -c max_parallel_workers_per_gather=0 -c jit=off",
            "connect_timeout": BUSY_TIMEOUT_SECONDS,
        },
    )
    # Many rows in one statement, though nothing comes back from it: a third of the time of one row in each.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    event.listen(engine, "begin", partial(begin_postgresql, busy_seconds))
    return engine


def forget_connections(engine: weakref.ref[Engine]) -> None:
    """Leave the connections of the parent to the parent: neither database allows two processes on one."""
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


def begin_postgresql(busy_seconds: int, connection: Connection) -> None:
    """Writers take turns, as in SQLite: none waits for another crosswise, none saves the same article."""
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql(BEGIN_WRITING.format(busy_seconds=busy_seconds))


def is_writable(connection: Connection) -> bool:
    """Whether a PostgreSQL server takes writes: a standby, and one that is told so, does not."""
    return bool(connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off")
