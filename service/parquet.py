"""Quotes as a Parquet file.  pyarrow is the extra `parquet`, so it is imported when asked for."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, BinaryIO

from service.extras import load_pyarrow
from service.formats import CSV_COLUMNS
from service.store import QuoteRecord

# Held in memory, and a group of rows in the file.
ROWS_AT_ONCE = 10_000
TYPES = {"start": "int32", "end": "int32", "confidence": "float64", "corrected": "bool_"}


def write_parquet(quotes: Iterable[QuoteRecord], target: BinaryIO) -> None:
    """Write quotes in the columns of the CSV, a bounded number of rows at a time.

    Raises ExtraMissing before anything is written.
    """
    writer = QuoteWriter(target)
    rows = map(lay_out, quotes)
    with writer.file:
        while some := list(islice(rows, ROWS_AT_ONCE)):
            writer.write(some)


class QuoteWriter:
    """A Parquet file of quotes that is being written; `file` is pyarrow's.  Raises ExtraMissing."""

    def __init__(self, target: BinaryIO) -> None:
        self._pyarrow = pyarrow = load_pyarrow()
        types = {name: getattr(pyarrow, TYPES.get(name, "string"))() for name in CSV_COLUMNS}
        self._schema = pyarrow.schema({**types, "published_at": pyarrow.timestamp("us", "UTC")})
        self.file = pyarrow.parquet.ParquetWriter(target, self._schema, compression="zstd")

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows, in the order of CSV_COLUMNS, as one group."""
        columns = dict(zip(CSV_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
        self.file.write_table(self._pyarrow.table(columns, self._schema))


def lay_out(quote: QuoteRecord) -> tuple[Any, ...]:
    """Lay out a quote as one row, as `flatten_quote` does, in the order of CSV_COLUMNS."""
    speaker, article = quote.speaker, quote.article
    return (
        quote.id,
        quote.text,
        speaker and speaker.name,
        speaker and speaker.id,
        speaker and speaker.kind,
        quote.kind,
        quote.segments[0].start,
        quote.segments[-1].end,
        quote.rule,
        quote.confidence,
        quote.clause and quote.clause.text,
        quote.corrected,
        quote.extractor_version,
        article.id,
        article.title,
        article.url,
        article.source,
        article.published_at,
    )
