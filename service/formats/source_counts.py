"""Counts of sources as rows: of CSV, and of JSON with the evidence inside."""

from collections.abc import Iterator
from typing import Any

from service.formats.csv import write_row
from service.store import SourceCount, SourceCounts, SourceGroup, SourceSpan

NUMBERS = ("quotes", "words", "speakers", "gender_known", "speakers_known")


def write_source_counts(counts: SourceCounts, by: SourceGroup, per: SourceSpan | None) -> Iterator[bytes]:
    """Write counts as CSV, a group a row, the evidence a column each."""
    names = [name for name in (per, by) if name]
    yield write_row([*names, *NUMBERS, *counts.total.evidence])
    for one in counts.groups:
        own = [one.per, one.value] if per else [one.value]
        yield write_row([*own, *list_numbers(one), *one.evidence.values()])


def lay_out_count(count: SourceCount, by: SourceGroup, per: SourceSpan | None) -> dict[str, Any]:
    """Return the JSON value of a group."""
    own: dict[str, Any] = {per: count.per} if per else {}
    return {**own, by: count.value, **lay_out_numbers(count)}


def lay_out_numbers(count: SourceCount) -> dict[str, Any]:
    return {**dict(zip(NUMBERS, list_numbers(count), strict=True)), "evidence": count.evidence}


def list_numbers(count: SourceCount) -> list[int]:
    return [getattr(count, name) for name in NUMBERS]
