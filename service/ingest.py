"""Where extractor and store meet."""

from collections.abc import Sequence

from service.extractor import EXTRACTOR_VERSION, extract
from service.store import Article, SavedArticle, Store


def ingest(store: Store, article: Article) -> SavedArticle:
    """Extract an article's quotes and save both; cheap for an article that is there unchanged.

    Raises InvalidArticle for one that cannot be kept, StoreNotReady when the store cannot answer.
    """
    return ingest_all(store, [article])[0]


def ingest_all(store: Store, articles: Sequence[Article]) -> list[SavedArticle]:
    """The same for several articles in one transaction: all are saved, or none."""
    stored = store.find_unchanged(articles, extractor_version=EXTRACTOR_VERSION)
    changed = [article for article in articles if article.id not in stored]
    extracted = [(article, extract(article.text, language=article.language)) for article in changed]
    saved = iter(store.save_articles(extracted, extractor_version=EXTRACTOR_VERSION))
    return [stored[article.id] if article.id in stored else next(saved) for article in articles]
