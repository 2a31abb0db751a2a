"""Articles extracted into rows of Parquet, each with all that the store keeps of it.  Needs pyarrow."""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow

from service.archive.lines import ExtractionOptions, LineResult, extract_article
from service.extractor import EVERY_KIND, QuoteKind
from service.files.extracted_columns import SCHEMA, describe_extracted, describe_failed, name_reading
from service.files.ndjson import BadLine, parse_article
from service.files.paths import spell
from service.files.sources import FIELDS, Line, Place, dump_row, list_rows
from service.schemas.article import read_article
from service.schemas.check import InvalidFields

Row = dict[str, Any]


def answer_row(line: Line, options: ExtractionOptions) -> LineResult[Row]:
    """The row of an article, which must be fit to be stored."""
    try:
        given = parse_article(line.content)
        if type(given.get("id")) is int:
            given["id"] = str(given["id"])
        article = read_article(given)
        extraction = extract_article(given, options)
    except BadLine as bad:
        return fail(line.place, bad.article_id, bad.field, bad.message)
    except InvalidFields as invalid:
        return fail(line.place, given.get("id"), *invalid.errors[0])
    row = describe_extracted(article, extraction, name_reading(options.kinds))
    return LineResult(row, len(extraction.quotes), False)


def fail(place: Place, article_id: Any, field: str | None, message: str) -> LineResult[Row]:
    known_id = None if article_id is None else str(article_id)
    source = place.source and spell(place.source)
    return LineResult(
        describe_failed(known_id, source, f"{place.unit} {place.number}", field, message), 0, True
    )


def extract_batches(
    batches: Iterable[pyarrow.RecordBatch], kinds: frozenset[QuoteKind] = EVERY_KIND
) -> Iterator[pyarrow.RecordBatch]:
    """Extract record batches of articles, which have a column `text` and others of `FIELDS` if they like.

    The batches that come back have the columns of `SCHEMA`.  This is a function for Spark's `mapInArrow`, and
    for whatever else hands out batches.
    """
    options = ExtractionOptions(kinds=kinds)
    for batch in batches:
        columns = [name for name in FIELDS if name in batch.schema.names]
        found = enumerate(list_rows(batch.select(columns)))
        lines = (Line(Place(None, "row", number), dump_row(row)) for number, row in found)
        rows = [answer_row(line, options).content for line in lines]
        yield pyarrow.RecordBatch.from_pylist(rows, SCHEMA)
