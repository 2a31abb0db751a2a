"""Changes by hand: to speakers across articles, and to quotes that the extractor got wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.extractor.model import Gender, QuoteKind, SpeakerKind

DifferenceStatus = Literal["added", "removed", "changed"]
AnnotatedKind = QuoteKind | Literal["other"]


@dataclass(frozen=True, slots=True)
class SpeakerChange:
    """A change of a speaker; fields that are None stay as they are.

    An empty `external_id` or `gender` removes the present one.  `aliases` are all other names given by hand;
    names that articles use are added by themselves and stay.
    """

    name: str | None = None
    kind: SpeakerKind | None = None
    external_id: str | None = None
    aliases: tuple[str, ...] | None = None
    gender: Gender | Literal[""] | None = None


@dataclass(frozen=True, slots=True)
class SpeakerChoice:
    """A speaker chosen by id or by name; with neither, nobody that the article names."""

    id: str | None = None
    name: str | None = None
    kind: SpeakerKind = "person"


@dataclass(frozen=True, slots=True)
class QuoteChange:
    """A correction of a quote, with its reason; fields that are None stay as they are.

    `rejected` means that these words are not a quote; False undoes that.
    """

    reason: str
    speaker: SpeakerChoice | None = None
    kind: Literal["direct", "mixed"] | None = None
    rejected: bool | None = None


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """A stored correction of a quote; `found_*` are the extractor's own values.

    `speaker_id` and `speaker` (the name) are None where the article names nobody, `corrects_speaker` tells
    whether that was set by hand.  `corrects_kind` likewise.  `unplaced` means that the text of the
    article no longer holds the words.
    """

    quote_id: str
    article_id: str
    text: str
    rejected: bool
    unplaced: bool
    corrects_kind: bool
    kind: QuoteKind
    found_kind: QuoteKind
    corrects_speaker: bool
    speaker_id: str | None
    speaker: str | None
    found_speaker: str | None
    reason: str
    corrected_at: datetime


@dataclass(frozen=True, slots=True)
class Annotation:
    """A quote as annotated news has it, with spans in code points; the kind `other` is not speech.

    `corrected` is true if a person corrected it, and false if it is as the extractor found it.
    """

    kind: AnnotatedKind
    content: tuple[tuple[int, int], ...]
    source: tuple[tuple[int, int], ...]
    cue: tuple[tuple[int, int], ...]
    speaker: str | None
    corrected: bool


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An article in which a person corrected quotes, with all its quotes, in the fields of annotated news."""

    id: str
    text: str
    quotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class QuoteSummary:
    """The fields by which two extractions of a quote are compared; `speaker` is a name."""

    text: str
    kind: QuoteKind
    speaker: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class QuoteDifference:
    """The difference between a stored quote and the same quote extracted again; both keep corrections."""

    quote_id: str
    status: DifferenceStatus
    before: QuoteSummary | None
    after: QuoteSummary | None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A stored article as an extractor needs it; `digest` tells whether it was changed since."""

    key: int
    id: str
    language: str
    digest: str
    text: str
