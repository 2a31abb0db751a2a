"""Turns counts of what was right on annotated news into confidences.

A quote has the right full name if its rule chose the right mention, and if the mention led to the right name.
Both shares are counted, and their product is the confidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# A rule or form starts with so many passages at the share of all: one seen twice is not certain.
_PRIOR_PASSAGES = 4


@dataclass(frozen=True, slots=True)
class AccuracyCount:
    """How many passages were counted in annotated articles, and how many of them were right."""

    passages: int
    right: int


@dataclass(frozen=True, slots=True)
class Shares:
    """The share that was right of each key, from 0 to 1; a key not counted yet has the share of all."""

    by_key: Mapping[str, float]
    common: float

    def of(self, key: str) -> float:
        return self.by_key.get(key, self.common)


@dataclass(frozen=True, slots=True)
class Confidences:
    """The shares of the rules, whose mention was right, and of the forms of mention, whose name was."""

    rules: Shares
    forms: Shares

    def of(self, rule: str, form: str) -> float:
        """The share of quotes by this rule, with a mention of this form, that have the right full name."""
        return round_share(self.rules.of(rule) * self.forms.of(form))


def estimate_shares(evidence: Mapping[str, AccuracyCount]) -> Shares:
    """Smooth the share right of each key towards that of all."""
    passages = sum(tally.passages for tally in evidence.values())
    right = sum(tally.right for tally in evidence.values())
    common = (right + 1) / (passages + 2)
    shares = {
        key: round_share((tally.right + _PRIOR_PASSAGES * common) / (tally.passages + _PRIOR_PASSAGES))
        for key, tally in evidence.items()
    }
    return Shares(shares, round_share(common))


def round_share(share: float) -> float:
    """Round to thousandths; no count makes a rule certain."""
    return min(max(round(share, 3), 0.001), 0.999)
