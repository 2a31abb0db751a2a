"""`quotes search` and `quotes export`: stored quotes for people to read, or for other programs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from service.extras import ExtraMissing
from service.formats.citron import write_citron
from service.formats.corenlp import write_corenlp
from service.formats.csv import write_csv
from service.formats.ndjson import write_ndjson
from service.formats.parquet import write_parquet
from service.formats.parquet_by_month import write_months
from service.formats.plain import convert_all, text_reader
from service.processes import collect_less_often
from service.store import QuoteFilter, Store


def export_quotes(
    store: Store, wanted: QuoteFilter, form: str, target: BinaryIO, *, for_excel: bool = False
) -> None:
    """Write all quotes, newest first, in a format; `annotation` is of corrected articles, whole."""
    if form == "annotation":
        write_pieces(write_ndjson(store.stream_annotations()), target)
        return
    collect_less_often()
    quotes = store.stream_quotes(wanted)
    read_text = text_reader(store)
    if form == "parquet":
        with parquet_needed():
            write_parquet(quotes, target)
    elif form == "csv":
        write_pieces(write_csv(convert_all(quotes, "code-points", read_text), for_excel=for_excel), target)
    elif form == "ndjson":
        write_pieces(write_ndjson(quotes), target)
    else:
        write_pieces({"citron": write_citron, "corenlp": write_corenlp}[form](quotes, read_text), target)


def export_months(store: Store, wanted: QuoteFilter, folder: Path) -> None:
    """Write all quotes into a folder, a Parquet file a month."""
    collect_less_often()
    with parquet_needed():
        write_months(store.stream_quotes(wanted), folder, wanted.from_, wanted.to)


@contextmanager
def parquet_needed() -> Iterator[None]:
    """End the command with one line where pyarrow is not installed."""
    try:
        yield
    except ExtraMissing as error:
        raise click.ClickException(str(error)) from None


def write_pieces(pieces: Iterable[bytes], target: BinaryIO) -> None:
    for piece in pieces:
        target.write(piece)
    target.flush()
