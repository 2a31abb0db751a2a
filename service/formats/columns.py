"""Columns of a quote, one row a quote, as CSV and Parquet have them.

A field of a quote that spreadsheets are to have is one line of `COLUMNS`.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import getitem
from typing import Any, NamedTuple

from service.store import QuoteRecord


class Column(NamedTuple):
    """A column: its name, its type in Arrow, and the path to its value from a quote."""

    name: str
    arrow_type: str
    path: tuple[str | int, ...]


COLUMNS = (
    Column("id", "string", ("id",)),
    Column("text", "string", ("text",)),
    Column("speaker", "string", ("speaker", "name")),
    Column("speaker_id", "string", ("speaker", "id")),
    Column("speaker_kind", "string", ("speaker", "kind")),
    Column("role", "string", ("speaker", "role", "text")),
    Column("affiliation", "string", ("speaker", "affiliation", "text")),
    Column("gender", "string", ("speaker", "gender")),
    Column("gender_evidence", "string", ("speaker", "gender_evidence")),
    Column("external_id", "string", ("speaker", "external_id")),
    Column("co_speakers", "string", ("co_speakers", "name")),
    Column("kind", "string", ("kind",)),
    # A quote runs from its first segment to its last.
    Column("start", "int32", ("segments", 0, "start")),
    Column("end", "int32", ("segments", -1, "end")),
    Column("rule", "string", ("rule",)),
    Column("confidence", "float64", ("confidence",)),
    Column("clause", "string", ("clause", "text")),
    Column("corrected", "bool_", ("corrected",)),
    Column("extractor_version", "string", ("extractor_version",)),
    Column("article_id", "string", ("article", "id")),
    Column("title", "string", ("article", "title")),
    Column("url", "string", ("article", "url")),
    Column("source", "string", ("article", "source")),
    Column("published_at", "timestamp", ("article", "published_at")),
)
COLUMN_NAMES = tuple(column.name for column in COLUMNS)


def lay_out(quote: QuoteRecord) -> list[Any]:
    """Lay out a stored quote as a row, in the order of `COLUMNS`."""
    return [follow(column.path, quote, getattr) for column in COLUMNS]


def lay_out_plain(quote: Mapping[str, Any]) -> list[Any]:
    """Lay out a quote of plain JSON values as a row, in the order of `COLUMNS`."""
    return [follow(column.path, quote, getitem) for column in COLUMNS]


def follow(path: Iterable[str | int], value: Any, read: Callable[[Any, Any], Any]) -> Any:
    """Return the value at the end of a path, `read` taking each step by name; None if a part is missing.

    Of a list, the values of all its items, divided by "; ".
    """
    for step in path:
        if value is None:
            return None
        if isinstance(step, str) and isinstance(value, (list, tuple)):
            value = "; ".join(read(item, step) for item in value) or None
        else:
            value = value[step] if isinstance(step, int) else read(value, step)
    return value
