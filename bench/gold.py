"""Annotated articles: the head of a source, and whether a mention and a name are right."""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from service.extractor import Quote

OVERLAP = 0.5
CLAUSE_ENDS = re.compile(r"[,(;:\n—–]| - |\b(?:who|which|that|whose)\b")
PREPOSITIONS = re.compile(r"\b(?:of|for|from|at|in|with|on|to|by|near|representing|against)\b")
WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
COURTESY = frozenset(
    "the a an mr mrs ms miss sir dame lord lady baroness baron dr prof professor".split()  # noqa: SIM905
)

Bounds = tuple[int, int]


def build_parser(description: str | None) -> argparse.ArgumentParser:
    """A parser for the files of annotated articles, under `gold`."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path, nargs="+")
    return parser


def read_articles(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        yield from map(orjson.loads, path.read_bytes().splitlines())


def find_heads(text: str, source: Iterable[Bounds]) -> Iterator[Bounds]:
    """Find the last word of the phrase that opens a source, and of each name in apposition to it."""
    for start, end in source:
        at, clause_ends = start, [match.span() for match in CLAUSE_ENDS.finditer(text, start, end)]
        for left, right in [*clause_ends, (end, end)]:
            cut = PREPOSITIONS.search(text, at, left)
            words = list(WORD.finditer(text, at, cut.start() if cut else left))
            names = [word for word in words if word.group().lower() not in SUFFIXES]
            if names and (at == start or names[0].group()[0].isupper()):
                yield names[-1].span()
            at = right


def names_source(text: str, quote: Quote, heads: list[Bounds]) -> bool:
    """Whether the mention covers a head of the annotated source, or the speaker's name ends in it."""
    mention = quote.mention
    if mention and any(mention.start <= start and end <= mention.end + len("'s") for start, end in heads):
        return True
    words = [bare(word) for word in WORD.findall(quote.speaker.name)] if quote.speaker else []
    names = [word for word in words if word not in SUFFIXES]
    return bool(names) and any(bare(text[start:end]) == names[-1] for start, end in heads)


def bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).casefold()


def list_names(annotation: dict[str, Any]) -> set[str]:
    """Return the names that are right; of people who speak together the first one's, or all of them."""
    together = annotation["speaker"].split("; ")
    joined = " and ".join(filter(None, (", ".join(together[:-1]), together[-1])))
    return {simplify_name(name) for name in (joined, together[0], *annotation.get("names", ()))}


def simplify_name(name: str) -> str:
    words = re.findall(r"[^\s,]+", name.replace("’", "'").casefold())
    while len(words) > 1 and words[0].rstrip(".") in COURTESY:
        words.pop(0)
    return " ".join(words)


def divide(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
