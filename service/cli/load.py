"""`quotes load`: articles of files into the store, as HTTP takes them in bulk, in one process or several."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import click

from service.cli.progress import Progress
from service.config import Config
from service.files.pieces import Piece, cut_source, find_sources, measure, read_piece
from service.files.portions import cut_portions
from service.ingest.batches import save_all
from service.ingest.entries import Refusal
from service.processes import WorkerLost, collect_less_often, map_in_processes
from service.store import SavedArticle, Store

# What a process reads and stores before it takes more.
PORTION_BYTES = 256 * 1024
# Others who load may be many, and each has its turn.
BUSY_SECONDS = 120


class Done(NamedTuple):
    """The result of loading an article, its place in the file, and its size there in bytes."""

    place: str
    size: int
    outcome: SavedArticle | Refusal


@dataclass(slots=True)
class Summary:
    """The result of a load."""

    statuses: Counter[str] = field(default_factory=Counter)
    quotes: int = 0
    failed: int = 0

    def __str__(self) -> str:
        counts = ", ".join(
            f"{self.statuses[status]} {status}" for status in ("created", "replaced", "unchanged")
        )
        articles = self.statuses.total()
        return f"{articles} articles with {self.quotes} quotes: {counts}; {self.failed} failed"


def load(store: Store, paths: Iterable[Path], config: Config, *, workers: int = 1) -> Summary:
    """Save the articles of files and folders, and report on standard error each one that cannot be."""
    sources = list(find_sources(paths))
    summary = Summary()
    with Progress(measure(sources)) as progress:
        pieces = (piece for source in sources for piece in cut_source(source))
        for done in save_pieces(store, pieces, config, workers):
            if isinstance(done.outcome, Refusal):
                summary.failed += 1
                progress.report(f"{done.place}: {describe_refusal(done.outcome)}")
            else:
                summary.statuses[done.outcome.status] += 1
                summary.quotes += done.outcome.quotes
            progress.advance(done.size)
    return summary


def describe_refusal(refusal: Refusal) -> str:
    return "; ".join(f"{field}: {message}" if field else message for field, message in refusal.errors)


def save_pieces(store: Store, pieces: Iterator[Piece], config: Config, workers: int) -> Iterator[Done]:
    if workers == 1:
        collect_less_often()
        yield from save(store, pieces, config)
        return
    save_portion = partial(save_in_worker, config)
    portions = cut_portions(pieces, lambda piece: piece.size, PORTION_BYTES)
    try:
        for done in map_in_processes(save_portion, portions, workers, in_order=True):
            yield from done
    except WorkerLost as error:
        message = f"{error}; stored articles stay, and the same command continues"
        raise click.ClickException(message) from None


def save(store: Store, pieces: Iterable[Piece], config: Config) -> Iterator[Done]:
    entries = (entry for piece in pieces for entry in read_piece(piece))
    return (Done(entry.place, entry.size, outcome) for entry, outcome in save_all(store, entries, config))


def save_in_worker(config: Config, portion: list[Piece]) -> list[Done]:
    return list(save(open_own_store(config.database_url, config.speaker_gender == "on"), portion, config))


@cache
def open_own_store(url: str, keeps_gender: bool) -> Store:
    """The store of this process, for all portions."""
    return Store(url, busy_seconds=BUSY_SECONDS, keeps_gender=keeps_gender)
