"""Recognises the lines between the paragraphs of an article: captions, links, headings, names alone.

Known limitation: a caption that is a sentence with its stop is read as a paragraph of the article.
"""

from collections.abc import Iterator

from service.extractor import tags as tag
from service.extractor.article import ParsedArticle
from service.extractor.clauses.subjects import Subject
from service.extractor.languages.en.patterns import PARTS
from service.extractor.names.reader import Name
from service.extractor.record import record
from service.extractor.shapes.patterns import pattern
from service.extractor.shapes.shape import Shape

_NAME_LINE = pattern(
    """
    (?P<lead> <dash|other|opening_bracket>* )
    (?P<name> <np> )
    (?: <opening_bracket> <^brackets|passage>{1,6} <closing_bracket> )*
    (?: (?P<role>
            <comma_or_dash> <relatives> <^full_stops|passage>*
          | <comma_or_dash|of|other> <^full_stops|passage|finite>*
          | (?<=<role>) <links> <np>
        )
      | (?: <comma>? <time|number|name> )* )
    <full_stops|other|closing_bracket>*
    """,
    PARTS,
)
LINE_AT_MOST = 140
_ASIDE_AT_MOST = 160
_ASIDE_WORDS = 25
_ASIDES_BETWEEN = 4
_DESCRIPTION_WORDS = 8
_CHAIN_AT_MOST = 24
_SENTENCE_ENDS = frozenset(".!?…:;\"”'’»)")


@record
class NameLine:
    """Words that give nothing but a name, and perhaps a role: "Jane Doe, mayor of Leeds".

    `sure` says that they name a person; `marked` that a dash or a bracket leads in, `role` that more follows.
    """

    shape: Shape
    subject: Subject
    sure: bool
    marked: bool
    role: bool


def read_name_line(article: ParsedArticle, shape: Shape, first: int) -> NameLine | None:
    """A name that stands alone from a token to the end of its paragraph."""
    match = _NAME_LINE.fullmatch(shape.tags, first)
    if match is None:
        return None
    start, end = match.span("name")
    marked, role = match.end("lead") > match.start("lead"), bool(match["role"])
    if shape.tags[end - 1] == tag.ROLE:
        heading = article.text.startswith("The ", shape.starts[start]) and tag.NAME not in shape.tags
        described = len(shape.tags) - first <= _DESCRIPTION_WORDS and not heading
        subject = Subject(start, match.end("role") if described and role else end, end)
        return NameLine(shape, subject, described, marked, role)
    if shape.tags[end - 1] != tag.NAME:
        return None
    name = _last_name(article, *shape.span(start, end))
    known = name is not None and is_person(article, name)
    bracketed = article.text[shape.starts[first]] in "(["
    return NameLine(shape, Subject(start, end, end), known, marked and (known or not bracketed), role)


def is_person(article: ParsedArticle, name: Name) -> bool:
    """Whether a name is a person's by its words: a first name, a title, or several that mean nothing else."""
    if name.kind == "person" or not (name.kind == "unknown" and name.given):
        return name.kind == "person"
    words = {word.casefold() for word in name.full.split(" ")}
    language = article.language
    return words.isdisjoint(language.tags) and words.isdisjoint(language.ordinary_words)


def _last_name(article: ParsedArticle, start: int, end: int) -> Name | None:
    runs = [run for _, last, run in article.reader.runs(article.text, start, end) if last == end]
    return article.reader.read(runs[-1]) if runs else None


def line_with_name(article: ParsedArticle, paragraph: int) -> NameLine | None:
    """A paragraph that is a line with a name and nothing else."""
    if not 0 <= paragraph < len(article.paragraphs):
        return None
    start, end = article.paragraphs[paragraph]
    if end - start > LINE_AT_MOST or _is_credited(article, article.text[start:end]):
        return None
    return read_name_line(article, article.shape_of(paragraph), 0)


def opens_section(article: ParsedArticle, paragraph: int, line: NameLine) -> bool:
    """Whether a line with a name is the heading of what the next paragraph says of the same person."""
    if line.role or paragraph + 1 >= len(article.paragraphs):
        return False
    start, end = article.paragraphs[paragraph + 1]
    name = article.text[slice(*line.shape.span(line.subject.start, line.subject.end))]
    return article.text.find(name.rsplit(" ", 1)[-1], start, min(end, start + LINE_AT_MOST)) >= 0


def is_alone(article: ParsedArticle, paragraph: int) -> bool:
    """Whether a paragraph is one passage and no words beside it."""
    shape = article.shapes.get(paragraph)
    if shape is None or shape.tags.count(tag.PASSAGE) != 1:
        return False
    return shape.tags.strip(tag.STOP + tag.POSSIBLE_STOP + tag.COMMA + tag.OTHER) == tag.PASSAGE


def names_stand_above(article: ParsedArticle, paragraph: int) -> bool:
    """Whether, in a row of quotations and lines with names by turns, each name stands above its quotation."""
    for _ in range(_CHAIN_AT_MOST):
        if not line_with_name(article, paragraph - 1):
            return False
        if not is_alone(article, paragraph - 2):
            return True
        paragraph -= 2
    return False


def paragraph_before(article: ParsedArticle, paragraph: int) -> int:
    """The paragraph of the article's own before one, over captions and headings; -1 if there is none."""
    for before in range(paragraph - 1, max(-1, paragraph - 2 - _ASIDES_BETWEEN), -1):
        if not is_aside(article, before):
            return before
    return paragraph - 1


def is_aside(article: ParsedArticle, paragraph: int) -> bool:
    """Whether a paragraph is a caption, a credit, a link or a heading: short, and no sentence."""
    start, end = article.paragraphs[paragraph]
    if end - start > _ASIDE_AT_MOST:
        return False
    if paragraph in article.shapes and tag.PASSAGE in article.shapes[paragraph].tags:
        return False
    words = article.text[start:end].strip()
    if _is_credited(article, words):
        return True
    return words[-1:] not in _SENTENCE_ENDS and words.count(" ") < _ASIDE_WORDS


def _is_credited(article: ParsedArticle, words: str) -> bool:
    lower = words.lower()
    return any(credit in lower for credit in article.language.settings["credits"])


def find_person(article: ParsedArticle, start: int, end: int) -> tuple[int, int] | None:
    """The one person who is named in a stretch of text; None if nobody is, or several are."""
    people: dict[str, tuple[int, int]] = {}
    for first, last, name in _find_people(article, start, end):
        people.setdefault(name.surname.casefold(), (first, last))
    return next(iter(people.values())) if len(people) == 1 else None


def _find_people(article: ParsedArticle, start: int, end: int) -> Iterator[tuple[int, int, Name]]:
    for first, last, run in article.reader.runs(article.text, start, end):
        name = article.reader.read(run)
        if name and is_person(article, name):
            yield first, last, name
