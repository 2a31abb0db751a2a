"""Many articles into the store: a bounded batch at a time, each answered in its place once it is stored."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.config import Config
from service.ingest import ingest_all
from service.store import Article, InvalidArticle, SavedArticle, Store, StoreError
from service.time_limit import OutOfTime

Place = TypeVar("Place")
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not stored: what is wrong with which fields (None: with the whole)."""

    errors: Sequence[tuple[str | None, str]]


@dataclass(frozen=True, slots=True)
class Entry(Generic[Place]):
    """What is to be stored, or why it cannot be; where it stands; how many bytes it took there."""

    place: Place
    given: Article | Refusal
    size: int


def save_all(
    store: Store, entries: Iterable[Entry[Place] | None], config: Config
) -> Iterator[tuple[Entry[Place], SavedArticle | Refusal]]:
    """Save articles in batches, and yield each entry, in order, with what became of it.

    None among the entries says that the next may be long in coming: what is in hand is saved first.
    Raises StoreNotReady; what was yielded is stored, and nothing else.
    """
    batch: list[Entry[Place]] = []
    characters = 0
    for entry in entries:
        if entry is not None:
            batch.append(entry)
            characters += len(entry.given.text) if isinstance(entry.given, Article) else 0
        if entry is None or is_full(batch, characters, config):
            yield from save_batch(store, batch, config.extract_seconds)
            batch, characters = [], 0
    yield from save_batch(store, batch, config.extract_seconds)


def is_full(batch: Sequence[Entry[Place]], characters: int, config: Config) -> bool:
    return len(batch) >= config.bulk_articles or characters >= config.bulk_characters


def save_batch(
    store: Store, batch: Sequence[Entry[Place]], seconds: float
) -> Iterator[tuple[Entry[Place], SavedArticle | Refusal]]:
    """Save a batch in one transaction; an article that cannot be kept does not keep out the others."""
    articles = [entry.given for entry in batch if isinstance(entry.given, Article)]
    try:
        saved = iter(ingest_all(store, articles, seconds=seconds))
    except Exception as error:
        if isinstance(error, StoreError) and not isinstance(error, InvalidArticle):
            raise
        if len(batch) > 1:
            for entry in batch:
                yield from save_batch(store, [entry], seconds)
        else:
            yield batch[0], explain_failure(error)
        return
    for entry in batch:
        yield entry, next(saved) if isinstance(entry.given, Article) else entry.given


def explain_failure(error: Exception) -> Refusal:
    if isinstance(error, InvalidArticle):
        return Refusal([(error.field, error.message)])
    if isinstance(error, OutOfTime):
        return Refusal([("text", str(error))])
    LOG.error("an article could not be extracted or stored", exc_info=error)
    return Refusal([(None, "could not be extracted or stored; the cause is in the log")])
