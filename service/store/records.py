"""What goes into a store and comes out of it: frozen, slotted dataclasses.

`QuoteRecord`, `SpeakerRecord` and `ArticleRecord` have the fields of the public JSON shapes, in their
order, so that a serialiser can write them as they are.  Datetimes are aware and come back in UTC.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from service.extractor import Span
from service.extractor.model import QuoteKind, SpeakerKind

Item = TypeVar("Item")


def derive_article_id(text: str, url: str | None, source: str | None) -> str:
    """The id of an article that comes without one: its text and where it appeared, not its title or date.

    So a corrected headline changes the article, and wire copy in two outlets stays two articles.
    """
    content = "\0".join((text, url or "", source or ""))
    return "a" + hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it is given to the store; an empty id is derived from the content."""

    text: str
    id: str = ""
    title: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", derive_article_id(self.text, self.url, self.source))


@dataclass(frozen=True, slots=True)
class SavedArticle:
    """What saving did; `quotes` is the number of quotes the article has now."""

    id: str
    status: Literal["created", "unchanged", "replaced"]
    quotes: int


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """A stored article; `text` is None in lists."""

    id: str
    text: str | None
    title: str | None
    url: str | None
    source: str | None
    author: str | None
    published_at: datetime | None
    language: str
    added_at: datetime
    quotes: int


@dataclass(frozen=True, slots=True)
class ArticleReference:
    """The article of a quote."""

    id: str
    title: str | None
    url: str | None
    source: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class SpeakerReference:
    """The speaker of a quote."""

    id: str
    name: str
    kind: SpeakerKind


@dataclass(frozen=True, slots=True)
class SpeakerRecord:
    """A speaker across articles; `quotes` counts theirs, `indirect` what articles retell of them.

    `merged_into` is the id of the speaker who has the quotes of this one, if a merge gave them away.
    """

    id: str
    name: str
    kind: SpeakerKind
    external_id: str | None
    aliases: tuple[str, ...]
    quotes: int
    indirect: int
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a quote around the first words found; highlights are offsets into this `text`."""

    text: str
    highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class QuoteRecord:
    """A stored quote; `corrected` says that a person put it right, `snippet` is there when `q` was asked.

    `quotation` is the id of what it is one of so many `occurrences` of.
    """

    id: str
    text: str
    kind: QuoteKind
    segments: tuple[Span, ...]
    speaker: SpeakerReference | None
    mention: Span | None
    cue: Span | None
    rule: str
    confidence: float
    clause: Span | None
    extractor_version: str
    corrected: bool
    quotation: str | None
    occurrences: int
    article: ArticleReference
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class Quotation:
    """The same words wherever they stand: the longest text of them, a page of occurrences, oldest first."""

    id: str
    text: str
    occurrences: int
    page: "Page[QuoteRecord]"


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles; `from_` and `to` are aware, inclusive, and compared to the second."""

    source: str | None = None
    from_: datetime | None = None
    to: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuoteFilter:
    """Which quotes: all conditions that are not None hold.

    `speaker` is the beginnings of words of a name, `q` what `service.store.query` reads; `article` and
    `speaker_id` are ids; `source` is a whole name, case- and accent-blind; `from_` and `to` as for articles;
    without `kind` quotes are direct or mixed; `unique` leaves out all occurrences of a quotation but one, the
    earliest.
    """

    speaker: str | None = None
    speaker_id: str | None = None
    article: str | None = None
    q: str | None = None
    kind: QuoteKind | Literal["any"] | None = None
    source: str | None = None
    from_: datetime | None = None
    to: datetime | None = None
    min_confidence: float | None = None
    unique: bool = False


FacetName = Literal["speaker", "source", "month", "kind"]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A speaker (by id), source, month (2026-03) or kind, its name, and how many quotes have it.

    None stands for quotes without a speaker, or of articles without a source.
    """

    value: str | None
    name: str | None
    quotes: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How quotes are shared among values; if not `complete`, only the newest were looked at."""

    quotes: int
    complete: bool
    values: dict[FacetName, tuple[FacetValue, ...]]


@dataclass(frozen=True, slots=True)
class MonthRecord:
    """The quotes of a month, by the sources that a timeline lists."""

    month: str
    quotes: int
    sources: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A speaker's quotes over time, months in order, none that has no quote.

    `sources` are those with most of them.  If not `complete`, only the newest quotes were counted.
    """

    speaker: SpeakerReference
    quotes: int
    complete: bool
    sources: tuple[FacetValue, ...]
    months: tuple[MonthRecord, ...]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How much of a list; `cursor` is the `next_cursor` of the page before."""

    limit: int
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list, and where it goes on."""

    items: tuple[Item, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over the whole store; all but `indirect` are of quotes in marks.

    `attributed` is the share of them that have a speaker, 0 to 1.
    """

    articles: int
    quotes: int
    speakers: int
    attributed: float
    by_kind: dict[str, int]
    by_rule: dict[str, int]
    indirect: int
