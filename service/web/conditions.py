"""The conditions of a search: read from the address as the API reads them, and written into addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Request, url_for

from service.api.openapi.paging import PAGING, check_list, read_page
from service.api.quotes import QuoteConditions
from service.http.parameters import check_query, list_repeatable, read_parameters
from service.store import FacetName, FacetValue, PageRequest, QuoteFilter, list_condition_labels

CONDITIONS = QuoteConditions()
KINDS: tuple[str, ...] = CONDITIONS.fields["kind"].choices  # type: ignore[attr-defined]  # it is a Choice
# More are for programs: a page is to stay small.
MOST_QUOTES = 50
LABELS = list_condition_labels()
REPEATABLE = list_repeatable(CONDITIONS)
Asked = Mapping[str, Any]  # a string, or a list of those that are given several times
BOUNDS = {"from": "from_", "to": "to"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that holds, and the address of the same search without it."""

    label: str
    value: str
    address_without: str


def read_conditions(asked: Asked) -> tuple[QuoteFilter, PageRequest]:
    """Read what was asked, as `GET /v1/quotes` does, but for a page's worth at most.  Raises Problem."""
    options = check_query(CONDITIONS, asked)
    check_list(options)
    page = read_page(options)
    return QuoteFilter(**options), replace(page, limit=min(page.limit, MOST_QUOTES))


def read_search(request: Request) -> dict[str, Any]:
    """Read the address of a search.  Raises Problem."""
    return read_parameters(request, REPEATABLE)


def list_values(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def leave_out_blanks(given: Asked) -> dict[str, Any]:
    """Give what was filled in of a form, which sends its empty fields too."""
    filled = {name: [one for one in list_values(value) if one.strip()] for name, value in given.items()}
    return {name: values[0] if len(values) == 1 else values for name, values in filled.items() if values}


def build_search_address(asked: Asked, **changes: Any) -> str:
    """Build the address of a search from its start, some conditions being set or, by None, dropped."""
    wanted = {name: value for name, value in asked.items() if name not in PAGING} | changes
    query = urlencode({name: value for name, value in wanted.items() if value is not None}, doseq=True)
    return url_for("pages.show_search") + (f"?{query}" if query else "")


def build_facet_address(asked: Asked, facet: FacetName, value: FacetValue) -> str | None:
    """Build the address of a search narrowed to a facet's value; None for quotes that have no value."""
    if value.value is None:
        return build_search_address(asked, undated="true") if facet == "month" else None
    if facet == "month":
        first, last = find_month_bounds(value.value)
        # Dates within the month narrow it further: what they leave out was not counted.
        narrower = {name: asked[name] for name in BOUNDS if find_month_of(asked, name) == value.value}
        return build_search_address(asked, **{"from": first, "to": last} | narrower)
    if facet == "speaker":
        return build_search_address(asked, speaker=None, speaker_id=value.value)
    return build_search_address(asked, **{facet: value.name if facet == "source" else value.value})


def find_month_of(asked: Asked, name: str) -> str | None:
    """Find the month of a date that was asked for, such as 2026-03."""
    return CONDITIONS.load({name: asked[name]})[BOUNDS[name]].isoformat()[:7] if name in asked else None


def find_month_bounds(month: str) -> tuple[str, str]:
    """Find the first and last day of a month such as 2026-03."""
    year, number = (int(part) for part in month.split("-"))
    following = date(year + number // 12, number % 12 + 1, 1) if (year, number) < (9999, 12) else date.max
    last = date.fromordinal(following.toordinal() - 1) if following < date.max else date.max
    return f"{month}-01", last.isoformat()
