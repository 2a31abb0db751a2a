"""What a rule for indirect speech is given, and what it answers."""

from dataclasses import dataclass

from service.extractor.cues import Cue
from service.extractor.mentions import Subject
from service.extractor.rules.site import Article
from service.extractor.tokens import Shape

Tokens = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Report:
    """The decision that a clause, at the token ranges `content`, tells what a subject said."""

    content: tuple[Tokens, ...]
    subject: Subject
    cue: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ReportSite:
    """A verb of saying in its sentence: token `at` of `shape`, in a sentence of tokens `start` to `end`.

    It is `sure` where the words before it show that it is a verb, whatever stands behind it.
    """

    article: Article
    shape: Shape
    at: int
    start: int
    end: int
    cue: Cue | None
    sure: bool

    @property
    def tags(self) -> str:
        return self.shape.tags

    def word(self, token: int) -> str:
        return self.article.text[self.shape.starts[token] : self.shape.ends[token]].lower()

    def takes(self, complement: str) -> bool:
        """Whether the verb is one that reports by this complement."""
        return complement in self.article.language.complements.get(self.word(self.at), ())

    def report(self, *content: Tokens) -> Report | None:
        """A report by the site's own cue, unless nothing is left of its clause."""
        kept = tuple((first, last) for first, last in content if first < last)
        return Report(kept, self.cue.subject, self.at) if kept and self.cue else None
