"""Inserts many rows at once, in the fastest way of each database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

# For fewer, the way of every other statement is as fast.
MANY_ROWS = 20


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that have the same columns; on PostgreSQL many are copied."""
    if connection.dialect.name != "postgresql" or len(rows) < MANY_ROWS:
        connection.execute(insert(table), rows)
        return
    columns = list(rows[0])
    kinds = [table.c[name].type.dialect_impl(connection.dialect) for name in columns]
    binders = [kind.bind_processor(connection.dialect) for kind in kinds]
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    driver: Any = connection.connection.driver_connection
    failure = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                values = zip(columns, binders, strict=True)
                copy.write_row([bind(row[name]) if bind else row[name] for name, bind in values])
    except failure as error:
        # As SQLAlchemy raises what it hears of a driver.
        raise DBAPIError.instance(statement, None, error, failure, dialect=connection.dialect) from error
