"""Translates errors of the databases into the store's own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.store.errors import (
    StoreBusy,
    StoreFull,
    StoreNotReady,
    StoreOutdated,
    StoreReadOnly,
    StoreSilent,
    StoreUnreadable,
    Unstorable,
)

# Ours, for a server that does not answer.
SILENT = "08Q00"
# PostgreSQL's codes and SQLite's, the latter also without what only details them.
FAILURES: dict[str | int | None, type[StoreNotReady]] = {
    "42P01": StoreOutdated,  # a table is missing
    "53100": StoreFull,
    "25006": StoreReadOnly,
    "40001": StoreBusy,  # a standby had to clear away what was being read
    "55P03": StoreBusy,  # a lock was not to be had in time
    "23514": StoreOutdated,  # a partition was detached, and nothing put in its place
    "57014": StoreBusy,  # a statement took too long
    SILENT: StoreSilent,
    sqlite3.SQLITE_ERROR: StoreOutdated,  # a table or column is missing
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_READONLY_DIRECTORY: StoreUnreadable,
}
PRIMARY_CODE = 0xFF
# PostgreSQL's classes of codes for data that it cannot hold or index, and SQLite's code for what is too long.
DATA_CLASSES = ("22", "54")
TOO_LONG = sqlite3.SQLITE_TOOBIG


@contextmanager
def translated_errors(*, writing: bool = False) -> Iterator[None]:
    """Translate database errors into StoreNotReady, and errors about data into Unstorable.

    Errors of this program are not translated.
    """
    try:
        yield
    except (PoolTimeout, DBAPIError) as error:
        if writing and is_of_data(error):
            raise Unstorable(describe_failure(error)) from error
        failure = find_failure(error)
        if failure is None:
            raise
        raise failure(describe_failure(error)) from error


def find_failure(error: Exception) -> type[StoreNotReady] | None:
    """Find the class of StoreNotReady for an error; None for an error of this program."""
    if isinstance(error, PoolTimeout):
        return StoreBusy
    original = getattr(error, "orig", None)
    if getattr(getattr(original, "diag", None), "constraint_name", None):
        # What breaks a constraint is a fault of ours; a missing partition has the same code, and none.
        return None
    state = getattr(original, "sqlstate", None)
    code = getattr(original, "sqlite_errorcode", None)
    known = FAILURES.get(state) or FAILURES.get(code) or FAILURES.get(code and code & PRIMARY_CODE)
    # SQLite raises the bare class, and no kind of it, for a file that is no database or is damaged.
    if isinstance(error, (OperationalError, InterfaceError)) or type(original) is sqlite3.DatabaseError:
        return known or StoreNotReady
    return known


def is_of_data(error: Exception) -> bool:
    """Whether the database failed because it cannot hold the data."""
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None) or ""
    return state[:2] in DATA_CLASSES or getattr(original, "sqlite_errorcode", None) == TOO_LONG


def describe_failure(error: Exception) -> str:
    reason = str(getattr(error, "orig", None) or error)
    return reason.strip().splitlines()[0] if reason.strip() else type(error).__name__
