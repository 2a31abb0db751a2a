"""Reads marked-up cases, and marks up what the extractor found.  The format: tests/cases/README.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.extractor import EVERY_KIND, QUOTED, Quote, QuoteKind, Speaker
from service.extractor.rules import REPORT_RULES

CASES = Path(__file__).parent.parent / "cases"

_TAG = re.compile(r"<q(?P<attributes>(?: \w+=\"[^\"]*\")*)>|</q>")
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")
_KNOWN = {"id", "by", "rule", "kind", "speaker", "clause", "role", "affiliation", "gender"}
_REPORTS = {rule.__name__ for rule in REPORT_RULES}
_OPENER = re.compile(r"(?:'{2,3}|‘‘|``|[\"“”„«»‹›「『`‘'])[ ,]*$")
_CLOSER = re.compile(r"[ ,]*(?:'{2,3}|’’|[\"“”«»‹›」』’'])")


@dataclass(frozen=True)
class Case:
    """One block: where it stands, what it shows, its article, and its marks as (start, end, attributes)."""

    path: Path
    line: int
    title: str
    marked: str
    text: str
    marks: tuple[tuple[int, int, dict[str, str]], ...]

    def __str__(self) -> str:
        return f"{self.path.stem}:{self.line}"

    @property
    def language(self) -> str:
        return self.path.parent.name

    @property
    def kinds(self) -> frozenset[QuoteKind]:
        """What is looked for: indirect speech in the cases of its own rules alone."""
        return EVERY_KIND if self.path.stem in _REPORTS else QUOTED


def list_case_files() -> list[Path]:
    """Every case file of every language."""
    return sorted(CASES.glob("*/*.txt"))


def read_cases(path: Path) -> Iterator[Case]:
    """The blocks of a file.  Raises ValueError for a block that is not of the format."""
    lines = path.read_text("utf8").split("\n")
    start = 0
    for number in [*(i for i, line in enumerate(lines) if line == "---"), len(lines)]:
        yield _read_block(path, start + 1, lines[start:number])
        start = number + 1


def _read_block(path: Path, number: int, lines: list[str]) -> Case:
    body = next((i for i, line in enumerate(lines) if not line.startswith("# ")), len(lines))
    marked = "\n".join(lines[body:]).strip("\n")
    if not body or not marked:
        raise ValueError(f"{path}:{number}: a block is a line of '# what it shows', then its article")
    text, marks = _strip_marks(marked)
    return Case(path, number, " ".join(line[2:] for line in lines[:body]), marked, text, tuple(marks))


def _strip_marks(marked: str) -> tuple[str, list[tuple[int, int, dict[str, str]]]]:
    text = ""
    marks = []
    open_at: tuple[int, dict[str, str]] | None = None
    at = 0
    for tag in _TAG.finditer(marked):
        text += marked[at : tag.start()]
        at = tag.end()
        if tag.group() != "</q>":
            attributes = dict(_ATTRIBUTE.findall(tag["attributes"]))
            assert open_at is None, f"<q> inside <q>: {marked}"
            assert attributes.keys() <= _KNOWN, f"unknown attribute: {tag.group()}"
            open_at = (len(text), attributes)
        else:
            assert open_at is not None, f"</q> without <q>: {marked}"
            marks.append((open_at[0], len(text), open_at[1]))
            open_at = None
    assert open_at is None, f"<q> without </q>: {marked}"
    return text + marked[at:], marks


def put_marks_back(case: Case, quotes: tuple[Quote, ...]) -> str:
    """The case's text with what was found marked: a quote the case has, by the attributes the case gives."""
    wanted = {start: attributes for start, _, attributes in case.marks}
    inserts: list[tuple[int, int, str]] = []
    for number, quote in enumerate(quotes, 1):
        first_start = widen(case.text, quote.segments[0].start, quote.segments[0].end)[0]
        first = wanted.get(first_start)
        identity = {} if len(quote.segments) == 1 else {"id": str(number)}
        for index, segment in enumerate(quote.segments):
            start, end = widen(case.text, segment.start, segment.end)
            given = wanted.get(start, {})
            shown = {"id": given["id"]} if "id" in given else identity
            if index == 0:
                shown |= _describe(quote, first)
            inserts.append((start, end, "".join(f' {name}="{value}"' for name, value in shown.items())))
    marked = case.text
    for start, end, attributes in sorted(inserts, reverse=True):
        marked = f"{marked[:start]}<q{attributes}>{marked[start:end]}</q>{marked[end:]}"
    return marked


def _describe(quote: Quote, asked: dict[str, str] | None) -> dict[str, str]:
    said = {"by": quote.speaker.name, "speaker": quote.speaker.kind} if quote.speaker else {}
    if quote.speaker:
        said |= describe_portrait(quote.speaker)
    said |= {"rule": quote.rule, "kind": quote.kind, "clause": quote.clause.text if quote.clause else ""}
    if asked is None:
        return said
    order = [name for name in asked if name != "id"]
    if quote.speaker and "by" not in order:
        order.insert(0, "by")
    return {name: said[name] for name in order if name in said}


def describe_portrait(speaker: Speaker) -> dict[str, str]:
    """What the article says of a speaker, as cases write it: `gender="f by title"`; empty if it does not."""
    return {
        "role": speaker.role.text if speaker.role else "",
        "affiliation": speaker.affiliation.text if speaker.affiliation else "",
        "gender": f"{speaker.gender} by {speaker.gender_evidence}" if speaker.gender else "",
    }


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """A segment with the quotation marks that stand around it."""
    opener = _OPENER.search(text, max(0, start - 6), start)
    closer = _CLOSER.match(text, end)
    return opener.start() if opener else start, closer.end() if closer else end
