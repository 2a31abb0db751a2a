"""`quotes search` and `quotes export`: stored quotes for people to read, or for other programs."""

import sys
from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

import click

from service.api.quotes import convert_all, text_reader
from service.extras import ExtraMissing
from service.formats import write_citron, write_corenlp, write_csv, write_ndjson
from service.kinds import mark_words
from service.parquet import write_parquet
from service.store import QuoteFilter, QuoteRecord, Store

# An article may hold what would move the cursor or rename the window.
HARMLESS = dict.fromkeys((*range(32), *range(127, 160)), " ")


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
    quotes = store.stream_quotes(wanted)
    read_text = text_reader(store)
    if form == "parquet":
        try:
            write_parquet(convert_all(quotes, "code-points", read_text), target)
        except ExtraMissing as error:
            raise click.ClickException(str(error)) from None
    elif form == "csv":
        write_pieces(write_csv(convert_all(quotes, "code-points", read_text)), target)
    elif form == "ndjson":
        write_pieces(write_ndjson(quotes), target)
    else:
        write_pieces({"citron": write_citron, "corenlp": write_corenlp}[form](quotes, read_text), target)


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
