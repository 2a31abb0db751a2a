"""Kinds of quotes and of speakers, and genders, in parameters and options."""

from typing import get_args

from service.extractor.model import EVERY_KIND, Gender, QuoteKind, SpeakerKind

KINDS: tuple[str, ...] = get_args(QuoteKind)
SPEAKER_KINDS: tuple[str, ...] = get_args(SpeakerKind)
GENDERS: tuple[str, ...] = (*get_args(Gender), "unknown")
EXPECTED = f"must be any, or one or more of: {', '.join(KINDS)}, separated by commas"


def parse_kinds(value: str) -> frozenset[QuoteKind]:
    """Read "direct,mixed" or "any".  Raises ValueError for anything else."""
    if value == "any":
        return EVERY_KIND
    words = set(value.split(","))
    kinds = frozenset(kind for kind in EVERY_KIND if kind in words)
    if len(kinds) != len(words):
        raise ValueError(EXPECTED)
    return kinds
