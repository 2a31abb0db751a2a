"""A quote of a store, as the formats are given it."""

from datetime import UTC, datetime

from service.extractor import Span
from service.store import ArticleReference, QuoteRecord

NOW = datetime.now(UTC)
# Of the text „Ja“, sagte wer.
SAID_BY_NOBODY = QuoteRecord(
    id="q",
    text="Ja",
    kind="direct",
    segments=(Span(1, 3, "Ja"),),
    speaker=None,
    mention=None,
    cue=None,
    rule="r",
    confidence=0.5,
    clause=None,
    co_speakers=(),
    extractor_version="1",
    corrected=False,
    quotation="w",
    occurrences=1,
    article=ArticleReference("a", None, None, None, None),
    added_at=NOW,
    changed_at=NOW,
    snippet=None,
)
