"""All that is kept: articles, quotes, speakers; the only place with SQL."""

from service.store.errors import InvalidArticle, InvalidCursor, InvalidQuery, StoreError, StoreNotReady
from service.store.records import (
    Article,
    ArticleFilter,
    ArticleRecord,
    ArticleReference,
    Page,
    PageRequest,
    QuoteFilter,
    QuoteRecord,
    SavedArticle,
    Snippet,
    SpeakerRecord,
    SpeakerReference,
    Statistics,
    derive_article_id,
)
from service.store.store import Store

__all__ = [
    "Article",
    "ArticleFilter",
    "ArticleRecord",
    "ArticleReference",
    "InvalidArticle",
    "InvalidCursor",
    "InvalidQuery",
    "Page",
    "PageRequest",
    "QuoteFilter",
    "QuoteRecord",
    "SavedArticle",
    "Snippet",
    "SpeakerRecord",
    "SpeakerReference",
    "Statistics",
    "Store",
    "StoreError",
    "StoreNotReady",
    "derive_article_id",
]
