"""Many articles into the store: a bounded batch at a time, each answered in its place once it is stored."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from service.config import Config
from service.ingest.articles import ingest_all, ingest_read
from service.ingest.entries import Entry, Place, ReadArticle, Refusal
from service.ingest.time_limit import OutOfTime
from service.store import Article, InvalidArticle, SavedArticle, Store, StoreError

LOG = logging.getLogger(__name__)
# Of articles that were read before: what a transaction costs is shared, and others need not wait for long.
QUOTES_AT_ONCE = 2_000
READ_ARTICLES_AT_ONCE = 1_000


@dataclass(slots=True)
class Batch(Generic[Place]):
    """A batch to save at once: articles to extract, or articles extracted by one version."""

    entries: list[Entry[Place]] = field(default_factory=list)
    version: str | None = None
    articles: int = 0
    characters: int = 0
    quotes: int = 0

    def takes(self, given: Article | ReadArticle | Refusal) -> bool:
        return isinstance(given, Refusal) or not self.articles or find_version(given) == self.version

    def add(self, entry: Entry[Place]) -> None:
        self.entries.append(entry)
        if isinstance(entry.given, Refusal):
            return
        self.articles += 1
        self.version = find_version(entry.given)
        self.characters += len(find_article(entry.given).text)
        self.quotes += len(entry.given.extraction.quotes) if isinstance(entry.given, ReadArticle) else 0

    def is_full(self, config: Config) -> bool:
        articles = config.bulk_articles if self.version is None else READ_ARTICLES_AT_ONCE
        return (
            len(self.entries) >= articles
            or self.characters >= config.bulk_characters
            or self.quotes >= QUOTES_AT_ONCE
        )


def find_article(given: Article | ReadArticle) -> Article:
    return given.article if isinstance(given, ReadArticle) else given


def find_version(given: Article | ReadArticle) -> str | None:
    return given.extractor_version if isinstance(given, ReadArticle) else None


def save_all(
    store: Store, entries: Iterable[Entry[Place] | None], config: Config
) -> Iterator[tuple[Entry[Place], SavedArticle | Refusal]]:
    """Save articles in batches, and yield each entry, in order, with its result.

    None among the entries means that the next may take long: the batch at hand is saved first.
    Raises StoreNotReady; what was yielded is stored, and nothing else.
    """
    batch: Batch[Place] = Batch()
    for entry in entries:
        if entry is None or not batch.takes(entry.given):
            yield from save_batch(store, batch.entries, config.extract_seconds)
            batch = Batch()
        if entry is not None:
            batch.add(entry)
        if batch.is_full(config):
            yield from save_batch(store, batch.entries, config.extract_seconds)
            batch = Batch()
    yield from save_batch(store, batch.entries, config.extract_seconds)


def save_batch(
    store: Store, batch: Sequence[Entry[Place]], seconds: float
) -> Iterator[tuple[Entry[Place], SavedArticle | Refusal]]:
    """Save a batch in one transaction; an article that cannot be stored does not stop the others."""
    try:
        saved = iter(save_entries(store, batch, seconds))
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
        yield entry, entry.given if isinstance(entry.given, Refusal) else next(saved)


def save_entries(store: Store, batch: Sequence[Entry[Any]], seconds: float) -> list[SavedArticle]:
    read = [entry.given for entry in batch if isinstance(entry.given, ReadArticle)]
    if read:
        return ingest_read(store, read)
    articles = [entry.given for entry in batch if isinstance(entry.given, Article)]
    return ingest_all(store, articles, seconds=seconds)


def explain_failure(error: Exception) -> Refusal:
    if isinstance(error, InvalidArticle):
        return Refusal([(error.field, error.message)])
    if isinstance(error, OutOfTime):
        return Refusal([("text", str(error))])
    LOG.error("an article could not be extracted or stored", exc_info=error)
    return Refusal([(None, "could not be extracted or stored; the cause is in the log")])
