"""The store: everything that is kept, behind one class."""

from collections.abc import Sequence

from service.extractor import Extraction
from service.store.records import (
    Article,
    ArticleFilter,
    ArticleRecord,
    Page,
    PageRequest,
    QuoteFilter,
    QuoteRecord,
    SavedArticle,
    SpeakerRecord,
    Statistics,
)


class Store:
    """Articles, their quotes and speakers in SQLite or PostgreSQL.

    Safe to share between threads.  After a fork each process opens connections of its own if the parent
    has called `close` (or has not used the store).  Every method may raise StoreNotReady.
    """

    def __init__(self, url: str) -> None:
        """Opens nothing yet.  Raises ValueError for an address that is no file and no server."""
        raise NotImplementedError

    def upgrade(self) -> None:
        """Create the tables, or bring those of an older version up to date."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise StoreNotReady unless the store is reachable and its schema is this version's."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections that are open; the next call opens new ones."""
        raise NotImplementedError

    def save_article(
        self, article: Article, extraction: Extraction, *, extractor_version: str
    ) -> SavedArticle:
        """Save an article and its quotes in one transaction.  Raises InvalidArticle."""
        raise NotImplementedError

    def save_articles(
        self, extracted: Sequence[tuple[Article, Extraction]], *, extractor_version: str
    ) -> list[SavedArticle]:
        """Save several articles in one transaction, in order: all or, if this raises, none."""
        raise NotImplementedError

    def find_unchanged(
        self, articles: Sequence[Article], *, extractor_version: str
    ) -> dict[str, SavedArticle]:
        """By id, those of the articles that are stored just so, with quotes of this extractor."""
        raise NotImplementedError

    def get_article(self, article_id: str) -> ArticleRecord | None:
        raise NotImplementedError

    def delete_article(self, article_id: str) -> bool:
        raise NotImplementedError

    def list_articles(self, wanted: ArticleFilter, page: PageRequest) -> Page[ArticleRecord]:
        """Newest first.  Raises InvalidCursor."""
        raise NotImplementedError

    def list_quotes(self, wanted: QuoteFilter, page: PageRequest) -> Page[QuoteRecord]:
        """Newest first, those of one article in the order of its text.  Raises InvalidQuery, InvalidCursor."""
        raise NotImplementedError

    def get_quote(self, quote_id: str) -> QuoteRecord | None:
        raise NotImplementedError

    def list_speakers(self, q: str | None, page: PageRequest) -> Page[SpeakerRecord]:
        """By name; `q` is the beginnings of words of the name.  Raises InvalidQuery, InvalidCursor."""
        raise NotImplementedError

    def get_speaker(self, speaker_id: str) -> SpeakerRecord | None:
        raise NotImplementedError

    def stats(self) -> Statistics:
        raise NotImplementedError
