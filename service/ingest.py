"""Where extractor and store meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from service.extractor import EVERY_KIND, EXTRACTOR_VERSION, Extraction, QuoteKind, extract
from service.monitoring.metrics import SAVED, extract_counted
from service.store import Article, QuoteDifference, SavedArticle, Store
from service.time_limit import time_limit

ARTICLES_AT_ONCE = 50


def ingest(store: Store, article: Article, *, seconds: float = inf) -> SavedArticle:
    """Extract an article's quotes and save both; cheap for an article that is there unchanged.

    Raises InvalidArticle for one that cannot be kept, ValueError for a language that the extractor does not
    have, StoreNotReady when the store cannot answer, OutOfTime when the article takes more `seconds` to read.
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


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article with the quotes that the extractor of some version found in it before."""

    article: Article
    extraction: Extraction
    extractor_version: str


def ingest_read(store: Store, read: Sequence[ReadArticle]) -> list[SavedArticle]:
    """Save articles that one extractor has read, as `ingest_all` does.

    What the extractor of today has read of the same article is not replaced by what another has.
    """
    if not read:
        return []
    versions = {"extractor_version": read[0].extractor_version, "unless_read_by": EXTRACTOR_VERSION}
    unchanged = store.find_unchanged([one.article for one in read], **versions)
    new = [(one.article, one.extraction) for one, known in zip(read, unchanged, strict=True) if known is None]
    return fill_in(unchanged, store.save_articles(new, **versions))


def fill_in(unchanged: Sequence[SavedArticle | None], saved: Sequence[SavedArticle]) -> list[SavedArticle]:
    """What became of each article, counted."""
    left = iter(saved)
    outcomes = [next(left) if known is None else known for known in unchanged]
    for outcome in outcomes:
        SAVED.add((outcome.status,))
    return outcomes


def extract_in_time(article: Article, seconds: float, kinds: frozenset[QuoteKind] = EVERY_KIND) -> Extraction:
    with time_limit(seconds):
        return extract_counted(article.text, language=article.language, kinds=kinds)


@dataclass(frozen=True, slots=True)
class ReextractedArticle:
    """An article that was read anew, and what that changes: nothing, often."""

    id: str
    differences: tuple[QuoteDifference, ...]


def reextract(store: Store, *, dry_run: bool = False, every: bool = False) -> Iterator[ReextractedArticle]:
    """Run the rules of today over the articles that those of another version read, or over `every` one.

    Batches are saved before they are yielded, so that a run that was stopped goes on when it is started
    again; `dry_run` saves nothing.
    """
    after = None
    while texts := store.list_texts(
        after=after, limit=ARTICLES_AT_ONCE, unless_read_by=None if every else EXTRACTOR_VERSION
    ):
        read = [(text, extract(text.text, language=text.language, kinds=EVERY_KIND)) for text in texts]
        if dry_run:
            found = [store.compare_quotes(*pair, extractor_version=EXTRACTOR_VERSION) for pair in read]
        else:
            found = store.replace_quotes(read, extractor_version=EXTRACTOR_VERSION)
        for text, differences in zip(texts, found, strict=True):
            yield ReextractedArticle(text.id, differences)
        after = texts[-1].key
