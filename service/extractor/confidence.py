"""Turns counts of how often each rule was right on annotated news into confidences."""

from collections.abc import Mapping
from dataclasses import dataclass

# A rule starts with so many passages at the share of all rules: one seen twice is not certain.
_PRIOR_PASSAGES = 4


@dataclass(frozen=True, slots=True)
class Tally:
    """How many passages a rule attributed in annotated articles, and how many of them rightly."""

    passages: int
    right: int


@dataclass(frozen=True, slots=True)
class Confidences:
    """The share of each rule's decisions that are right; a rule not counted yet has the share of all."""

    shares: Mapping[str, float]
    common: float

    def of(self, rule: str) -> float:
        return self.shares.get(rule, self.common)


def estimate_confidences(evidence: Mapping[str, Tally]) -> Confidences:
    """Smooth the share right of each rule towards that of all."""
    passages = sum(tally.passages for tally in evidence.values())
    right = sum(tally.right for tally in evidence.values())
    common = (right + 1) / (passages + 2)
    shares = {
        rule: _round((tally.right + _PRIOR_PASSAGES * common) / (tally.passages + _PRIOR_PASSAGES))
        for rule, tally in evidence.items()
    }
    return Confidences(shares, _round(common))


def _round(share: float) -> float:
    """To thousandths; no count makes a rule certain."""
    return min(max(round(share, 3), 0.001), 0.999)
