"""`quotes stats`: counts over the whole store."""

import sys
from collections.abc import Mapping

import click

from service.cli.export import write_pieces
from service.formats.ndjson import write_ndjson
from service.store import Statistics


def print_statistics(counted: Statistics, *, as_json: bool) -> None:
    """Print the counts, a line each, or all as JSON."""
    if as_json:
        write_pieces(write_ndjson([counted]), sys.stdout.buffer)
        return
    click.echo(f"articles: {counted.articles}")
    click.echo(f"quotes: {counted.quotes} ({write_counts(counted.by_kind)}); {counted.indirect} indirect")
    click.echo(f"speakers: {counted.speakers}")
    click.echo(f"with a speaker: {counted.attributed:.1%}")
    click.echo(f"rules: {write_counts(counted.by_rule)}")


def write_counts(counts: Mapping[str, int]) -> str:
    """Write counts, the highest first."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number} {name}" for name, number in ranked)
