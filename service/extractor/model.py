"""The dataclasses that go in and out of each stage, frozen and slotted.

Offsets are code points of the article's text exactly as it was received, start inclusive, end
exclusive.  The classes from `Span` to `Extraction` have the fields of the public JSON shape, in its
order, so that a serialiser can write them as they are.
"""

from dataclasses import dataclass, field
from typing import Literal

QuoteKind = Literal["direct", "mixed", "indirect"]
SpeakerKind = Literal["person", "organisation", "document", "group", "unnamed"]
Gender = Literal["f", "m"]
GenderEvidence = Literal["pronoun", "title", "noun", "given_name", "stated"]

# Their name is the phrase that stands for them: "the report", "residents", "a spokesman for the council".
NAMELESS: frozenset[SpeakerKind] = frozenset(("document", "group", "unnamed"))
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
class Token(Span):
    """A word, a mark or a whole passage, and the name of the tag by which rules read it."""

    tag: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a mention is inside one article: the fullest name it gives, or the phrase for an unnamed one.

    `roles` are the phrases by which the article says who that is, without article and name, in the order of
    the text; `role` is the one that a reader would print first, `affiliation` a body in it.  `gender` is what
    the article shows by the word that `gender_evidence` names, never a guess about anything else.
    """

    name: str
    kind: SpeakerKind
    role: Span | None = None
    affiliation: Span | None = None
    roles: tuple[Span, ...] = ()
    gender: Gender | None = None
    gender_evidence: GenderEvidence | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One utterance as the article gives it.

    `text` joins the segments with " … " where words of the article stand between them; `confidence` is the
    share of quotes by this rule, with a mention of this form, whose full name was right on annotated news.
    Of an indirect quote the segments are the reported clause, in the words of the article; of a mixed one
    `clause` is the clause around it, where a rule reads it.  `speaker` is the first of people who speak
    together; `co_speakers` are the others.
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
    co_speakers: tuple[Speaker, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a quote got its speaker.

    `form` says how the mention names the speaker: by the full name, a part of it, a pronoun ...
    `example` shows what the rule reads.  `passage` is the segment on which it answered: a quotation over
    several paragraphs may name its speaker in a later one.  `tried` are the rules, in order, that did not
    answer on that passage before.  `near` are others whom a pronoun or a shared surname might mean, the
    likeliest first.
    """

    rule: str
    form: str
    example: str
    tried: tuple[str, ...]
    passage: Span
    near: tuple[str, ...] = ()


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
    """All that `extract` found in one article, in the order of the text.

    `warnings` are signs that the text is not an article, such as HTML.
    """

    quotes: tuple[Quote, ...]
    passages: tuple[UnattributedPassage, ...]
    warnings: tuple[str, ...] = ()
