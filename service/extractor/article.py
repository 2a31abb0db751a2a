"""An article on its way through the stages, and the attributions that the rules find in it."""

from dataclasses import dataclass, field

from service.extractor import tags as tag
from service.extractor.clauses.subjects import Subject, subject_before
from service.extractor.language import Language
from service.extractor.model import Span
from service.extractor.names.reader import NameReader
from service.extractor.record import record
from service.extractor.shapes.shape import Shape, build_shape
from service.extractor.shapes.words import WordReader
from service.extractor.text.passages import Passage
from service.extractor.turns.speech import Turn


@record
class Attribution:
    """The decision that a mention, by a cue, speaks a passage.  Offsets are (start, end) in code points.

    `referent` is the (start, end, end of its head) of the noun phrase before a relative "who".
    `source` is the passage whose attribution this one shares, `joined` says that both are one quote.
    `decided_at` is the passage on which `rule` answered.  `name` is what a label of a transcript stands for,
    written as names are; empty where it stands for nobody who is named.
    """

    mention: tuple[int, int] | None
    head_end: int = 0
    referent: tuple[int, int, int] | None = None
    cue: tuple[int, int] | None = None
    source: int | None = None
    joined: bool = False
    rule: str = ""
    decided_at: int = -1
    name: str | None = None

    def decided(self, rule: str, index: int) -> "Attribution":
        """The same attribution, as a rule has answered it on a passage."""
        return Attribution(
            self.mention,
            self.head_end,
            self.referent,
            self.cue,
            self.source,
            self.joined,
            rule,
            index,
            self.name,
        )


@dataclass(slots=True)
class ParsedArticle:
    """One article: `received` is its text as it came or was mended, `text` the same uniform, for the rules.

    Both are of one length, so that offsets into one are offsets into the other.
    """

    received: str
    text: str
    language: Language
    words: WordReader
    reader: NameReader
    paragraphs: list[tuple[int, int]]
    passages: list[Passage]
    shapes: dict[int, Shape]
    found: list[Attribution | None]
    silent: dict[int, str] = field(default_factory=dict)
    turns: dict[int, Turn] = field(default_factory=dict)
    forms: dict[tuple[str, int], str] = field(default_factory=dict)

    def shape_of(self, paragraph: int) -> Shape:
        """The shape of a paragraph, made when first asked for if no passage stands in it."""
        if paragraph not in self.shapes:
            self.shapes[paragraph] = build_shape(
                self.text, self.paragraphs[paragraph], paragraph, [], self.words
            )
        return self.shapes[paragraph]

    def span(self, start: int, end: int) -> Span:
        """The words between two offsets as they were received."""
        return Span(start, end, self.received[start:end])


def attribute_to(shape: Shape, subject: Subject, cue: int | None, rule: str = "") -> Attribution:
    """An attribution to a subject by the cue at a token of the same paragraph."""
    mention = shape.span(subject.start, subject.end)
    head_end = shape.ends[subject.head_end - 1]
    span = (shape.starts[cue], shape.ends[cue]) if cue is not None else None
    return Attribution(mention, head_end, _referent(shape, subject), span, rule=rule)


def _referent(shape: Shape, subject: Subject) -> tuple[int, int, int] | None:
    """The noun phrase that a relative pronoun stands for."""
    if shape.tags[subject.start] not in tag.RELATIVES:
        return None
    before = subject.start - (1 if shape.tags[subject.start - 1 : subject.start] in tag.COMMA_OR_DASH else 0)
    phrase = subject_before(shape, before, shape.sentence(subject.start)[0])
    if phrase is None:
        return None
    return *shape.span(phrase.start, phrase.end), shape.ends[phrase.head_end - 1]
