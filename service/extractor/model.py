"""What goes in and out of each stage: frozen, slotted dataclasses.

Offsets are code points of the article's text exactly as it was received, start inclusive, end
exclusive.  The classes from `Span` to `Extraction` have the fields of the public JSON shape, in its
order, so that a serialiser can write them as they are.
"""

from dataclasses import dataclass, field
from typing import Literal

QuoteKind = Literal["direct", "mixed", "indirect"]
SpeakerKind = Literal["person", "organisation", "unnamed"]

# What is spoken of as quotes where nothing else is asked for: words spoken, not retold.
QUOTED: frozenset[QuoteKind] = frozenset(("direct", "mixed"))
EVERY_KIND: frozenset[QuoteKind] = QUOTED | {"indirect"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the article: `text[start:end] == span.text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a mention is inside one article: the fullest name it gives, or the phrase for an unnamed one."""

    name: str
    kind: SpeakerKind


@dataclass(frozen=True, slots=True)
class Quote:
    """One utterance as the article gives it.

    `text` joins the segments with " … " where words of the article stand between them; `confidence` is the
    share of this rule's decisions that were right on annotated news.  Of an indirect quote the segments are
    the reported clause, in the words of the article; of a mixed one `clause` is the clause around it, where
    a rule reads it.
    """

    text: str
    kind: QuoteKind
    segments: tuple[Span, ...]
    speaker: Speaker | None
    mention: Span | None
    cue: Span | None
    rule: str
    confidence: float
    clause: Span | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a quote got its speaker.

    `example` shows what the rule reads.  `passage` is the segment on which it answered: a quotation over
    several paragraphs may name its speaker in a later one.  `tried` are the rules, in order, that did not
    answer on that passage before.
    """

    rule: str
    example: str
    tried: tuple[str, ...]
    passage: Span


@dataclass(frozen=True, slots=True)
class ExplainedQuote(Quote):
    """A quote that says how it got its speaker."""

    explanation: Explanation = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class UnattributedPassage:
    """A passage that was judged to be no speech, or whose speaker the article does not give."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that `extract` found in one article, in the order of the text."""

    quotes: tuple[Quote, ...]
    passages: tuple[UnattributedPassage, ...]
