"""Counts how often rules and forms of mention are right, and checks the confidences that follow.

    python -m bench.calibrate GOLD.jsonl... [--write]

GOLD holds an article a line: {"id", "text", "quotations": [{"kind", "content", "source"}]}, where kind is
"direct", "mixed", "indirect" or "other" (no speech), and content and source are lists of [start, end] in code
points of the text.  A quotation may also have "speaker", as in bench.accuracy; null is for speakers without a
name.  Counts are of one half of the articles, drawn by their ids, and the confidences that they give are
checked on the other: on all articles by mention, and by full name on those with names.  --write counts on all
of them, and keeps the counts with the language's data.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from zlib import crc32

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
from service.extractor import EVERY_KIND, QUOTED, ExplainedQuote, Quote, Span, explain
from service.extractor.confidence import AccuracyCount, Confidences, Shares, estimate_shares
from service.extractor.rules import TURN_RULES

FOLDER = Path(str(files("service.extractor"))) / "languages" / "en"
RULES = (
    FOLDER / "confidence.txt",
    """\
# How often each rule chose the right mention on annotated news: confidences are computed from it.
# Columns: rule, passages or reported clauses that it attributed, those that it gave the right mention.
# Counted by `python -m bench.calibrate GOLD.jsonl... --write`, and never edited by hand.
""",
)
FORMS = (
    FOLDER / "confidence_of_names.txt",
    """\
# How often a mention of each form led to the right full name.
# Columns: form of mention, passages whose mention should be right by the shares of their rules, right names.
# Counted by `python -m bench.calibrate GOLD.jsonl... --write`, and never edited by hand.
""",
)
SURE = 0.95
# Annotators who mark what stands in quotation marks pass over transcripts.
TURNS = frozenset(rule.__name__ for rule in TURN_RULES)
BINS = 10
MARKS_AND_BREAKS = re.compile(r"[\"“”„«»]|''|``|\n\s*\n")


@dataclass(frozen=True, slots=True)
class AnnotatedQuote:
    """One annotated quotation: its content, that between marks, and the words that the source turns on.

    `names` are the full names that are right, none of them for a speaker without a name; None where
    annotators named nobody.
    """

    content: list[Bounds]
    stretches: list[Bounds]
    heads: list[Bounds]
    names: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One passage, or one reported clause, that a rule attributed.

    `right` is about the mention, `named` about the full name; None where annotators named nobody.
    """

    rule: str
    form: str
    right: bool
    named: bool | None


def main() -> None:
    parser = build_parser(__doc__)
    parser.add_argument("--write", action="store_true", help="write the counts of all articles")
    options = parser.parse_args()
    halves: tuple[list[Decision], list[Decision]] = ([], [])
    for article in read_articles(options.gold):
        halves[crc32(article["id"].encode()) % 2].extend(judge_article(article))
    fitted, checked = halves
    report(fitted, checked)
    if options.write:
        everything = [*fitted, *checked]
        rules = count_rules(everything)
        write_evidence(*RULES, rules)
        write_evidence(*FORMS, count_forms(everything, estimate_shares(rules)))


def judge_article(article: dict[str, Any]) -> Iterator[Decision]:
    """Judge each segment of each quote found; one whose annotation names no source counts neither way."""
    text = article["text"]
    has_names = any("speaker" in each for each in article["quotations"])
    annotations = [
        AnnotatedQuote(
            each["content"],
            [] if each["kind"] == "indirect" else list(cut_content(text, each["content"])),
            list(find_heads(text, each["source"])),
            read_names(each),
        )
        for each in article["quotations"]
        if each["kind"] != "other"
    ]
    kinds = EVERY_KIND if any(each["kind"] == "indirect" for each in article["quotations"]) else QUOTED
    for quote in explain(text, kinds=kinds).quotes:
        assert isinstance(quote, ExplainedQuote)
        if quote.kind == "indirect":
            yield from judge(text, quote, find_report(quote, annotations), has_names)
            continue
        for segment in quote.segments:
            yield from judge(text, quote, find_annotation(segment, annotations), has_names)


def judge(
    text: str, quote: ExplainedQuote, annotation: AnnotatedQuote | None, has_names: bool
) -> Iterator[Decision]:
    form = quote.explanation.form
    if annotation is None and quote.rule in TURNS:
        return
    if annotation is None:
        unnamed = None if quote.kind == "indirect" or not has_names else False
        yield Decision(quote.rule, form, False, unnamed)
    elif quote.mention is None and quote.kind != "indirect":
        yield Decision(quote.rule, form, not annotation.heads, None)
    elif annotation.heads:
        right = names_source(text, quote, annotation.heads)
        yield Decision(quote.rule, form, right, judge_name(quote, annotation.names))


def read_names(annotation: dict[str, Any]) -> frozenset[str] | None:
    """Read the names that are right for a quotation: none of them for a speaker without a name."""
    if "speaker" not in annotation:
        return None
    return frozenset(list_names(annotation)) if annotation["speaker"] else frozenset()


def judge_name(quote: Quote, names: frozenset[str] | None) -> bool | None:
    if names is None:
        return None
    if not names:
        return quote.speaker is None or quote.speaker.kind == "unnamed"
    return quote.speaker is not None and simplify_name(quote.speaker.name) in names


def find_report(quote: Quote, annotations: list[AnnotatedQuote]) -> AnnotatedQuote | None:
    """Find the annotation that shares most with a reported clause as a whole, if that is half of both."""
    found = [(segment.start, segment.end) for segment in quote.segments]
    shares = [(share(found, each.content), index) for index, each in enumerate(annotations)]
    best, index = max(shares, default=(0.0, 0))
    return annotations[index] if best >= OVERLAP else None


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


def find_annotation(segment: Span, annotations: list[AnnotatedQuote]) -> AnnotatedQuote | None:
    return next((each for each in annotations if any(overlap(segment, s) for s in each.stretches)), None)


def overlap(segment: Span, stretch: Bounds) -> bool:
    """Whether two stretches share half of what they cover together."""
    start, end = stretch
    shared = min(segment.end, end) - max(segment.start, start)
    return shared > 0 and shared >= OVERLAP * (max(segment.end, end) - min(segment.start, start))


def count(judged: Iterable[tuple[str, bool]]) -> dict[str, AccuracyCount]:
    """Count of each key how often it was judged, and how often as right."""
    judged = list(judged)
    passages = Counter(key for key, _ in judged)
    right = Counter(key for key, is_right in judged if is_right)
    return {key: AccuracyCount(passages[key], right[key]) for key in sorted(passages)}


def count_rules(decisions: Iterable[Decision]) -> dict[str, AccuracyCount]:
    return count((each.rule, each.right) for each in decisions)


def count_forms(decisions: Iterable[Decision], rules: Shares) -> dict[str, AccuracyCount]:
    """Count right names beside as many passages of each form as the rules let expect to be right."""
    expected: dict[str, float] = {}
    named: Counter[str] = Counter()
    for each in decisions:
        if each.named is not None:
            expected[each.form] = expected.get(each.form, 0.0) + rules.of(each.rule)
            named[each.form] += int(each.right and each.named)
    tallies = {form: round(number) for form, number in sorted(expected.items())}
    return {
        form: AccuracyCount(number, min(number, named[form])) for form, number in tallies.items() if number
    }


def report(fitted: list[Decision], checked: list[Decision]) -> None:
    rules = count_rules(fitted)
    shares = estimate_shares(rules)
    forms = count_forms(fitted, shares)
    confidences = Confidences(shares, estimate_shares(forms))
    print_shares("rule", rules, shares, count_rules(checked))
    print_shares("form", forms, confidences.forms, count_forms(checked, shares))
    error = calibration_error((confidences.rules.of(each.rule), each.right) for each in checked)
    print(f"{len(checked)} passages and clauses by mention: expected calibration error {error:.4f}")
    named = [
        (confidences.of(each.rule, each.form), each.right and bool(each.named))
        for each in checked
        if each.named is not None
    ]
    sure = [right for confidence, right in named if confidence >= SURE]
    share_right = divide(sum(right for _, right in named), len(named))
    print(f"{len(named)} of them by full name: {share_right:.3f} right", end="; ")
    print(f"expected calibration error {calibration_error(named):.4f}")
    print(f"{len(sure)} of these at a confidence of {SURE} or more: {divide(sum(sure), len(sure)):.3f} right")


def print_shares(
    kind: str, fitted: dict[str, AccuracyCount], shares: Shares, checked: dict[str, AccuracyCount]
) -> None:
    print(f"{kind:<24} {'fitted on':>9} {'share':>10} {'checked on':>10} {'right':>6}")
    for key, tally in sorted(checked.items(), key=lambda item: -item[1].passages):
        fitted_on = fitted[key].passages if key in fitted else 0
        share = tally.right / tally.passages
        print(f"{key:<24} {fitted_on:9} {shares.of(key):10.3f} {tally.passages:10} {share:6.3f}")
    print()


def calibration_error(decisions: Iterable[tuple[float, bool]]) -> float:
    """Return the mean gap between confidence and share right, over bins of one width (Naeini et al. 2015)."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in decisions:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    gaps = [abs(sum(c for c, _ in each) - sum(right for _, right in each)) for each in bins.values()]
    return sum(gaps) / sum(map(len, bins.values()))


def write_evidence(path: Path, opening: str, evidence: dict[str, AccuracyCount]) -> None:
    rows = (f"{key}\t{tally.passages}\t{tally.right}\n" for key, tally in sorted(evidence.items()))
    path.write_text(opening + "".join(rows), "utf8")
    print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
