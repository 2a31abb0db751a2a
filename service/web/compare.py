"""Comparisons: one topic across speakers, or one speaker across sources or years, side by side."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from service.http.current import current_store
from service.http.problems import Problem
from service.schemas.check import FieldError
from service.store import InvalidQuery, PageRequest, QuoteFilter, Store
from service.web.blueprint import answer_page, blueprint
from service.web.conditions import build_search_address, leave_out_blanks, read_conditions
from service.web.quote_list import ArticleGroup, group_quotes
from service.web.search import list_errors

COLUMNS = 4
SHOWN_QUOTES = 5
WAYS = ("speaker", "source", "year")


@dataclass(frozen=True, slots=True)
class ComparedSearch:
    """The newest quotes of one search, and the address of all of them."""

    title: str
    groups: Sequence[ArticleGroup]
    address: str


@blueprint.get("/compare")
def show_comparison() -> Response:
    """Show the quotes of several searches side by side."""
    speakers = [name for name in request.args.getlist("speaker") if name.strip()]
    words = request.args.get("q", "")
    way = request.args.get("by", "speaker")
    form: dict[str, Any] = {"q": words, "speakers": speakers, "by": way, "ways": WAYS, "columns": COLUMNS}
    try:
        columns = list_columns(current_store(), words, speakers, way) if speakers else []
    except (Problem, InvalidQuery) as error:
        return answer_page("compare.html", 400, errors=dict(list_errors(error)), compared=[], **form)
    return answer_page("compare.html", errors={}, compared=columns, **form)


def list_columns(store: Store, words: str, speakers: list[str], way: str) -> list[ComparedSearch]:
    """Search once for each column.  Raises Problem, InvalidQuery."""
    if way not in WAYS:
        raise Problem(400, [FieldError("by", f"must be one of: {', '.join(WAYS)}")])
    most = COLUMNS if way == "speaker" else 1
    if len(speakers) > most:
        message = f"is given {len(speakers)} times, the limit for a comparison by {way} is {most}"
        raise Problem(400, [FieldError("speaker", message)])
    if way == "speaker":
        searches = {name: {"q": words, "speaker": name} for name in speakers}
    else:
        searches = split_search(store, {"q": words, "speaker": speakers[0]}, way)
    return [fill_column(store, title, leave_out_blanks(asked)) for title, asked in searches.items()]


def split_search(store: Store, asked: dict[str, str], way: str) -> dict[str, dict[str, str]]:
    """Divide one search by the sources that have most of its quotes, or by the newest years."""
    wanted = read_search(leave_out_blanks(asked))
    if way == "source":
        sources = store.count_facets(wanted, ["source"]).values["source"]
        names = [source.name for source in sources if source.name is not None]
        return {name: {**asked, "source": name} for name in names[:COLUMNS]}
    years: Counter[str] = Counter()
    for month in store.count_facets(wanted, ["month"]).values["month"]:
        if month.value is not None:  # what has no date is of no year
            years[month.value[:4]] += month.quotes
    newest = sorted(years, reverse=True)[:COLUMNS]
    return {year: {**asked, "from": f"{year}-01-01", "to": f"{year}-12-31"} for year in newest}


def fill_column(store: Store, title: str, asked: dict[str, str]) -> ComparedSearch:
    found = store.list_quotes(read_search(asked), PageRequest(SHOWN_QUOTES))
    return ComparedSearch(title, group_quotes(store, found.items), build_search_address(asked))


def read_search(asked: dict[str, str]) -> QuoteFilter:
    wanted, _ = read_conditions(asked)
    return wanted
