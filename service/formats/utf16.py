"""Offsets in UTF-16 code units, for clients whose strings are indexed so (JavaScript, Java, C#)."""

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def utf16_converter(text: str) -> Callable[[int], int]:
    """Give the function that turns a code point offset of `text` into its UTF-16 offset.

    One pass over the text, then a binary search per offset.
    """
    # Each such character is one code point but two UTF-16 code units.
    pairs = [match.start() for match in BEYOND_BMP.finditer(text)]
    return lambda offset: offset + bisect_left(pairs, offset)


def convert_spans(value: Any, convert: Callable[[int], int]) -> None:
    """Convert, in place, every `start` and `end` of a JSON value whose offsets are of one article's text."""
    if isinstance(value, list):
        for item in value:
            convert_spans(item, convert)
    elif isinstance(value, dict):
        if "start" in value and "end" in value:
            value["start"] = convert(value["start"])
            value["end"] = convert(value["end"])
        else:
            for item in value.values():
                convert_spans(item, convert)


def convert_snippet(quote: dict[str, Any]) -> None:
    """Convert, in place, the offsets of a quote's snippet, which are of the snippet's own text."""
    snippet = quote.get("snippet")
    if snippet:
        convert = utf16_converter(snippet["text"])
        for name in ("highlights", "forms"):
            snippet[name] = [[convert(start), convert(end)] for start, end in snippet.get(name, ())]
