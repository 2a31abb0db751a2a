"""A copy of a store that follows its changes, and nothing else."""

from dataclasses import dataclass, field, replace
from typing import Any

from service.store import (
    ArticleFilter,
    ArticleRecord,
    ChangeRecord,
    PageRequest,
    QuoteFilter,
    QuoteRecord,
    Store,
)

EVERYTHING = PageRequest(1_000)


@dataclass
class Copy:
    """Articles and quotes by id, as they were fetched."""

    cursor: str | None = None
    articles: dict[str, ArticleRecord] = field(default_factory=dict)
    quotes: dict[str, QuoteRecord] = field(default_factory=dict)
    seen: list[ChangeRecord] = field(default_factory=list)

    def follow(self, store: Store, limit: int = 3, most: int | None = None) -> list[ChangeRecord]:
        """Go on from where the copy is, to the end or for some pages; return what was told."""
        told: list[ChangeRecord] = []
        pages = 0
        while True:
            page = store.list_changes(PageRequest(limit, self.cursor))
            for change in page.items:
                self.take(store, change)
            told += page.items
            self.cursor = page.cursor
            pages += 1
            if page.is_last or pages == most:
                return told

    def take(self, store: Store, change: ChangeRecord) -> None:
        if change.type == "speaker":
            quotes = store.list_quotes(QuoteFilter(speaker_id=change.id, kind="any"), EVERYTHING)
            self.quotes |= list_by_id(quotes.items)
        elif change.type == "quote":
            quote = store.get_quote(change.id)
            self.quotes.pop(change.id, None)
            if quote is not None:
                self.quotes[quote.id] = leave_out_counts(quote)
        else:
            self.take_article(store, change.id)

    def take_article(self, store: Store, article_id: str) -> None:
        self.articles.pop(article_id, None)
        self.quotes = {key: one for key, one in self.quotes.items() if one.article.id != article_id}
        article = store.get_article(article_id)
        if article is not None:
            self.articles[article_id] = article
            quotes = store.list_quotes(QuoteFilter(article=article_id, kind="any"), EVERYTHING)
            self.quotes |= list_by_id(quotes.items)


def leave_out_counts(quote: QuoteRecord) -> QuoteRecord:
    """A quote without what is counted over all articles."""
    return replace(quote, quotation=None, occurrences=0)


def list_by_id(quotes: Any) -> dict[str, QuoteRecord]:
    return {one.id: leave_out_counts(one) for one in quotes}


def read_store(store: Store) -> tuple[dict[str, ArticleRecord], dict[str, QuoteRecord]]:
    """All articles and quotes of a store, from its lists."""
    listed = store.list_articles(ArticleFilter(), EVERYTHING).items
    articles = {one.id: article for one in listed if (article := store.get_article(one.id)) is not None}
    return articles, list_by_id(store.list_quotes(QuoteFilter(kind="any"), EVERYTHING).items)
