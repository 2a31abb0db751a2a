"""Every marked-up case gives back its own marks; every rule has its cases."""

import pytest

from service.extractor import extract
from service.extractor.rules import EVERY_RULE
from tests.extractor.marked_cases import CASES, Case, list_case_files, put_marks_back, read_cases

NOT_RULES = {"clauses", "issues", "names", "passages", "portraits", "silent", "speakers", "transcripts"}
# These add a segment to a quote, which keeps the name of the rule that found its speaker.
JOINING_RULES = {"same_sentence", "split_quote"}
ALL_CASES = [case for path in list_case_files() for case in read_cases(path)]


@pytest.mark.parametrize("case", ALL_CASES, ids=str)
def test_gives_the_marks_of_the_case(case: Case) -> None:
    quotes = extract(case.text, language=case.language, kinds=case.kinds).quotes

    assert put_marks_back(case, quotes) == case.marked, case.title


@pytest.mark.parametrize("case", ALL_CASES, ids=str)
def test_segments_are_the_text_at_their_offsets(case: Case) -> None:
    extraction = extract(case.text, language=case.language, kinds=case.kinds)

    for quote in extraction.quotes:
        spans = [*quote.segments, *(span for span in (quote.mention, quote.cue, quote.clause) if span)]
        assert [case.text[span.start : span.end] for span in spans] == [span.text for span in spans]
        assert all(segment.text.strip() for segment in quote.segments)
    assert extract(case.text, language=case.language, kinds=case.kinds) == extraction


def is_hit(case: Case, rule: str) -> bool:
    identities = [mark.get("id") for _, _, mark in case.marks if "id" in mark]
    joins = rule in JOINING_RULES and len(identities) > len(set(identities))
    return joins or any(mark.get("rule") == rule for _, _, mark in case.marks)


@pytest.mark.parametrize("rule", [rule.__name__ for rule in EVERY_RULE])
def test_every_rule_has_hits_and_a_near_miss(rule: str) -> None:
    cases = [case for case in ALL_CASES if case.path.stem == rule]
    hits = [case for case in cases if is_hit(case, rule)]

    assert len(hits) >= 2, f"tests/cases/en/{rule}.txt needs two cases in which the rule decides"
    assert len(cases) > len(hits), f"tests/cases/en/{rule}.txt needs a case in which the rule stays silent"


def test_every_case_file_belongs_to_a_rule() -> None:
    stems = {path.stem for path in CASES.glob("*/*.txt")}

    assert stems - NOT_RULES <= {rule.__name__ for rule in EVERY_RULE}
    assert stems >= NOT_RULES


@pytest.mark.parametrize("case", [c for c in ALL_CASES if c.path.stem == "silent"], ids=str)
def test_silent_cases_mark_nothing(case: Case) -> None:
    assert case.marks == ()
