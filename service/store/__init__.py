"""The store: articles, quotes, speakers; the only place with SQL.

Records and errors load nothing else: only `Store` brings SQLAlchemy along.
"""

from typing import TYPE_CHECKING, Any

from service.store.changes import (
    AnnotatedArticle,
    Annotation,
    CorrectionRecord,
    QuoteChange,
    QuoteDifference,
    QuoteSummary,
    SpeakerChange,
    SpeakerChoice,
    StoredText,
)
from service.store.errors import (
    BackupRefused,
    ChangesDropped,
    InvalidArticle,
    InvalidChange,
    InvalidCursor,
    InvalidQuery,
    PartitionRefused,
    StoreError,
    StoreNotReady,
)
from service.store.records import (
    Article,
    ArticleFilter,
    ArticleRecord,
    ArticleReference,
    ChangePage,
    ChangeRecord,
    DescribedSpeaker,
    FacetName,
    Facets,
    FacetValue,
    KnownPerson,
    MonthRecord,
    NearQuote,
    Order,
    Page,
    PageRequest,
    PersonReference,
    PortrayedSpeaker,
    Quotation,
    QuoteCount,
    QuoteFilter,
    QuoteRecord,
    SavedArticle,
    Snippet,
    SourceCount,
    SourceCounts,
    SourceGroup,
    SourceSpan,
    SpeakerRecord,
    SpeakerReference,
    Statistics,
    TextPart,
    Timeline,
    Verification,
    derive_article_id,
    list_condition_labels,
    list_names,
)
from service.store.write_condition import hold_writes, release_writes

if TYPE_CHECKING:
    from service.store.store import Store

__all__ = [
    "AnnotatedArticle",
    "Annotation",
    "Article",
    "ArticleFilter",
    "ArticleRecord",
    "ArticleReference",
    "BackupRefused",
    "ChangePage",
    "ChangeRecord",
    "ChangesDropped",
    "CorrectionRecord",
    "DescribedSpeaker",
    "FacetName",
    "FacetValue",
    "Facets",
    "InvalidArticle",
    "InvalidChange",
    "InvalidCursor",
    "InvalidQuery",
    "KnownPerson",
    "MonthRecord",
    "NearQuote",
    "Order",
    "Page",
    "PageRequest",
    "PartitionRefused",
    "PersonReference",
    "PortrayedSpeaker",
    "Quotation",
    "QuoteChange",
    "QuoteCount",
    "QuoteDifference",
    "QuoteFilter",
    "QuoteRecord",
    "QuoteSummary",
    "SavedArticle",
    "Snippet",
    "SourceCount",
    "SourceCounts",
    "SourceGroup",
    "SourceSpan",
    "SpeakerChange",
    "SpeakerChoice",
    "SpeakerRecord",
    "SpeakerReference",
    "Statistics",
    "Store",
    "StoreError",
    "StoreNotReady",
    "StoredText",
    "TextPart",
    "Timeline",
    "Verification",
    "derive_article_id",
    "hold_writes",
    "list_condition_labels",
    "list_names",
    "release_writes",
]


def __getattr__(name: str) -> Any:
    """Load `Store` when it is first used."""
    if name != "Store":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from service.store.store import Store

    return Store
