"""A passage in its sentence, which a rule is given to attribute."""

from dataclasses import replace

from service.extractor import tags as tag
from service.extractor.article import Attribution, ParsedArticle, attribute_to
from service.extractor.clauses.cues import Cue
from service.extractor.record import record
from service.extractor.shapes.patterns import pattern
from service.extractor.shapes.shape import Shape
from service.extractor.text.passages import Passage

_WORD = pattern("<^full_stops|comma|other>")


@record
class Site:
    """A passage in its sentence: token `at` of `shape`, among tokens `start` to `end` of its `tags`."""

    article: ParsedArticle
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
        return attribute_to(self.shape, cue.subject, cue.at)

    def share(self, other: int, *, joined: bool) -> Attribution | None:
        """The attribution of another passage, for this one too."""
        shared = self.article.found[other]
        if shared is None:
            return None
        return replace(shared, source=other, joined=joined)

    def words(self) -> int:
        return self.article.text.count(" ", self.passage.start, self.passage.end) + 1

    def goes_on(self) -> bool:
        """Whether words stand behind the passage in its paragraph."""
        return _WORD.search(self.tags, self.at + 1) is not None

    def is_sentence(self) -> bool:
        """Whether the passage reads as a whole sentence: a capital first and a stop last."""
        text, passage = self.article.text, self.passage
        last = text[passage.start : passage.end].rstrip("'’\"")[-1:]
        return not text[passage.start].islower() and (
            last in (".", "!", "?", "…")
            or text[passage.end : passage.end + 1] == ","
            or passage.continues
            or self._is_cut_off()
        )

    def _is_cut_off(self) -> bool:
        """Whether the article breaks off inside the passage, as it is read in part."""
        passage = self.passage
        return passage.outer_end == passage.end and not self.article.text[passage.end :].strip()


def is_thing(article: ParsedArticle, start: int, end: int) -> bool:
    """Whether a mention is one bare noun in the singular, which no speaker is: "graduation said"."""
    word = article.text[start:end]
    if not word.islower() or not word.isalpha() or word.endswith("s"):
        return False
    language = article.language
    if word in language.pronoun_gender:
        return False
    return language.tags.get(word, tag.NOUN) not in tag.MAY_SPEAK and word not in language.settings["plurals"]
