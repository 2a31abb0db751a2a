"""Explanations: true to how the rules are tried, and nothing else is changed by them."""

from dataclasses import replace

import pytest
from hypothesis import given

from service.extractor import (
    EVERY_KIND,
    QUOTED,
    ExplainedQuote,
    Extraction,
    Quote,
    QuoteKind,
    explain,
    extract,
)
from service.extractor.explain import _FIELDS
from service.extractor.rules import (
    CONTEXT_RULES,
    EVERY_RULE,
    LOCAL_RULES,
    REPORT_RULES,
    RULES,
    TURN_RULES,
    example_of,
)
from tests.extractor.marked_cases import Case, list_case_files, read_cases
from tests.extractor.test_properties import ANY_TEXT

NAMES = [rule.__name__ for rule in RULES if rule not in TURN_RULES]
REPORT_NAMES = [rule.__name__ for rule in REPORT_RULES]
CASES = [case for path in list_case_files() for case in read_cases(path)]
OVER_PARAGRAPHS = "“The first thing is money.\n\n“The second is time,” said Jane Doe."


def explanations(text: str, kinds: frozenset[QuoteKind] = QUOTED) -> list[ExplainedQuote]:
    quotes = explain(text, kinds=kinds).quotes
    assert all(isinstance(quote, ExplainedQuote) for quote in quotes)
    return [quote for quote in quotes if isinstance(quote, ExplainedQuote)]


def without_explanations(extraction: Extraction) -> Extraction:
    quotes = tuple(Quote(*(getattr(quote, name) for name in _FIELDS)) for quote in extraction.quotes)
    return replace(extraction, quotes=quotes)


@given(ANY_TEXT)
def test_explaining_adds_the_explanations_and_nothing_else(text: str) -> None:
    for kinds in (QUOTED, EVERY_KIND):
        assert without_explanations(explain(text, kinds=kinds)) == extract(text, kinds=kinds)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_tried_comes_before_the_rule(case: Case) -> None:
    for quote in explanations(case.text, EVERY_KIND):
        explanation = quote.explanation
        names = REPORT_NAMES if quote.kind == "indirect" else NAMES
        assert explanation.rule == quote.rule
        expected = ["turn"] if quote.rule == "turn" else names[: len(explanation.tried) + 1]
        assert [*explanation.tried, explanation.rule] == expected
        assert explanation.passage in quote.segments


def test_rules_of_the_sentence_are_tried_before_those_of_its_neighbours() -> None:
    text = "“We will not move,” Jane Doe said. She smiled at the crowd for long. “We never have moved.”"
    first, second = explanations(text)

    assert (first.rule, second.rule) == ("quote_name_cue", "same_paragraph")
    assert first.explanation.tried == ("quote_cue_name",)
    assert {rule.__name__ for rule in LOCAL_RULES} <= set(second.explanation.tried)
    assert not set(second.explanation.tried) - {rule.__name__ for rule in (*LOCAL_RULES, *CONTEXT_RULES)}


def test_a_quotation_over_paragraphs_says_in_which_its_speaker_was_found() -> None:
    [quote] = explanations(OVER_PARAGRAPHS)

    assert [segment.text for segment in quote.segments] == ["The first thing is money.", "The second is time"]
    assert quote.rule == "quote_cue_name"
    assert quote.explanation.passage == quote.segments[1]


@pytest.mark.parametrize("rule", EVERY_RULE, ids=[rule.__name__ for rule in EVERY_RULE])
def test_every_rule_has_an_example(rule: object) -> None:
    example = example_of(rule)  # type: ignore[arg-type]

    assert len(example) > 20
    assert "\n" not in example


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Jane Doe has read her book “The Long Lamp” twice.", "title"),
        ("Nobody used the word “crisis” that week.", "mentioned word"),
        ("“It was dark,” Jane Doe said.\n\n‘Nobody came’.\n\nThe ward shut.", "subheading"),
        ("The “experts” left early.", "no cue"),
    ],
)
def test_every_passage_that_is_no_quote_has_its_reason(text: str, reason: str) -> None:
    extraction = explain(text)

    assert [passage.reason for passage in extraction.passages if passage.reason] == [reason]


def test_others_whom_a_pronoun_might_mean_are_named() -> None:
    text = "Tom Reyes met Carl Fenn at the gate. “You are late,” he said. “I know,” Carl Fenn said."
    first, second = explanations(text)

    assert (first.speaker and first.speaker.name, first.explanation.near) == ("Tom Reyes", ("Carl Fenn",))
    assert second.explanation.near == ()
