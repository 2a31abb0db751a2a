"""A copy of a store that is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from service.store.errors import BackupRefused


def back_up(connection: Connection, path: Path) -> None:
    """Copy a SQLite store as it is now into a new file, while readers and writers continue."""
    if connection.dialect.name != "sqlite":
        raise BackupRefused("this store is on PostgreSQL, which pg_dump backs up while it is in use")
    if path.exists():
        raise BackupRefused(f"{path} is there already")
    source = cast(sqlite3.Connection, connection.connection.driver_connection)
    # Written aside, so that a file under this name is whole.
    aside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with closing(sqlite3.connect(aside)) as target:
            # In one step: in several the copy starts again whenever another connection writes.
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode = DELETE")
        os.link(aside, path)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefused(f"{path} cannot be written: {error}") from error
    finally:
        aside.unlink(missing_ok=True)
