"""Counts how often each rule is right on annotated articles, and checks the confidences that follow.

    python -m bench.calibrate GOLD.jsonl [--write]

GOLD holds an article a line: {"id", "text", "quotations": [{"kind", "content", "source"}]}, where kind is
"direct", "mixed" or "indirect", and content and source are lists of [start, end] in code points of the text.
Rules are counted on one half of the articles, drawn by their ids, and the confidences that these counts give
are checked on the other.  --write counts on all of them, and keeps the counts with the language's data.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from service.extractor import EVERY_KIND, Quote, Span, extract
from service.extractor.confidence import Tally, estimate_confidences

EVIDENCE = Path(str(files("service.extractor"))) / "languages" / "en" / "confidence.txt"
OPENING = """\
# How often each rule was right on annotated news: what confidences are computed from.
# Columns: rule, passages or reported clauses that it attributed, those that it gave the right speaker.
# Counted by `python -m bench.calibrate GOLD.jsonl --write`, and never edited by hand.
"""
BINS = 10
OVERLAP = 0.5
MARKS_AND_BREAKS = re.compile(r"[\"“”„«»]|''|``|\n\s*\n")
CLAUSE_ENDS = re.compile(r"[,(;:\n—–]| - |\b(?:who|which|that|whose)\b")
PREPOSITIONS = re.compile(r"\b(?:of|for|from|at|in|with|on|to|by|near|representing|against)\b")
WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotated quotation: its content, that between marks, and the words that the source turns on."""

    content: list[Bounds]
    stretches: list[Bounds]
    heads: list[Bounds]


@dataclass(frozen=True, slots=True)
class Decision:
    """One passage, or one reported clause, that a rule attributed."""

    rule: str
    right: bool


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {EVIDENCE.name} from all articles")
    options = parser.parse_args()
    halves: tuple[list[Decision], list[Decision]] = ([], [])
    for line in options.gold.read_bytes().splitlines():
        article = orjson.loads(line)
        halves[crc32(article["id"].encode()) % 2].extend(judge_article(article))
    fitted, checked = halves
    report(fitted, checked)
    if options.write:
        write_evidence(EVIDENCE, count([*fitted, *checked]))


def judge_article(article: dict[str, Any]) -> Iterator[Decision]:
    """Judge each segment of each quote found; one whose annotation names no source counts neither way."""
    text = article["text"]
    annotations = [
        Annotation(
            each["content"],
            [] if each["kind"] == "indirect" else list(cut_content(text, each["content"])),
            list(find_heads(text, each["source"])),
        )
        for each in article["quotations"]
    ]
    for quote in extract(text, kinds=EVERY_KIND).quotes:
        if quote.kind == "indirect":
            yield from judge_report(text, quote, annotations)
            continue
        for segment in quote.segments:
            annotation = find_annotation(segment, annotations)
            if annotation is None:
                yield Decision(quote.rule, False)
            elif quote.mention is None:
                yield Decision(quote.rule, not annotation.heads)
            elif annotation.heads:
                yield Decision(quote.rule, names_source(text, quote, annotation.heads))


def judge_report(text: str, quote: Quote, annotations: list[Annotation]) -> Iterator[Decision]:
    """Judge a reported clause as a whole by the annotation that shares most with it."""
    found = [(segment.start, segment.end) for segment in quote.segments]
    shares = [(share(found, each.content), index) for index, each in enumerate(annotations)]
    best, index = max(shares, default=(0.0, 0))
    if best < OVERLAP:
        yield Decision(quote.rule, False)
    elif annotations[index].heads:
        yield Decision(quote.rule, names_source(text, quote, annotations[index].heads))


def share(some: list[Bounds], others: list[Bounds]) -> float:
    """Return how much of what two sets of stretches cover together they share."""
    shared = sum(max(0, min(end, last) - max(start, first)) for start, end in some for first, last in others)
    return shared / (sum(end - start for start, end in [*some, *others]) - shared)


def cut_content(text: str, content: Iterable[Bounds]) -> Iterator[Bounds]:
    """Cut annotated content at marks and paragraphs: of a mixed quote it holds unmarked words too."""
    for start, end in content:
        at = start
        for divider in MARKS_AND_BREAKS.finditer(text, start, end):
            yield at, divider.start()
            at = divider.end()
        yield at, end


def find_annotation(segment: Span, annotations: list[Annotation]) -> Annotation | None:
    return next((each for each in annotations if any(overlap(segment, s) for s in each.stretches)), None)


def overlap(segment: Span, stretch: Bounds) -> bool:
    """Whether two stretches share half of what they cover together."""
    start, end = stretch
    shared = min(segment.end, end) - max(segment.start, start)
    return shared > 0 and shared >= OVERLAP * (max(segment.end, end) - min(segment.start, start))


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


def count(decisions: Iterable[Decision]) -> dict[str, Tally]:
    decisions = list(decisions)
    passages = Counter(decision.rule for decision in decisions)
    right = Counter(decision.rule for decision in decisions if decision.right)
    return {rule: Tally(passages[rule], right[rule]) for rule in sorted(passages)}


def report(fitted: list[Decision], checked: list[Decision]) -> None:
    before, after = count(fitted), count(checked)
    confidences = estimate_confidences(before)
    print(f"{'rule':<24} {'fitted on':>9} {'confidence':>10} {'checked on':>10} {'right':>6}")
    for rule, tally in sorted(after.items(), key=lambda item: -item[1].passages):
        fitted_on = before[rule].passages if rule in before else 0
        share = tally.right / tally.passages
        print(f"{rule:<24} {fitted_on:9} {confidences.of(rule):10.3f} {tally.passages:10} {share:6.3f}")
    right = sum(decision.right for decision in checked)
    error = calibration_error((confidences.of(decision.rule), decision.right) for decision in checked)
    share_right = right / len(checked)
    print(f"\n{len(checked)} passages and clauses, {share_right:.3f} right", end="; ")
    print(f"expected calibration error {error:.4f}")


def calibration_error(decisions: Iterable[tuple[float, bool]]) -> float:
    """Return the mean gap between confidence and share right, over bins of one width (Naeini et al. 2015)."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in decisions:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    gaps = [abs(sum(c for c, _ in each) - sum(right for _, right in each)) for each in bins.values()]
    return sum(gaps) / sum(map(len, bins.values()))


def write_evidence(path: Path, evidence: dict[str, Tally]) -> None:
    rows = (f"{rule}\t{tally.passages}\t{tally.right}\n" for rule, tally in sorted(evidence.items()))
    path.write_text(OPENING + "".join(rows), "utf8")
    print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
