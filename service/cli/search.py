"""`quotes search`: stored quotes for people to read."""

import sys
from itertools import chain, islice
from typing import Any

import click

from service.cli.export import write_pieces
from service.cli.terminal import blank_out
from service.formats.ndjson import write_ndjson
from service.formats.plain import mark_words
from service.store import QuoteFilter, QuoteRecord, Store


def read_filter(conditions: dict[str, Any]) -> QuoteFilter:
    """Make a filter of options.  Raises UsageError for those that contradict each other."""
    names = {name: conditions[name] or None for name in ("speaker", "source")}
    wanted = QuoteFilter(**conditions | names)
    if wanted.from_ is not None and wanted.to is not None and wanted.from_ > wanted.to:
        raise click.UsageError(f"--from must not be after --to, which is {wanted.to.isoformat()}")
    if wanted.undated and (wanted.from_ is not None or wanted.to is not None):
        raise click.UsageError("--undated does not go with --from or --to: they are for dates")
    if wanted.order == "relevance" and wanted.q is None:
        raise click.UsageError("--order relevance is for a search with words")
    return wanted


def print_quotes(store: Store, wanted: QuoteFilter, *, limit: int, as_json: bool) -> None:
    """Print quotes, at most `limit` of them; say so if there is none."""
    quotes = islice(store.stream_quotes(wanted), limit)
    first = next(quotes, None)
    if first is None:
        click.echo("no quotes found", err=True)
        return
    found = chain([first], quotes)
    if as_json:
        write_pieces(write_ndjson(found), sys.stdout.buffer)
    else:
        for quote in found:
            click.echo(format_quote(quote))


def format_quote(quote: QuoteRecord) -> str:
    article = quote.article
    date = article.published_at.date().isoformat() if article.published_at else None
    name = quote.speaker.name if quote.speaker else "(the article does not say)"
    where = ", ".join(part for part in (article.title, article.source, date) if part)
    lines = mark_words(quote.text, quote.kind), f"    {name}: {where or article.id}  [{article.id}]"
    return "\n".join(blank_out(line) for line in lines)
