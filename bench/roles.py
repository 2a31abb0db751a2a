"""Prints how well the extractor says who speakers are, on annotated articles.

    python -m bench.roles ARTICLES.jsonl ROLES.jsonl [--errors N]

ARTICLES holds an article a line ("id", "text").  ROLES holds a line for each of them:

    {"id", "speakers": [{"name", "roles": [{"text", "start", "end"}, ...], "best": index into roles or null,
     "affiliation": text or null, "gender": "f", "m" or null, "gender_evidence_all": ["pronoun", ...],
     "gender_by_given_name": the gender that an informed reader could tell by the given name, or null,
     "source_type": "person" or "organisation", "also_acceptable": [{"text", "start", "end"}, ...]}, ...],
     "unnamed": [{"source": [start, end], "source_type": "unnamed person", "group" or "document"}, ...]}

Offsets are code points of "text".  Counted are the speakers of the answer whose name is one of the gold:

    role overlaps     of those who have roles, the share whose role shares a character with one of them
    role is exact     the share whose role is exactly one of them
    roles that are none   of the roles given, the share that overlaps none, nor one that is acceptable
    affiliation       of those who have one, the share whose affiliation is that body
    gender            precision and recall of what pronouns, titles and nouns show; then with given names, too
    kind of source    the share of speakers, named or not, whose kind is right
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from bench.gold import divide, simplify_name
from service.extractor import Quote, Span, Speaker, extract

KINDS = {"unnamed person": "unnamed"}
SHOWN = frozenset(("pronoun", "title", "noun"))


@dataclass(slots=True)
class RightCount:
    """How often something was right, among how often it was looked for."""

    right: int = 0
    whole: int = 0

    def add(self, *, right: bool) -> None:
        self.right += right
        self.whole += 1

    def __str__(self) -> str:
        return f"{divide(self.right, self.whole):.3f}  ({self.right} of {self.whole})"


@dataclass(slots=True)
class RoleScore:
    """The tallies of any number of articles, by their printed names, and the errors."""

    tallies: dict[str, RightCount] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, right: bool, error: str) -> None:
        self.tallies.setdefault(name, RightCount()).add(right=right)
        if not right:
            self.errors.append(f"{name}: {error}")


def score_article(article: dict[str, Any], gold: dict[str, Any], score: RoleScore) -> None:
    quotes = extract(article["text"], kinds=frozenset(("direct", "mixed", "indirect"))).quotes
    answers = {simplify_name(speaker.name): speaker for speaker in list_speakers(quotes)}
    for known in gold["speakers"]:
        answer = answers.get(simplify_name(known["name"]))
        if answer is not None:
            place = f"{gold['id']} {known['name']}"
            score_role(answer, known, score, place)
            score_gender(answer, known, score, place)
            score.add("kind of source", answer.kind == known["source_type"], f"{place}: {answer.kind}")
    for unnamed in gold["unnamed"]:
        kind = find_kind(quotes, *unnamed["source"])
        if kind is not None:
            wanted = KINDS.get(unnamed["source_type"], unnamed["source_type"])
            words = article["text"][slice(*unnamed["source"])]
            score.add("kind of source", kind == wanted, f"{gold['id']} {words}: {kind}, not {wanted}")


def list_speakers(quotes: tuple[Quote, ...]) -> Iterator[Speaker]:
    for quote in quotes:
        if quote.speaker:
            yield from (quote.speaker, *quote.co_speakers)


def find_kind(quotes: tuple[Quote, ...], start: int, end: int) -> str | None:
    """The kind of the speaker whom a quote names between two offsets, if it has no name there."""
    for quote in quotes:
        if quote.mention and quote.speaker and quote.mention.start < end and start < quote.mention.end:
            return quote.speaker.kind
    return None


def score_role(answer: Speaker, known: dict[str, Any], score: RoleScore, place: str) -> None:
    spans = [(role["start"], role["end"]) for role in known["roles"]]
    accepted = [*spans, *((role["start"], role["end"]) for role in known["also_acceptable"])]
    role = answer.role
    said = f"{place}: {role and role.text!r}, gold {[each['text'] for each in known['roles']]}"
    if spans:
        score.add("role overlaps", role is not None and overlaps(role, spans), said)
        score.add("role is exact", role is not None and (role.start, role.end) in spans, said)
    for each in answer.roles:
        given = f"{place}: {each.text!r}, gold {[one['text'] for one in known['roles']]}"
        score.add("roles that are some", overlaps(each, accepted), given)
    if known["affiliation"]:
        found = answer.affiliation.text if answer.affiliation else ""
        right = simplify_name(found) == simplify_name(known["affiliation"])
        score.add("affiliation", right, f"{place}: {found!r}, gold {known['affiliation']!r}")


def overlaps(span: Span, spans: list[tuple[int, int]]) -> bool:
    return any(span.start < end and start < span.end for start, end in spans)


def score_gender(answer: Speaker, known: dict[str, Any], score: RoleScore, place: str) -> None:
    shown = known["gender"] if SHOWN & set(known["gender_evidence_all"]) else None
    readable = known["gender"] or known["gender_by_given_name"]
    said = f"{place}: {answer.gender} by {answer.gender_evidence}, gold {shown or readable}"
    by_words = answer.gender if answer.gender_evidence in SHOWN else None
    if by_words:
        score.add("gender by words, precision", by_words == readable, said)
    if shown:
        score.add("gender by words, recall", by_words == shown, said)
    if answer.gender:
        score.add("gender, precision", answer.gender == readable, said)
    if readable:
        score.add("gender, recall", answer.gender == readable, said)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_bytes().splitlines():
        yield orjson.loads(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("roles", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="print so many errors")
    options = parser.parse_args()
    articles = {article["id"]: article for article in read_lines(options.articles)}
    score = RoleScore()
    for gold in read_lines(options.roles):
        score_article(articles[gold["id"]], gold, score)
    for name, tally in score.tallies.items():
        print(f"{name:<28}{tally}")
    for error in score.errors[: options.errors]:
        print(error)


if __name__ == "__main__":
    main()
