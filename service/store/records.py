"""The records that go into a store and come out of it: frozen, slotted dataclasses.

`QuoteRecord`, `SpeakerRecord` and `ArticleRecord` have the fields of the public JSON shapes, in their
order, so that a serialiser can write them as they are.  Datetimes are aware and come back in UTC.
"""

import hashlib
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Generic, Literal, TypeVar

from service.extractor import Span
from service.extractor.model import Gender, GenderEvidence, QuoteKind, SpeakerKind
from service.verify.compare import Difference, Verdict

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
    """The result of saving an article; `quotes` is the number of its quotes."""

    id: str
    status: Literal["created", "unchanged", "replaced"]
    quotes: int


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """A stored article; `text` is None in lists.

    `changed_at` is when it, or the quotes that were found in it, was changed last.
    """

    id: str
    text: str | None
    title: str | None
    url: str | None
    source: str | None
    author: str | None
    published_at: datetime | None
    language: str
    added_at: datetime
    changed_at: datetime
    quotes: int


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of an article's text, in code points; it may reach beyond the end."""

    article_id: str
    start: int
    length: int


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
class PersonReference:
    """Somebody on the list of known people."""

    id: str
    name: str
    external_id: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class PortrayedSpeaker(SpeakerReference):
    """The speaker of a quote, with what its article says of them, as in `service.extractor.Speaker`.

    `external_id` is that of the known person who it is, or the one given to the speaker by hand; `candidates`
    are known people of this name whom the article does not tell apart.
    """

    role: Span | None = None
    affiliation: Span | None = None
    roles: tuple[Span, ...] = ()
    gender: Gender | None = None
    gender_evidence: GenderEvidence | None = None
    external_id: str | None = None
    candidates: tuple[PersonReference, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person or organisation of the list of people you know; `aliases` are the other names.

    Articles from `since` until `until`, both inclusive, may mean them; None sets no bound.
    """

    id: str
    name: str
    kind: Literal["person", "organisation"] = "person"
    gender: Gender | None = None
    external_id: str | None = None
    aliases: tuple[str, ...] = ()
    description: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SpeakerRecord:
    """A speaker across articles; `quotes` counts direct and mixed quotes, `indirect` the indirect ones.

    `merged_into` is the id of the speaker who has the quotes of this one, if a merge gave them away;
    `gender` is what a person stated.
    """

    id: str
    name: str
    kind: SpeakerKind
    external_id: str | None
    aliases: tuple[str, ...]
    quotes: int
    indirect: int
    merged_into: str | None
    gender: Gender | None = None


@dataclass(frozen=True, slots=True)
class RoleCount:
    """A role of a speaker by its name, the number of quotes with it, and when the first and last appeared.

    None if no article with it has a date.
    """

    role: str
    quotes: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class GenderCount:
    """A gender that articles show, by what, and the number of quotes."""

    gender: Gender
    gender_evidence: GenderEvidence
    quotes: int


@dataclass(frozen=True, slots=True)
class DescribedSpeaker(SpeakerRecord):
    """A speaker, with the roles and genders that articles give, the most frequent first."""

    roles: tuple[RoleCount, ...] = ()
    genders: tuple[GenderCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a quote around the first words found; highlights are offsets into this `text`.

    `forms` are the words found that are another form of a searched one.
    """

    text: str
    highlights: tuple[tuple[int, int], ...]
    forms: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteRecord:
    """A stored quote; `corrected` is true after a correction, `snippet` is present in searches with `q`.

    `added_at` and `changed_at` are when it was stored first, and last, to the second.

    `co_speakers` speak it together with the speaker; `quotation` is the id of the group of equal quotes,
    `occurrences` its size.
    """

    id: str
    text: str
    kind: QuoteKind
    segments: tuple[Span, ...]
    speaker: PortrayedSpeaker | None
    mention: Span | None
    cue: Span | None
    rule: str
    confidence: float
    clause: Span | None
    co_speakers: tuple[SpeakerReference, ...]
    extractor_version: str
    corrected: bool
    quotation: str | None
    occurrences: int
    article: ArticleReference
    # The same quote, written twice, is equal.
    added_at: datetime = field(compare=False)
    changed_at: datetime = field(compare=False)
    snippet: Snippet | None


@dataclass(frozen=True, slots=True)
class Quotation:
    """A group of equal quotes: its longest text, and a page of its occurrences, oldest first."""

    id: str
    text: str
    occurrences: int
    page: "Page[QuoteRecord]"


@dataclass(frozen=True, slots=True)
class NearQuote:
    """A stored quote beside a quotation: how they differ, and where its words stand in the article."""

    verdict: Verdict
    similarity: float
    place: Span | None
    differences: tuple[Difference, ...]
    quote: QuoteRecord


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a quotation, and the stored quotes nearest to it, each of another quotation."""

    verdict: Verdict
    items: tuple[NearQuote, ...]


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Conditions for articles, and their order; `from_`, `to` and `since` are aware and inclusive.

    They are compared to the second.  `since` is when an article was stored first; what has no date is in no
    range of dates.  An `order` of None is newest first, `added` that which was stored last first.
    """

    source: str | None = None
    from_: datetime | None = None
    to: datetime | None = None
    since: datetime | None = None
    undated: bool | None = None
    order: Literal["newest", "added"] | None = None


# A name, or several of which any will do.
Names = str | tuple[str, ...]
Order = Literal["newest", "oldest", "relevance", "added"]


def list_names(names: Names | None) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names or ()


@dataclass(frozen=True, slots=True)
class QuoteFilter:
    """Conditions for quotes: all that are not None must hold, and the order of the list.

    `speaker` is the beginnings of words of a name, `q` a query as `service.store.text.query` reads it;
    `article` and `speaker_id` are ids; `source` is a whole name, case- and accent-blind; `from_`, `to`,
    `since` and `undated` as for articles; without `kind` quotes are direct or mixed; `unique` leaves out each
    occurrence of a quotation but the earliest.  An `order` of None is newest first; `relevance` needs `q`;
    `added` is what was stored last first.  `role` is compared by its name, as `service.store.text.roles`
    makes it.  A `label` names the condition on pages,
    where it can be dropped again.
    """

    speaker: Names | None = field(default=None, metadata={"label": "Speaker"})
    speaker_id: str | None = field(default=None, metadata={"label": "Speaker"})
    article: str | None = field(default=None, metadata={"label": "Article"})
    q: str | None = None
    kind: QuoteKind | Literal["any"] | None = field(default=None, metadata={"label": "Kind"})
    source: Names | None = field(default=None, metadata={"label": "Source"})
    from_: datetime | None = field(default=None, metadata={"label": "From"})
    to: datetime | None = field(default=None, metadata={"label": "Until"})
    min_confidence: float | None = field(default=None, metadata={"label": "Confidence from"})
    unique: bool = field(default=False, metadata={"label": "Once each"})
    order: Order | None = field(default=None, metadata={"label": "Order"})
    role: str | None = field(default=None, metadata={"label": "Role"})
    gender: Gender | Literal["unknown"] | None = field(default=None, metadata={"label": "Gender"})
    speaker_kind: SpeakerKind | None = field(default=None, metadata={"label": "Kind of speaker"})
    external_id: str | None = field(default=None, metadata={"label": "Known as"})
    since: datetime | None = field(default=None, metadata={"label": "Stored since"})
    undated: bool | None = field(default=None, metadata={"label": "Without a date"})


def list_condition_labels() -> dict[str, str]:
    """The labels of a quote filter's conditions, by their names in addresses."""
    labels = {one.name.rstrip("_"): one.metadata.get("label") for one in fields(QuoteFilter)}
    return {name: label for name, label in labels.items() if label}


FacetName = Literal["speaker", "source", "month", "kind", "gender", "role", "speaker_kind"]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet (a speaker by id, a month as 2026-03), its name, and how many quotes have it.

    The value None counts quotes without a speaker, or of articles without a source or date.
    """

    value: str | None
    name: str | None
    quotes: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of quotes by value; if not `complete`, only the newest quotes were counted."""

    quotes: int
    complete: bool
    values: dict[FacetName, tuple[FacetValue, ...]]


@dataclass(frozen=True, slots=True)
class QuoteCount:
    """The number of quotes in a list; if not `complete`, there are more than were counted."""

    quotes: int
    complete: bool


@dataclass(frozen=True, slots=True)
class MonthRecord:
    """The quotes of a month, by the sources that a timeline lists."""

    month: str
    quotes: int
    sources: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A speaker's quotes over time, months in order, none that has no quote; `undated` are in no month.

    `sources` are those with most of them.  If not `complete`, only the newest quotes were counted.
    """

    speaker: SpeakerReference
    quotes: int
    complete: bool
    sources: tuple[FacetValue, ...]
    months: tuple[MonthRecord, ...]
    undated: int


SourceGroup = Literal["gender", "role", "kind"]
SourceSpan = Literal["source", "month", "author"]


@dataclass(frozen=True, slots=True)
class SourceCount:
    """The quotes of a gender, role or kind of speaker, in a source, in a month or by an author.

    `gender_known` counts quotes of speakers whose gender is known, `evidence` those by what shows it;
    `speakers` and `speakers_known` count different people.
    """

    value: str | None
    per: str | None
    quotes: int
    words: int
    speakers: int
    gender_known: int
    speakers_known: int
    evidence: dict[GenderEvidence, int]


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """The counts of each group, and of all together."""

    total: SourceCount
    groups: tuple[SourceCount, ...]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page of a list; `cursor` is the `next_cursor` of the page before."""

    limit: int
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list, and the cursor of the next."""

    items: tuple[Item, ...]
    next_cursor: str | None


ChangeType = Literal["article", "quote", "speaker"]
ChangeAction = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """The last change of a thing; that of an article is one of its quotes too, to the second."""

    type: ChangeType
    id: str
    action: ChangeAction
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes in order; `cursor` goes on behind them, now or later if they are the last."""

    items: tuple[ChangeRecord, ...]
    cursor: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over the whole store; all but `indirect` are of direct and mixed quotes.

    `attributed` is the share of them that have a speaker, 0 to 1.
    """

    articles: int
    quotes: int
    speakers: int
    attributed: float
    by_kind: dict[str, int]
    by_rule: dict[str, int]
    indirect: int
