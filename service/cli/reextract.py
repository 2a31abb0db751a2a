"""`quotes reextract`: runs the rules of this version on stored articles."""

import sys
from collections import Counter

import click

from service.cli.progress import Progress
from service.cli.terminal import blank_out
from service.formats.plain import mark_words
from service.ingest.reextract import reextract
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
                click.echo(blank_out(describe_difference(article.id, difference)))
            progress.advance(1)
    done = "would change" if dry_run else "changed"
    numbers = ", ".join(f"{counts[status]} {status}" for status in SIGNS)
    click.echo(f"{articles} articles read, {changed} {done}; quotes: {numbers}")


def describe_difference(article_id: str, difference: QuoteDifference) -> str:
    """Write one line: the old value, an arrow and the new one; equal words only once."""
    before, after = difference.before, difference.after
    readings = [describe_reading(reading) for reading in (before, after) if reading is not None]
    if before is not None and after is not None and before.text == after.text:
        readings[1] = readings[1].removeprefix(f"{mark_words(after.text, after.kind)} ")
    return f"{SIGNS[difference.status]} {article_id}: {' -> '.join(readings)}"


def describe_reading(reading: QuoteSummary) -> str:
    words = mark_words(reading.text, reading.kind)
    return f"{words} {reading.speaker or '(nobody named)'}, {reading.kind}, {reading.rule}"
