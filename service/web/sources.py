"""Who is quoted: shares of genders, roles or kinds of speakers, as numbers and as bars."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request, url_for
from werkzeug import Response

from service.api.sources import SourceConditions, read_conditions
from service.http.current import current_store
from service.http.parameters import check_query, read_parameters
from service.http.problems import Problem
from service.schemas.kinds import GENDERS, SPEAKER_KINDS
from service.store import InvalidQuery, SourceCount, SourceCounts, SourceGroup, SourceSpan
from service.web.blueprint import answer_page, blueprint, write_month
from service.web.conditions import Asked, leave_out_blanks
from service.web.search import list_errors

CONDITIONS = SourceConditions()
GROUPS: tuple[SourceGroup, ...] = ("gender", "role", "kind")
SPANS: tuple[SourceSpan, ...] = ("source", "month", "author")
FIELDS = ("by", "per", "q", "source", "from", "to", "speaker_kind", "gender", "role")
VALUES: dict[str, dict[str | None, str]] = {
    "gender": {"f": "Women", "m": "Men", None: "Not known, or no person"},
    "kind": {
        "person": "People",
        "organisation": "Organisations",
        "document": "Documents",
        "group": "Groups",
        "unnamed": "Not named",
    },
    "role": {None: "No role"},
}
MOST_ROWS = 100
# Parts of the bar of all quotes; the rest is one part.
MOST_PARTS = 4
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: its number of quotes, its share in percent, and where it begins."""

    name: str
    quotes: int
    share: float
    x: float


@dataclass(frozen=True, slots=True)
class Row:
    """A group, and its share in percent of the quotes of its source, month or author."""

    span: str
    name: str
    share: float
    count: SourceCount


@blueprint.get("/sources")
def show_sources() -> Response:
    """Show who is quoted; if the conditions cannot be read, each error beside its field."""
    given = read_parameters(request)
    asked = leave_out_blanks(given)
    if len(asked) < len(given):
        query = urlencode(asked)
        return redirect(url_for("pages.show_sources") + (f"?{query}" if query else ""))
    form: dict[str, Any] = {
        "asked": asked,
        "groups": GROUPS,
        "spans": SPANS,
        "genders": GENDERS,
        "speaker_kinds": SPEAKER_KINDS,
        "kept": {name: value for name, value in asked.items() if name not in FIELDS},
    }
    try:
        found = describe_counts(asked)
    except (Problem, InvalidQuery) as error:
        return answer_page("sources.html", 400, errors=dict(list_errors(error)), **form)
    return answer_page("sources.html", errors={}, **form, **found)


def describe_counts(asked: Asked) -> dict[str, Any]:
    """Count, and lay out the groups with the most quotes.  Raises Problem, InvalidQuery."""
    wanted, by, per = read_conditions(check_query(CONDITIONS, asked))
    counts = current_store().count_sources(wanted, by, per)
    query: dict[str, Any] = {**asked, "format": "csv"}
    return {
        "by": by,
        "per": per,
        "total": counts.total,
        "number": len(counts.groups),
        "parts": list_parts(counts, by),
        "rows": list_rows(counts, by, per),
        "unknown": find_share(counts.total.quotes - counts.total.gender_known, counts.total.quotes),
        "csv": url_for("sources.count_sources", **query),
    }


def list_parts(counts: SourceCounts, by: SourceGroup) -> list[Part]:
    """The parts of the bar of all quotes, the largest first."""
    sums: Counter[str | None] = Counter()
    for one in counts.groups:
        sums[one.value] += one.quotes
    largest = sums.most_common(MOST_PARTS)
    named = [(name_value(by, value), number) for value, number in largest]
    if rest := sums.total() - sum(number for _, number in largest):
        named.append(("Others", rest))
    parts: list[Part] = []
    before = 0
    for name, number in named:
        share = find_share(number, sums.total())
        parts.append(Part(name, number, share, find_share(before, sums.total())))
        before += number
    return parts


def list_rows(counts: SourceCounts, by: SourceGroup, per: SourceSpan | None) -> list[Row]:
    sums: Counter[str | None] = Counter()
    for one in counts.groups:
        sums[one.per] += one.quotes
    return [
        Row(name_span(one.per, per), name_value(by, one.value), find_share(one.quotes, sums[one.per]), one)
        for one in choose_largest(counts.groups)
    ]


def choose_largest(groups: Sequence[SourceCount]) -> list[SourceCount]:
    """The groups with the most quotes, in their order."""
    largest = sorted(range(len(groups)), key=lambda place: -groups[place].quotes)[:MOST_ROWS]
    return [groups[place] for place in sorted(largest)]


def name_value(by: SourceGroup, value: str | None) -> str:
    return VALUES[by].get(value) or value or "unknown"


def name_span(span: str | None, per: SourceSpan | None) -> str:
    if span is None:
        return "unknown"
    return write_month(span) if per == "month" else span


def find_share(part: int, whole: int) -> float:
    """The share in percent, to a tenth."""
    return round(WIDTH * part / whole, 1) if whole else 0.0
