"""Extracted articles as rows of Parquet: an article a row, with its stored fields and its quotes.

The quotes have the fields of the public JSON shape, without those of a store.  `error` says why one
cannot be read; of all other fields at most the id is there.  Needs pyarrow (extra `parquet`).
"""

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import pyarrow

from service.extractor import EVERY_KIND, EXTRACTOR_VERSION, Extraction, Quote, QuoteKind
from service.files.sources import FIELDS
from service.store import Article

TEXT = pyarrow.string()
SIMPLE_TYPES = {str: TEXT, int: pyarrow.int32(), float: pyarrow.float64(), bool: pyarrow.bool_()}


@cache
def list_fields(record: Hashable) -> tuple[tuple[str, Any], ...]:
    """The fields of a dataclass in order, each with its type."""
    hints = get_type_hints(record)
    return tuple((field.name, hints[field.name]) for field in fields(cast(Any, record)))


def find_inner(hint: Any) -> Any:
    """The type of X for X | None, and for a tuple of any number of X; the type itself for others."""
    return next((inner for inner in get_args(hint) if inner not in (NoneType, ...)), hint)


def arrow_type(hint: Any) -> pyarrow.DataType:
    """The type in Arrow of a field of a dataclass."""
    if get_origin(hint) is Literal:
        return TEXT
    if get_origin(hint) is tuple:
        return pyarrow.list_(arrow_type(find_inner(hint)))
    if isinstance(hint, type) and is_dataclass(hint):
        return pyarrow.struct([(name, arrow_type(inner)) for name, inner in list_fields(hint)])
    return SIMPLE_TYPES[hint] if hint in SIMPLE_TYPES else arrow_type(find_inner(hint))


def write_value(value: Any) -> Any:
    """Convert a dataclass for Arrow."""
    if isinstance(value, tuple):
        return [write_value(item) for item in value]
    if is_dataclass(value):
        names = list_fields(cast(Hashable, type(value)))
        return {name: write_value(getattr(value, name)) for name, _ in names}
    return value


def read_value(hint: Any, value: Any) -> Any:
    """Convert a value of Arrow back into its type."""
    if value is None or hint in SIMPLE_TYPES or get_origin(hint) is Literal:
        return value
    if get_origin(hint) is tuple:
        return tuple(read_value(find_inner(hint), item) for item in value)
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**{name: read_value(inner, value[name]) for name, inner in list_fields(hint)})
    return read_value(find_inner(hint), value)


QUOTE = arrow_type(Quote)
ERROR = pyarrow.struct([("source", TEXT), ("place", TEXT), ("field", TEXT), ("message", TEXT)])
SCHEMA = pyarrow.schema(
    [
        ("id", TEXT),
        ("text", TEXT),
        ("title", TEXT),
        ("url", TEXT),
        ("source", TEXT),
        ("author", TEXT),
        ("published_at", pyarrow.timestamp("us", "UTC")),
        ("language", TEXT),
        ("extractor_version", TEXT),
        ("quotes", pyarrow.list_(QUOTE)),
        ("error", ERROR),
    ]
)


def name_reading(kinds: frozenset[QuoteKind]) -> str:
    """Return the version of the extractor, with the kinds if not every kind was extracted.

    So an article extracted only for some kinds is due for reextraction in a store.
    """
    return EXTRACTOR_VERSION if kinds == EVERY_KIND else f"{EXTRACTOR_VERSION}:{','.join(sorted(kinds))}"


def describe_extracted(article: Article, extraction: Extraction, version: str) -> dict[str, Any]:
    """The row of an article."""
    return {
        **{name: getattr(article, name) for name in FIELDS},
        "extractor_version": version,
        "quotes": [write_value(quote) for quote in extraction.quotes],
        "error": None,
    }


def describe_failed(
    article_id: str | None, source: str | None, place: str, field: str | None, message: str
) -> dict[str, Any]:
    """Describe an article that could not be read; the place, such as "byte 120", is in the source."""
    error = {"source": source, "place": place, "field": field, "message": message}
    return {**dict.fromkeys(SCHEMA.names), "id": article_id, "error": error}


def read_extracted(row: Mapping[str, Any]) -> tuple[Article, Extraction]:
    """The article of a row without an error, and its quotes."""
    article = Article(**{name: row[name] for name in FIELDS})
    return article, Extraction(tuple(read_quote(quote) for quote in row["quotes"]), ())


def read_quote(given: Mapping[str, Any]) -> Quote:
    """The quote of a cell of the column `quotes`."""
    quote: Quote = read_value(Quote, given)
    return quote


def is_extracted(schema: Any) -> bool:
    """Whether a file has the columns that extraction writes, in any order and perhaps among others."""
    types = {field.name: field.type for field in schema}
    return all(types.get(field.name) == field.type for field in SCHEMA)
