"""Where extractor and store meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.extractor import EXTRACTOR_VERSION, extract
from service.store import Article, QuoteDifference, SavedArticle, Store

ARTICLES_AT_ONCE = 50


def ingest(store: Store, article: Article) -> SavedArticle:
    """Extract an article's quotes and save both; cheap for an article that is there unchanged.

    Raises InvalidArticle for one that cannot be kept, ValueError for a language that the extractor does not
    have, StoreNotReady when the store cannot answer.
    """
    return ingest_all(store, [article])[0]


def ingest_all(store: Store, articles: Sequence[Article]) -> list[SavedArticle]:
    """The same for several articles in one transaction: all are saved, or none."""
    unchanged = store.find_unchanged(articles, extractor_version=EXTRACTOR_VERSION)
    extracted = [
        (article, extract(article.text, language=article.language))
        for article, known in zip(articles, unchanged, strict=True)
        if known is None
    ]
    saved = iter(store.save_articles(extracted, extractor_version=EXTRACTOR_VERSION))
    return [next(saved) if known is None else known for known in unchanged]


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
        read = [(text, extract(text.text, language=text.language)) for text in texts]
        if dry_run:
            found = [store.compare_quotes(*pair, extractor_version=EXTRACTOR_VERSION) for pair in read]
        else:
            found = store.replace_quotes(read, extractor_version=EXTRACTOR_VERSION)
        for text, differences in zip(texts, found, strict=True):
            yield ReextractedArticle(text.id, differences)
        after = texts[-1].key
