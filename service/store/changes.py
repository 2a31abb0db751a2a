"""What people change by hand: speakers across articles, and quotes that the extractor got wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.extractor.model import QuoteKind, SpeakerKind

DifferenceStatus = Literal["added", "removed", "changed"]
AnnotatedKind = Literal["direct", "mixed", "indirect", "other"]


@dataclass(frozen=True, slots=True)
class SpeakerChange:
    """What is to be different in a speaker: fields that are None stay as they are.

    An empty `external_id` takes away the one that was there.  `aliases` are all the other names given by
    hand; those that articles use come of themselves and stay.
    """

    name: str | None = None
    kind: SpeakerKind | None = None
    external_id: str | None = None
    aliases: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SpeakerChoice:
    """Who speaks: the speaker with an id, or one with a name; with neither, nobody that the article names."""

    id: str | None = None
    name: str | None = None
    kind: SpeakerKind = "person"


@dataclass(frozen=True, slots=True)
class QuoteChange:
    """What is to be different in a quote, and why: fields that are None stay as they are.

    `rejected` says that these words are no quote; False takes that back.
    """

    reason: str
    speaker: SpeakerChoice | None = None
    kind: Literal["direct", "mixed"] | None = None
    rejected: bool | None = None


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """What a person made of one quote; `found_*` is what the extractor says.

    `speaker_id` and `speaker` (the name) are None where the article names nobody, `corrects_speaker` tells
    whether that was said by hand.  `corrects_kind` likewise.
    """

    quote_id: str
    article_id: str
    text: str
    rejected: bool
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
    """A quote as annotated news has it: stretches in code points; `other` is no speech.

    `corrected` tells those that a person looked at from those that stand as the extractor found them.
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
    """What two readings of a quote are compared by; `speaker` is a name."""

    text: str
    kind: QuoteKind
    speaker: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class QuoteDifference:
    """How a quote of an extraction anew differs from the stored one, corrections being kept in both."""

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
