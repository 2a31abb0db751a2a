"""Confidences: shares of decisions that were right, from counts that stand with the language's data."""

from itertools import combinations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.calibrate import calibration_error, judge_article
from service.extractor import ExplainedQuote, explain
from service.extractor.confidence import AccuracyCount, estimate_shares
from service.extractor.language import list_languages, load_language
from service.extractor.rules import EVERY_RULE
from service.extractor.speakers.forms import MENTION_FORMS

NAMES = frozenset(rule.__name__ for rule in EVERY_RULE)
TALLIES = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(
    lambda pair: AccuracyCount(max(pair), min(pair))
)
ARTICLE = "“We will not move,” said Jane Doe, the mayor. “Never.” Richard Roe called it “unwise”."


@pytest.mark.parametrize("code", list_languages())
def test_counts_are_of_rules_and_possible(code: str) -> None:
    evidence = load_language(code).evidence

    assert evidence.keys() <= NAMES
    assert [rule for rule, tally in evidence.items() if not 0 <= tally.right <= tally.passages] == []


@given(st.dictionaries(st.sampled_from(sorted(NAMES)), TALLIES))
def test_confidence_lies_between_what_a_rule_did_and_what_all_did(evidence: dict[str, AccuracyCount]) -> None:
    confidences = estimate_shares(evidence)

    assert 0 < confidences.common < 1
    assert confidences.of("a rule of tomorrow") == confidences.common
    for rule, tally in evidence.items():
        share = tally.right / tally.passages if tally.passages else confidences.common
        least, most = sorted((share, confidences.common))
        assert least - 0.001 <= confidences.of(rule) <= most + 0.001


def test_confidence_rises_with_what_was_right_and_nears_the_share() -> None:
    evidence = {"a": AccuracyCount(10, 3), "b": AccuracyCount(10, 9), "c": AccuracyCount(10_000, 9_000)}
    confidences = estimate_shares(evidence)

    assert confidences.of("a") < confidences.of("b") <= confidences.of("c")
    assert confidences.of("c") == pytest.approx(0.9, abs=0.001)


def test_every_quote_has_the_confidence_of_its_rule_and_of_the_form_of_its_mention() -> None:
    confidences = load_language("en").confidences

    for quote in explain(ARTICLE).quotes:
        assert isinstance(quote, ExplainedQuote)
        assert quote.confidence == confidences.of(quote.rule, quote.explanation.form)


@pytest.mark.parametrize(
    ("sentence", "form"),
    [
        ("“We will move,” said Jane Doe.", "full name"),
        ("“We will move,” Doe said.", "part of a name"),
        ("“We will move,” she said.", "pronoun"),
        ("“We will move,” the mayor of Hull said.", "description"),
        ("“We will move,” a spokesman said.", "unnamed"),
        ("“We will move,” said Zoltan.", "one word"),
        ("Ann Doe stood by. “We will move,” Doe said.", "part of a shared name"),
    ],
)
def test_form_tells_how_the_mention_names_the_speaker(sentence: str, form: str) -> None:
    text = f"Jane Doe, the mayor of Hull, came late. “No,” said Jane Doe.\n\n{sentence}"
    quote = explain(text).quotes[-1]

    assert isinstance(quote, ExplainedQuote)
    assert quote.explanation.form == form


def test_forms_that_were_counted_are_forms() -> None:
    assert load_language("en").name_evidence.keys() <= set(MENTION_FORMS)


def annotate(*quotations: tuple[str, str]) -> dict[str, object]:
    """Annotate the article: words quoted, and the words of it that are their source."""

    def locate(words: str) -> list[list[int]]:
        start = ARTICLE.index(words) if words else 0
        return [[start, start + len(words)]] if words else []

    return {
        "id": "a",
        "text": ARTICLE,
        "quotations": [
            {"kind": "direct", "content": locate(said), "source": locate(source)}
            for said, source in quotations
        ],
    }


@pytest.mark.parametrize(
    ("quotations", "right"),
    [
        ([], [False, False, False]),
        ([("“We will not move,”", "Jane Doe, the mayor")], [True, False, False]),
        ([("“We will not move,”", "Richard Roe")], [False, False, False]),
        ([("“We will not move,”", "")], [False, False]),
        ([("“We will not move,”", "Jane Doe"), ("“Never.”", "Jane Doe")], [True, True, False]),
        ([("it “unwise”", "Richard Roe")], [False, False, True]),
    ],
)
def test_a_passage_is_right_where_its_annotation_has_the_same_source(
    quotations: list[tuple[str, str]], right: list[bool]
) -> None:
    article = orjson.loads(orjson.dumps(annotate(*quotations)))

    assert [decision.right for decision in judge_article(article)] == right


@pytest.mark.parametrize(
    ("decisions", "error"),
    [
        ([(0.95, True)] * 19 + [(0.95, False)], 0.0),
        ([(1.0, True)] * 4, 0.0),
        ([(0.9, False)] * 4, 0.9),
        ([(0.75, True), (0.75, True), (0.25, False), (0.25, True)], 0.25),
    ],
)
def test_calibration_error_is_the_gap_within_bins(decisions: list[tuple[float, bool]], error: float) -> None:
    assert calibration_error(decisions) == pytest.approx(error)


def test_calibration_error_is_of_all_bins_not_of_the_mean() -> None:
    decisions = [(0.95, False), (0.05, True)]

    assert calibration_error(decisions) == pytest.approx(0.95)
    assert all(calibration_error(pair) == pytest.approx(0.95) for pair in combinations(decisions, 1))
