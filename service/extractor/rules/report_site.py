"""A verb of saying in its sentence, and the report of indirect speech that a rule finds there."""

from service.extractor import tags as tag
from service.extractor.article import ParsedArticle
from service.extractor.clauses.cues import Cue
from service.extractor.clauses.subjects import Subject
from service.extractor.record import record
from service.extractor.shapes.shape import Shape

Tokens = tuple[int, int]


@record
class Report:
    """The decision that a clause, tokens of `shape`, tells what a subject said by the cue at a token."""

    shape: Shape
    content: tuple[Tokens, ...]
    subject: Subject
    cue: int
    rule: str = ""


@record
class ReportSite:
    """A verb of saying in its sentence: token `at` of `shape`, among tokens `start` to `end` of its `tags`.

    `takes` holds the complements by which it reports; it is `certain` where the words before it show a verb,
    whatever stands behind it.
    """

    article: ParsedArticle
    shape: Shape
    tags: str
    at: int
    start: int
    end: int
    cue: Cue | None
    takes: frozenset[str]
    certain: bool

    def word(self, token: int) -> str:
        return self.article.text[self.shape.starts[token] : self.shape.ends[token]].lower()

    def report(self, subject: Subject, *content: Tokens) -> Report | None:
        """A report of the clauses, without the stops around them; None if no word is left."""
        kept = tuple(span for span in (self._trim(*span) for span in content) if span[0] < span[1])
        return Report(self.shape, kept, subject, self.at) if kept else None

    def _trim(self, first: int, last: int) -> Tokens:
        while first < last and self.tags[first] in tag.NO_WORDS:
            first += 1
        while last > first and self.tags[last - 1] in tag.NO_WORDS:
            last -= 1
        return first, last
