"""Extracts articles and saves them with their quotes."""

from collections.abc import Sequence
from math import inf

from service.extractor import EXTRACTOR_VERSION
from service.ingest.entries import ReadArticle
from service.ingest.extract import extract_in_time
from service.monitoring.metrics import SAVED
from service.store import Article, SavedArticle, Store


def ingest(store: Store, article: Article, *, seconds: float = inf) -> SavedArticle:
    """Extract an article's quotes and save both; cheap if the article is stored unchanged.

    Raises InvalidArticle for one that cannot be kept, ValueError for a language that the extractor does not
    have, StoreNotReady if the store cannot answer, OutOfTime if the article takes more `seconds` to read.
    """
    return ingest_all(store, [article], seconds=seconds)[0]


def ingest_all(store: Store, articles: Sequence[Article], *, seconds: float = inf) -> list[SavedArticle]:
    """The same for several articles in one transaction: all are saved, or none.  `seconds` is for each."""
    unchanged = store.find_unchanged(articles, extractor_version=EXTRACTOR_VERSION)
    extracted = [
        (article, extract_in_time(article, seconds))
        for article, known in zip(articles, unchanged, strict=True)
        if known is None
    ]
    return fill_in(unchanged, store.save_articles(extracted, extractor_version=EXTRACTOR_VERSION))


def ingest_read(store: Store, read: Sequence[ReadArticle]) -> list[SavedArticle]:
    """Save articles that one extractor has read, as `ingest_all` does.

    Quotes of the current extractor version are not replaced by those of another.
    """
    if not read:
        return []
    versions = {"extractor_version": read[0].extractor_version, "unless_read_by": EXTRACTOR_VERSION}
    unchanged = store.find_unchanged([one.article for one in read], **versions)
    new = [(one.article, one.extraction) for one, known in zip(read, unchanged, strict=True) if known is None]
    return fill_in(unchanged, store.save_articles(new, **versions))


def fill_in(unchanged: Sequence[SavedArticle | None], saved: Sequence[SavedArticle]) -> list[SavedArticle]:
    """Return the result of each article, and count it."""
    left = iter(saved)
    outcomes = [next(left) if known is None else known for known in unchanged]
    for outcome in outcomes:
        SAVED.add((outcome.status,))
    return outcomes
