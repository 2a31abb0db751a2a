"""What a rule is given, and what it answers."""

from dataclasses import dataclass, replace

from service.extractor.cues import Cue
from service.extractor.language import Language
from service.extractor.mentions import Subject
from service.extractor.passages import Passage
from service.extractor.tokens import Shape


@dataclass(frozen=True, slots=True)
class Attribution:
    """The decision that a mention, by a cue, speaks a passage.  Offsets are (start, end) in code points.

    `source` is the passage whose attribution this one shares, `joined` says that both are one quote.
    """

    mention: tuple[int, int] | None
    head_end: int = 0
    cue: tuple[int, int] | None = None
    source: int | None = None
    joined: bool = False
    rule: str = ""


@dataclass(slots=True)
class Article:
    """One article on its way through the flow."""

    text: str
    language: Language
    paragraphs: list[tuple[int, int]]
    passages: list[Passage]
    shapes: dict[int, Shape]
    found: list[Attribution | None]


@dataclass(frozen=True, slots=True)
class Site:
    """A passage in its sentence: token `at` of `shape`, in a sentence of tokens `start` to `end`."""

    article: Article
    index: int
    passage: Passage
    shape: Shape
    at: int
    start: int
    end: int

    @property
    def tags(self) -> str:
        return self.shape.tags

    def word(self, token: int) -> str:
        return self.article.text[self.shape.starts[token] : self.shape.ends[token]]

    def attribute(self, cue: Cue) -> Attribution:
        return self.attribute_to(cue.subject, cue.at)

    def attribute_to(self, subject: Subject, cue: int | None) -> Attribution:
        shape = self.shape
        mention = (shape.starts[subject.start], shape.ends[subject.end - 1])
        head_end = shape.ends[subject.head_end - 1]
        return Attribution(mention, head_end, (shape.starts[cue], shape.ends[cue]) if cue is not None else None)

    def share(self, other: int, *, joined: bool) -> Attribution | None:
        """The attribution of another passage, for this one too."""
        shared = self.article.found[other]
        if shared is None:
            return None
        return replace(shared, source=other, joined=joined)

    def words(self) -> int:
        return self.article.text.count(" ", self.passage.start, self.passage.end) + 1

    def is_sentence(self) -> bool:
        """Whether the passage reads as a whole sentence: a capital first and, outside or inside, a stop last."""
        text, passage = self.article.text, self.passage
        return text[passage.start].isupper() and (
            text[passage.end - 1] in ".!?…" or text[passage.end : passage.end + 1] == "," or passage.continues
        )
