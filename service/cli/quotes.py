"""`quotes search` and `quotes export`: stored quotes for people to read, or as NDJSON."""

import sys
from collections.abc import Iterator
from itertools import islice

import click
import orjson

from service.store import PageRequest, QuoteFilter, QuoteRecord, Store

PAGE_QUOTES = 500
# An article may hold what would move the cursor or rename the window.
HARMLESS = dict.fromkeys((*range(32), *range(127, 160)), " ")


def print_quotes(store: Store, wanted: QuoteFilter, *, limit: int | None, as_json: bool) -> None:
    """Print quotes, newest first, at most `limit` of them."""
    for quote in islice(list_quotes(store, wanted, limit), limit):
        if as_json:
            sys.stdout.buffer.write(dump_quote(quote))
        else:
            click.echo(describe_quote(quote))
    sys.stdout.flush()


def list_quotes(store: Store, wanted: QuoteFilter, limit: int | None) -> Iterator[QuoteRecord]:
    size = PAGE_QUOTES if limit is None else min(limit, PAGE_QUOTES)
    page = store.list_quotes(wanted, PageRequest(size))
    yield from page.items
    while page.next_cursor is not None:
        page = store.list_quotes(wanted, PageRequest(size, page.next_cursor))
        yield from page.items


def dump_quote(quote: QuoteRecord) -> bytes:
    return orjson.dumps(quote, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def describe_quote(quote: QuoteRecord) -> str:
    article = quote.article
    date = article.published_at.date().isoformat() if article.published_at else None
    name = quote.speaker.name if quote.speaker else "(the article does not say)"
    where = ", ".join(part for part in (article.title, article.source, date) if part)
    lines = f"“{quote.text}”", f"    {name}: {where or article.id}  [{article.id}]"
    return "\n".join(line.translate(HARMLESS) for line in lines)
