"""Binds any number of values to one parameter, so that the statement's text and plan stay the same."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Text,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from service.store.database.engine import dump_json

# The columns of a table that stands in a statement, and what each holds.
Columns = Mapping[str, TypeEngine[Any]]
NUMBER, WORDS = BigInteger(), Text()


def is_listed(database: str, column: Column[Any], name: str = "listed") -> ColumnElement[bool]:
    """The condition that a column has one of the values that `bind_values` binds to the name."""
    if database == "sqlite":
        return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
    return column == func.any(bindparam(name, type_=ARRAY(column.type)))


def bind_values(database: str, values: Collection[Any], name: str = "listed") -> dict[str, Any]:
    return {name: dump_json(list(values)) if database == "sqlite" else list(values)}


def list_table(database: str, columns: Columns) -> FromClause:
    """A table of the rows that `bind_rows` binds."""
    if database == "sqlite":
        row = func.json_each(bindparam("listed")).table_valued("value").c.value
        values = (
            func.json_extract(row, f"$[{place}]", type_=kind).label(name)
            for place, (name, kind) in enumerate(columns.items())
        )
        return select(*values).subquery("listed")
    arrays = (cast(bindparam(f"listed_{name}"), ARRAY(kind)) for name, kind in columns.items())
    return func.unnest(*arrays).table_valued(*columns).render_derived(name="listed")


def bind_rows(database: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    given = list(rows)
    if database == "sqlite":
        return {"listed": dump_json(given)}
    listed = zip(*given, strict=True) if given else repeat((), len(columns))
    return {
        f"listed_{name}": write_numbers(values) if kind is NUMBER else list(values)
        for (name, kind), values in zip(columns.items(), listed, strict=True)
    }


def write_numbers(numbers: Iterable[int]) -> str:
    """An array as PostgreSQL reads it, in a fraction of the time that the driver takes to write one."""
    return f"{{{dump_json(list(numbers))[1:-1]}}}"
