"""`quotes reextract`: what the rules of this version make of the articles that are stored."""

import sys
from collections import Counter

import click

from service.cli.progress import Progress
from service.cli.quotes import HARMLESS
from service.ingest import reextract
from service.kinds import mark_words
from service.store import QuoteDifference, QuoteSummary, Store

SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def reextract_all(store: Store, *, dry_run: bool, every: bool) -> None:
    """Print each difference, and at the end how many there are."""
    counts: Counter[str] = Counter()
    articles = changed = 0
    with Progress(None, unit=" articles", wanted=not sys.stdout.isatty()) as progress:
        for article in reextract(store, dry_run=dry_run, every=every):
            articles += 1
            changed += bool(article.differences)
            counts.update(difference.status for difference in article.differences)
            for difference in article.differences:
                click.echo(describe_difference(article.id, difference).translate(HARMLESS))
            progress.advance(1)
    done = "would change" if dry_run else "changed"
    numbers = ", ".join(f"{counts[status]} {status}" for status in SIGNS)
    click.echo(f"{articles} articles read, {changed} {done}; quotes: {numbers}")


def describe_difference(article_id: str, difference: QuoteDifference) -> str:
    """Write one line: what was, an arrow, and what is now; the words once where they stay."""
    before, after = difference.before, difference.after
    readings = [describe_reading(reading) for reading in (before, after) if reading is not None]
    if before is not None and after is not None and before.text == after.text:
        readings[1] = readings[1].removeprefix(f"{mark_words(after.text, after.kind)} ")
    return f"{SIGNS[difference.status]} {article_id}: {' -> '.join(readings)}"


def describe_reading(reading: QuoteSummary) -> str:
    words = mark_words(reading.text, reading.kind)
    return f"{words} {reading.speaker or '(nobody named)'}, {reading.kind}, {reading.rule}"
