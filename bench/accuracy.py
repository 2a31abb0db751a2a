"""Prints how accurate the extractor is on annotated articles.

    python -m bench.accuracy GOLD.jsonl... [--write]

GOLD holds an article a line, in the format that bench.calibrate reads; a quotation may also have "speaker",
the full name of who speaks ("A; B" for two together), and "names", other forms that are as good.  An article
with "quote_marks": "single" uses single marks.  Quotes of the kind "other" are no speech.

A unit is one passage in quotation marks, within one paragraph, inside an annotated direct or mixed quotation
with a source.  A claim is one segment of a quote that has a speaker or a mention, cut at paragraphs.

    extraction    F1 of claims against units; a pair shares half of the characters that the two cover
    attribution   share of the units found whose speaker is right: the mention covers the head of the source,
                  or the speaker's name ends in it
    end to end    F1 of units that are found and have the right speaker
    full name     share of the units with an annotated name whose speaker has exactly that name; case, titles
                  of courtesy and a leading "the" are set aside

--write puts the printed table into README.md and docs/accuracy.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bench.gold import (
    OVERLAP,
    Bounds,
    build_parser,
    divide,
    find_heads,
    list_names,
    names_source,
    read_articles,
    simplify_name,
)
from bench.machine import describe_machine
from service.extractor import Quote, extract

ROOT = Path(__file__).parent.parent
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "accuracy.md")
# The block of text below the command in a document, up to its closing fence.
PRINTED = re.compile(r"(?<=^```text\n)\d{4}-[^\n]*; accuracy\n.*?(?=^```$)", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"(?:[\"“]|''|``)((?:(?!''|``|\n\s*\n)[^\"“”])*)(?:[\"”]|''|(?=\n\s*\n)|\Z)")
BREAK = re.compile(r"\n\s*\n")
MARKS = "\"“”„«»'‘’`"
AROUND = MARKS + " ,.;:!?…-–—\n\t"


@dataclass(slots=True)
class Score:
    """Counts over any number of articles; `named` units are those with an annotated name."""

    articles: int = 0
    units: int = 0
    claims: int = 0
    found: int = 0
    right: int = 0
    named: int = 0
    exact: int = 0

    def add(self, other: "Score") -> None:
        for count in fields(self):
            setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))

    @property
    def extraction(self) -> float:
        return divide(2 * self.found, self.claims + self.units)

    @property
    def attribution(self) -> float:
        return divide(self.right, self.found)

    @property
    def end_to_end(self) -> float:
        return divide(2 * self.right, self.claims + self.units)

    @property
    def full_name(self) -> float:
        return divide(self.exact, self.named)


@dataclass(frozen=True, slots=True)
class Claim:
    """One segment of a quote, within one paragraph."""

    bounds: Bounds
    quote: Quote


def main() -> None:
    parser = build_parser(__doc__)
    parser.add_argument(
        "--write", action="store_true", help="put the table into README.md and docs/accuracy.md"
    )
    options = parser.parse_args()
    table = format_table({path.stem: score_file(path) for path in options.gold})
    print(table, end="")
    if options.write:
        for document in DOCUMENTS:
            write_table(document, table)


def score_file(path: Path) -> Score:
    total = Score()
    for article in read_articles([path]):
        total.add(score_article(article))
    return total


def score_article(article: dict[str, Any]) -> Score:
    """Match each unit of an article to the claim that shares most with it, in the annotations' order."""
    text, score = article["text"], Score(articles=1)
    claims = list_claims(text, extract(text).quotes)
    units = list_units(article)
    for bounds, annotation in units.items():
        claim = max(claims, key=lambda each: share(bounds, each.bounds), default=None)
        if claim is not None and share(bounds, claim.bounds) >= OVERLAP:
            claims.remove(claim)
        else:
            claim = None
        if annotation["source"]:
            count_unit(score, text, annotation, claim)
    score.claims += len(claims)
    return score


def count_unit(score: Score, text: str, annotation: dict[str, Any], claim: Claim | None) -> None:
    name = annotation.get("speaker")
    score.units += 1
    score.named += name is not None
    if claim is None:
        return
    score.claims += 1
    score.found += 1
    score.right += names_source(text, claim.quote, find_source_heads(text, annotation["source"]))
    if name is not None and claim.quote.speaker is not None:
        score.exact += simplify_name(claim.quote.speaker.name) in list_names(annotation)


def find_source_heads(text: str, source: list[Bounds]) -> list[Bounds]:
    """Return the heads of a source; a relative pronoun by itself ("who") is its own head."""
    return list(find_heads(text, source)) or list(source)


def list_units(article: dict[str, Any]) -> dict[Bounds, dict[str, Any]]:
    """Return the passages in marks inside annotated quotations, each with its first annotation."""
    units: dict[Bounds, dict[str, Any]] = {}
    for annotation in article["quotations"]:
        if annotation["kind"] in ("direct", "mixed"):
            single = article.get("quote_marks", annotation.get("quote_marks")) == "single"
            for start, end in cut_passages(article["text"], annotation["content"], single):
                units.setdefault((start, end), annotation)
    return units


def cut_passages(text: str, content: Iterable[Bounds], single: bool) -> Iterator[Bounds]:
    for stretch in content:
        for start, end in cut_paragraphs(text, *stretch):
            if single:
                yield from trim(text, start, end)
                continue
            opening = next((len(mark) for mark in ('"', "“", "''") if text.endswith(mark, 0, start)), 0)
            for passage in QUOTED.finditer(text, start - opening, end):
                yield from trim(text, passage.start(1), min(passage.end(1), end))


def cut_paragraphs(text: str, start: int, end: int) -> Iterator[Bounds]:
    for gap in BREAK.finditer(text, start, end):
        yield start, gap.start()
        start = gap.end()
    yield start, end


def trim(text: str, start: int, end: int) -> Iterator[Bounds]:
    """Leave out marks, punctuation and space at both ends, and a stretch of nothing else."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip(AROUND))
    if stretch.strip(AROUND):
        yield start, start + len(stretch.strip(AROUND))


def list_claims(text: str, quotes: Iterable[Quote]) -> list[Claim]:
    return [
        Claim(bounds, quote)
        for quote in quotes
        if quote.mention or quote.speaker
        for segment in quote.segments
        for paragraph in cut_paragraphs(text, segment.start, segment.end)
        for bounds in trim(text, *paragraph)
    ]


def share(one: Bounds, other: Bounds) -> float:
    """Return how much of the characters that two stretches cover together both cover."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, shared) / (max(one[1], other[1]) - min(one[0], other[0]))


def format_table(scores: dict[str, Score]) -> str:
    lines = [f"{describe_machine()}; accuracy", ""]
    lines.append(f"{'':<12} articles  units  extraction  attribution  end to end  full name")
    for name, score in scores.items():
        full_name = f"{score.full_name:9.3f}" if score.named else f"{'-':>9}"
        counts = f"{name:<12} {score.articles:8} {score.units:6}"
        shares = f"{score.extraction:11.3f} {score.attribution:12.3f} {score.end_to_end:11.3f}"
        lines.append(f"{counts} {shares}  {full_name}")
    return "\n".join([*lines, ""])


def write_table(document: Path, table: str) -> None:
    """Replace the table that a document shows; exit if it shows none."""
    text, replaced = PRINTED.subn(lambda _: table, document.read_text("utf8"))
    if not replaced:
        raise SystemExit(
            f"{document.name} has no block of text that begins with a date and ends in '; accuracy'"
        )
    document.write_text(text, "utf8")


if __name__ == "__main__":
    main()
