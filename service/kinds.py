"""Which kinds of quotes are asked for, in a parameter or an option, and how each is shown."""

from service.extractor.model import EVERY_KIND, QuoteKind

EXPECTED = "must be any, or one or more of: direct, mixed, indirect, divided by commas"


def parse_kinds(value: str) -> frozenset[QuoteKind]:
    """Read "direct,mixed" or "any".  Raises ValueError for anything else."""
    if value == "any":
        return EVERY_KIND
    kinds = frozenset(kind for kind in EVERY_KIND if kind in value.split(","))
    if len(kinds) != len(value.split(",")):  # an unknown one, or one twice
        raise ValueError(EXPECTED)
    return kinds


def mark_words(text: str, kind: QuoteKind) -> str:
    """The words of a quote for people to read: in quotation marks, unless they are nobody's very words."""
    return text if kind == "indirect" else f"“{text}”"
