"""Bounds JSON before it is parsed: parsed, text of many small values takes some fifty times its size."""

import re
from itertools import accumulate

# Twice what the largest lexicon takes.
VALUES_AT_MOST = 10_000
DEPTH_AT_MOST = 50
# The end of the text ends a string, too: else each quotation mark of one without an end would be tried.
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
OPENING = b"[{"
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def find_excess(text: bytes) -> str | None:
    """Return the limit that JSON exceeds, in values (one for each name) or depth; None if it exceeds none."""
    outside = STRING.sub(b"", text)
    openings = sum(map(outside.count, OPENING))
    values = openings + outside.count(b",")
    if values > VALUES_AT_MOST:
        return f"holds {values} values, the limit is {VALUES_AT_MOST}"
    if openings > DEPTH_AT_MOST:
        brackets = outside.translate(None, NO_BRACKETS)
        depth = max(accumulate(1 if bracket in OPENING else -1 for bracket in brackets))
        if depth > DEPTH_AT_MOST:
            return f"is nested {depth} deep, the limit is {DEPTH_AT_MOST}"
    return None
