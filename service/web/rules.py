"""The attribution rules, with an example of each, and how often it was right on annotated news."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from service.extractor import load_language
from service.extractor.confidence import AccuracyCount
from service.extractor.rules import (
    CONTEXT_RULES,
    EVERY_RULE,
    LOCAL_RULES,
    REPORT_RULES,
    TURN_RULES,
    ReportRule,
    Rule,
    example_of,
)
from service.web.blueprint import answer_page, blueprint

# How the speaker was found by the rules of each sort, for people.
WAYS: tuple[tuple[Sequence[Rule | ReportRule], str], ...] = (
    (TURN_RULES, "Named by the label of the turn"),
    (LOCAL_RULES, "Named beside the quote"),
    (CONTEXT_RULES, "Told from the sentences around it"),
    (REPORT_RULES, "Named by the sentence that reports it"),
)
WAY_OF = {rule.__name__: way for rules, way in WAYS for rule in rules} | {
    "unattributed": "Nobody near it is named"
}


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule, an example of what it reads, its confidence (0 to 1), and what that was counted on."""

    name: str
    example: str
    confidence: float
    tally: AccuracyCount | None


@blueprint.get("/rules")
def show_rules() -> Response:
    """Show the rules in their order of trust."""
    return answer_page("rules.html", rules=list_rules("en"))


def list_rules(language: str) -> list[RuleEntry]:
    known = load_language(language)
    return [
        RuleEntry(
            rule.__name__,
            example_of(rule),
            known.confidences.rules.of(rule.__name__),
            known.evidence.get(rule.__name__),
        )
        for rule in EVERY_RULE
    ]


@blueprint.app_template_filter("how_found")
def describe_way(rule: str) -> str:
    """Say in words how a rule found the speaker; of one that is gone by now, its name."""
    return WAY_OF.get(rule, rule)


@blueprint.app_template_filter("times_in_hundred")
def write_share(share: float) -> str:
    """Write how often a quote of its sort is right: about 97 times in 100."""
    return f"about {round(share * 100)} times in 100"
