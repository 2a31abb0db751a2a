"""Quotes as NDJSON, a line each."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

LINES_AT_ONCE = 100


DATES = orjson.OPT_UTC_Z


def join_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines into pieces that are worth sending."""
    source = iter(lines)
    while piece := b"".join(islice(source, LINES_AT_ONCE)):
        yield piece


def write_ndjson(values: Iterable[Any]) -> Iterator[bytes]:
    """Write anything that orjson does, one a line."""
    return join_lines(orjson.dumps(value, option=DATES | orjson.OPT_APPEND_NEWLINE) for value in values)
