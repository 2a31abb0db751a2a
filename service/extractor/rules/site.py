"""What a rule is given, and what it answers."""

from dataclasses import dataclass, field, replace

from service.extractor.cues import Cue
from service.extractor.language import Language
from service.extractor.mentions import Subject, subject_before
from service.extractor.names import NameReader
from service.extractor.passages import Passage
from service.extractor.record import record
from service.extractor.tokens import Shape, build_shape
from service.extractor.words import WordReader


@record
class Attribution:
    """The decision that a mention, by a cue, speaks a passage.  Offsets are (start, end) in code points.

    `referent` is the (start, end, end of its head) of the noun phrase before a relative "who".
    `source` is the passage whose attribution this one shares, `joined` says that both are one quote.
    `decided_at` is the passage on which `rule` answered.
    """

    mention: tuple[int, int] | None
    head_end: int = 0
    referent: tuple[int, int, int] | None = None
    cue: tuple[int, int] | None = None
    source: int | None = None
    joined: bool = False
    rule: str = ""
    decided_at: int = -1

    def decided(self, rule: str, index: int) -> "Attribution":
        """The same attribution, as a rule has answered it on a passage."""
        return Attribution(
            self.mention, self.head_end, self.referent, self.cue, self.source, self.joined, rule, index
        )


@dataclass(slots=True)
class Article:
    """One article on its way through the flow."""

    text: str
    language: Language
    words: WordReader
    reader: NameReader
    paragraphs: list[tuple[int, int]]
    passages: list[Passage]
    shapes: dict[int, Shape]
    found: list[Attribution | None]
    silent: dict[int, str] = field(default_factory=dict)

    def shape_of(self, paragraph: int) -> Shape:
        """The shape of a paragraph, made when first asked for if no passage stands in it."""
        if paragraph not in self.shapes:
            self.shapes[paragraph] = build_shape(
                self.text, self.paragraphs[paragraph], paragraph, [], self.words
            )
        return self.shapes[paragraph]


@record
class Site:
    """A passage in its sentence: token `at` of `shape`, among tokens `start` to `end` of its `tags`."""

    article: Article
    index: int
    passage: Passage
    shape: Shape
    tags: str
    at: int
    start: int
    end: int

    def word(self, token: int) -> str:
        return self.article.text[self.shape.starts[token] : self.shape.ends[token]]

    def attribute(self, cue: Cue) -> Attribution:
        return self.attribute_to(cue.subject, cue.at)

    def attribute_to(self, subject: Subject, cue: int | None) -> Attribution:
        return self.attribute_in(self.shape, subject, cue)

    def attribute_in(self, shape: Shape, subject: Subject, cue: int | None) -> Attribution:
        """An attribution whose mention and cue stand in `shape`, which may be another paragraph's."""
        return attribute_to(shape, subject, cue)

    def share(self, other: int, *, joined: bool) -> Attribution | None:
        """The attribution of another passage, for this one too."""
        shared = self.article.found[other]
        if shared is None:
            return None
        return replace(shared, source=other, joined=joined)

    def words(self) -> int:
        return self.article.text.count(" ", self.passage.start, self.passage.end) + 1

    def is_sentence(self) -> bool:
        """Whether the passage reads as a whole sentence: a capital first and a stop last."""
        text, passage = self.article.text, self.passage
        last = text[passage.start : passage.end].rstrip("'’\"")[-1:]
        return not text[passage.start].islower() and (
            last in (".", "!", "?", "…") or text[passage.end : passage.end + 1] == "," or passage.continues
        )


def attribute_to(shape: Shape, subject: Subject, cue: int | None, rule: str = "") -> Attribution:
    """An attribution to a subject by the cue at a token of the same paragraph."""
    mention = (shape.starts[subject.start], shape.ends[subject.end - 1])
    head_end = shape.ends[subject.head_end - 1]
    span = (shape.starts[cue], shape.ends[cue]) if cue is not None else None
    return Attribution(mention, head_end, _referent(shape, subject), span, rule=rule)


def is_thing(article: Article, start: int, end: int) -> bool:
    """Whether a mention is one bare noun in the singular, which no speaker is: "graduation said"."""
    word = article.text[start:end]
    if not word.islower() or not word.isalpha() or word.endswith("s"):
        return False
    known = article.language.tags.get(word, "n")
    return known not in "PEwtqrud" and word not in article.language.settings["plurals"]


def _referent(shape: Shape, subject: Subject) -> tuple[int, int, int] | None:
    """The noun phrase that a relative pronoun stands for."""
    if shape.tags[subject.start] not in "wt":
        return None
    before = subject.start - (1 if shape.tags[subject.start - 1 : subject.start] in (",", "-") else 0)
    phrase = subject_before(shape, before, shape.sentence(subject.start)[0])
    if phrase is None:
        return None
    return shape.starts[phrase.start], shape.ends[phrase.end - 1], shape.ends[phrase.head_end - 1]
