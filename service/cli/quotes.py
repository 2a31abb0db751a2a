"""`quotes search` and `quotes export`: stored quotes for people to read, or for other programs."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import click

from service.api.quotes import convert_all, text_reader
from service.extras import ExtraMissing
from service.formats import write_citron, write_corenlp, write_csv, write_ndjson
from service.garbage import collect_less_often
from service.kinds import mark_words
from service.months import write_months
from service.parquet import write_parquet
from service.store import QuoteFilter, QuoteRecord, Store

# An article may hold what would move the cursor or rename the window.
HARMLESS = dict.fromkeys((*range(32), *range(127, 160)), " ")


def read_filter(conditions: dict[str, Any]) -> QuoteFilter:
    """Make a filter of options.  Raises UsageError for a range that ends before it starts."""
    wanted = QuoteFilter(**conditions)
    if wanted.from_ is not None and wanted.to is not None and wanted.from_ > wanted.to:
        raise click.UsageError(f"--from must not be after --to, which is {wanted.to.isoformat()}")
    return wanted


def print_quotes(store: Store, wanted: QuoteFilter, *, limit: int, as_json: bool) -> None:
    """Print quotes, newest first, at most `limit` of them."""
    quotes = islice(store.stream_quotes(wanted), limit)
    if as_json:
        write_pieces(write_ndjson(quotes), sys.stdout.buffer)
    else:
        for quote in quotes:
            click.echo(describe_quote(quote))


def export_quotes(store: Store, wanted: QuoteFilter, form: str, target: BinaryIO) -> None:
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
        write_pieces(write_csv(convert_all(quotes, "code-points", read_text)), target)
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


def describe_quote(quote: QuoteRecord) -> str:
    article = quote.article
    date = article.published_at.date().isoformat() if article.published_at else None
    name = quote.speaker.name if quote.speaker else "(the article does not say)"
    where = ", ".join(part for part in (article.title, article.source, date) if part)
    lines = mark_words(quote.text, quote.kind), f"    {name}: {where or article.id}  [{article.id}]"
    return "\n".join(line.translate(HARMLESS) for line in lines)
