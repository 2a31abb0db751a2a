"""Extracted articles as rows of Parquet: an article a row, with what the store keeps of it, and its quotes.

The quotes have the fields of the public JSON shape, less what only a store gives.  `error` says why one
cannot be read; of all other fields at most the id is there.  Needs pyarrow (extra `parquet`).
"""

from collections.abc import Mapping
from typing import Any

import pyarrow

from service.extractor import EVERY_KIND, EXTRACTOR_VERSION, Extraction, Quote, QuoteKind, Span, Speaker
from service.store import Article

OFFSET, TEXT = pyarrow.int32(), pyarrow.string()
SPAN = pyarrow.struct([("start", OFFSET), ("end", OFFSET), ("text", TEXT)])
QUOTE = pyarrow.struct(
    [
        ("text", TEXT),
        ("kind", TEXT),
        ("segments", pyarrow.list_(SPAN)),
        ("speaker", pyarrow.struct([("name", TEXT), ("kind", TEXT)])),
        ("mention", SPAN),
        ("cue", SPAN),
        ("rule", TEXT),
        ("confidence", pyarrow.float64()),
        ("clause", SPAN),
    ]
)
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
ARTICLE_FIELDS = ("id", "text", "title", "url", "source", "author", "published_at", "language")


def name_reading(kinds: frozenset[QuoteKind]) -> str:
    """The version of the extractor and, unless quotes of every kind were asked for, which were.

    What was read for some kinds alone is thus due to be read anew when it is in a store.
    """
    return EXTRACTOR_VERSION if kinds == EVERY_KIND else f"{EXTRACTOR_VERSION}:{','.join(sorted(kinds))}"


def describe_extracted(article: Article, extraction: Extraction, version: str) -> dict[str, Any]:
    """The row of an article."""
    return {
        **{name: getattr(article, name) for name in ARTICLE_FIELDS},
        "extractor_version": version,
        "quotes": [describe_quote(quote) for quote in extraction.quotes],
        "error": None,
    }


def describe_failed(
    article_id: str | None, source: str | None, place: str, field: str | None, message: str
) -> dict[str, Any]:
    """The row of an article that could not be read; the place, such as "byte 120", is in the source."""
    error = {"source": source, "place": place, "field": field, "message": message}
    return {**dict.fromkeys(SCHEMA.names), "id": article_id, "error": error}


def describe_quote(quote: Quote) -> dict[str, Any]:
    speaker = quote.speaker
    return {
        "text": quote.text,
        "kind": quote.kind,
        "segments": [describe_span(span) for span in quote.segments],
        "speaker": speaker and {"name": speaker.name, "kind": speaker.kind},
        "mention": describe_span(quote.mention),
        "cue": describe_span(quote.cue),
        "rule": quote.rule,
        "confidence": quote.confidence,
        "clause": describe_span(quote.clause),
    }


def describe_span(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"start": span.start, "end": span.end, "text": span.text}


def read_extracted(row: Mapping[str, Any]) -> tuple[Article, Extraction]:
    """The article of a row without an error, and its quotes."""
    article = Article(**{name: row[name] for name in ARTICLE_FIELDS})
    return article, Extraction(tuple(read_quote(quote) for quote in row["quotes"]), ())


def read_quote(given: Mapping[str, Any]) -> Quote:
    mention, cue, clause = (given[name] and Span(**given[name]) for name in ("mention", "cue", "clause"))
    return Quote(
        text=given["text"],
        kind=given["kind"],
        segments=tuple(Span(**span) for span in given["segments"]),
        speaker=given["speaker"] and Speaker(**given["speaker"]),
        mention=mention,
        cue=cue,
        rule=given["rule"],
        confidence=given["confidence"],
        clause=clause,
    )


def is_extracted(schema: Any) -> bool:
    """Whether a file has the columns that extraction writes, in any order and perhaps among others."""
    types = {field.name: field.type for field in schema}
    return all(types.get(field.name) == field.type for field in SCHEMA)
