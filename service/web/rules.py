"""The attribution rules: what each reads, and how often it was right on annotated news."""

from dataclasses import dataclass

from flask import Response

from service.extractor.confidence import Tally
from service.extractor.language import load_language
from service.extractor.rules import EVERY_RULE, example_of
from service.web.blueprint import answer_page, blueprint


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule, an example of what it reads, its confidence (0 to 1), and what that was counted on."""

    name: str
    example: str
    confidence: float
    tally: Tally | None


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
            known.confidences.of(rule.__name__),
            known.evidence.get(rule.__name__),
        )
        for rule in EVERY_RULE
    ]
