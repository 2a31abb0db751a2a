"""Quotes as a Parquet file.  pyarrow is the extra `parquet`, so it is imported only when needed."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, BinaryIO

from service.extras import load_pyarrow
from service.formats.columns import COLUMN_NAMES, COLUMNS, lay_out
from service.store import QuoteRecord

# Held in memory, and a group of rows in the file.
ROWS_AT_ONCE = 10_000


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
        moment = pyarrow.timestamp("us", "UTC")
        self._schema = pyarrow.schema(
            [(name, moment if kind == "timestamp" else getattr(pyarrow, kind)()) for name, kind, _ in COLUMNS]
        )
        self.file = pyarrow.parquet.ParquetWriter(target, self._schema, compression="zstd")

    def write(self, rows: Sequence[list[Any]]) -> None:
        """Write rows, in the order of `COLUMNS`, as one group."""
        columns = dict(zip(COLUMN_NAMES, map(list, zip(*rows, strict=True)), strict=True))
        self.file.write_table(self._pyarrow.table(columns, self._schema))
