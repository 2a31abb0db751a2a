"""Quotes as a Parquet file.  pyarrow is the extra `parquet`, so it is imported when asked for."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from service.extras import load_pyarrow
from service.formats import CSV_COLUMNS, flatten_quote

ROWS_AT_ONCE = 10_000
TYPES = {"start": "int32", "end": "int32", "confidence": "float64", "corrected": "bool_"}


def write_parquet(quotes: Iterable[dict[str, Any]], target: BinaryIO) -> None:
    """Write plain quotes in the columns of the CSV, a bounded number of rows at a time.

    Raises ExtraMissing before anything is written.
    """
    pyarrow = load_pyarrow()
    types = {name: getattr(pyarrow, TYPES.get(name, "string"))() for name in CSV_COLUMNS}
    schema = pyarrow.schema({**types, "published_at": pyarrow.timestamp("us", "UTC")})
    rows = map(flatten_quote, quotes)
    with pyarrow.parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        while some := list(islice(rows, ROWS_AT_ONCE)):
            columns = {name: [row[name] for row in some] for name in CSV_COLUMNS}
            columns["published_at"] = [
                text and datetime.fromisoformat(text) for text in columns["published_at"]
            ]
            writer.write_table(pyarrow.table(columns, schema))
