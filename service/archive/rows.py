"""Articles extracted into rows of Parquet, each with all that the store keeps of it.  Needs pyarrow."""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow

from service.api.articles import read_article
from service.api.problems import Problem
from service.archive.columns import SCHEMA, describe_extracted, describe_failed, name_reading
from service.archive.files import spell
from service.archive.reading import Answer, Reading, extract_article
from service.archive.sources import FIELDS, Line, Place, dump_row, list_rows
from service.extractor import EVERY_KIND, QuoteKind
from service.ndjson import BadLine, parse_article

Row = dict[str, Any]


def answer_row(line: Line, reading: Reading) -> Answer[Row]:
    """The row of an article, which must be fit to be stored."""
    try:
        given = parse_article(line.content)
        if type(given.get("id")) is int:
            given["id"] = str(given["id"])
        article = read_article(given)
        extraction = extract_article(given, reading)
    except BadLine as bad:
        return fail(line.place, bad.article_id, bad.field, bad.message)
    except Problem as problem:
        return fail(line.place, given.get("id"), *problem.errors[0])
    row = describe_extracted(article, extraction, name_reading(reading.kinds))
    return Answer(row, len(extraction.quotes), False)


def fail(place: Place, article_id: Any, field: str | None, message: str) -> Answer[Row]:
    known_id = None if article_id is None else str(article_id)
    source = place.source and spell(place.source)
    return Answer(describe_failed(known_id, source, f"{place.unit} {place.number}", field, message), 0, True)


def extract_batches(
    batches: Iterable[pyarrow.RecordBatch], kinds: frozenset[QuoteKind] = EVERY_KIND
) -> Iterator[pyarrow.RecordBatch]:
    """Extract record batches of articles, which have a column `text` and others of `FIELDS` if they like.

    The batches that come back have the columns of `SCHEMA`.  This is a function for Spark's `mapInArrow`, and
    for whatever else hands out batches.
    """
    reading = Reading(kinds=kinds)
    for batch in batches:
        columns = [name for name in FIELDS if name in batch.schema.names]
        found = enumerate(list_rows(batch.select(columns)))
        lines = (Line(Place(None, "row", number), dump_row(row)) for number, row in found)
        rows = [answer_row(line, reading).content for line in lines]
        yield pyarrow.RecordBatch.from_pylist(rows, SCHEMA)
