"""The search: quotes by words, speaker, source and date, and how they are shared; a quote in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, redirect, request, url_for
from werkzeug import Response

from service.api.openapi.paging import PAGING
from service.http.current import current_store
from service.http.problems import Problem, not_found
from service.schemas.check import FieldError
from service.store import (
    FacetName,
    Facets,
    FacetValue,
    InvalidQuery,
    Page,
    PageRequest,
    QuoteRecord,
    SpeakerRecord,
    Store,
)
from service.web.blueprint import answer_page, blueprint, write_month
from service.web.citations import shorten
from service.web.conditions import (
    KINDS,
    LABELS,
    Asked,
    Condition,
    build_facet_address,
    build_search_address,
    leave_out_blanks,
    list_values,
    read_conditions,
    read_search,
)
from service.web.help import find_help
from service.web.marking import mark_surroundings
from service.web.quote_list import group_quotes, name_article

STARTING_POINTS = {
    "docs": "/docs",
    "openapi": "/openapi.json",
    "quotes": "/v1/quotes",
    "articles": "/v1/articles",
    "speakers": "/v1/speakers",
    "stats": "/v1/stats",
}
FACETS: tuple[FacetName, ...] = ("speaker", "source", "month", "kind")
HEADINGS = {"speaker": "Speakers", "source": "Sources", "month": "Months", "kind": "Kinds"}
# Conditions that make one of a facet's values the only one.
UNKNOWN: dict[FacetName, str] = {"speaker": "nobody is named", "month": "no date"}
DECIDED_BY = {"speaker": ("speaker_id",), "source": ("source",), "month": (), "kind": ("kind",)}
NARROWING_FIELDS = ("speaker", "source", "from", "to", "kind")
LISTED_VALUES = 8
LISTED_SPEAKERS = 4


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet, how many quotes have it, and the address of the search for them."""

    name: str
    quotes: int
    address: str | None


@blueprint.get("/")
def show_search() -> Response:
    """Show the results of a search to a browser; answer other clients with JSON that lists where to start."""
    if request.accept_mimetypes.best_match(("application/json", "text/html")) != "text/html":
        answer: Response = jsonify(
            {name: request.script_root + path for name, path in STARTING_POINTS.items()}
        )
    else:
        answer = answer_search(read_search(request))
    answer.vary.add("Accept")
    return answer


@blueprint.get("/quotes")
def show_more_quotes() -> Response:
    """Return only the next part of a list, for a script to append."""
    asked = read_search(request)
    wanted, page = read_conditions(asked)
    found = current_store().list_quotes(wanted, page)
    groups = group_quotes(current_store(), found.items)
    return answer_page("more_quotes.html", groups=groups, **find_following(asked, found))


@blueprint.get("/quotes/<id:quote_id>/context")
def show_context(quote_id: str) -> Response:
    """Return only the words around a quote, for a script to show under it."""
    store = current_store()
    quote = store.get_quote(quote_id)
    article = store.get_article(quote.article.id) if quote else None
    if quote is None or article is None or article.text is None:
        raise not_found("quote_id", quote_id)
    return answer_page("context.html", quote=quote, marked=mark_surroundings(article.text, quote))


def answer_search(given: Asked) -> Response:
    """Answer with the page of a search; if it cannot be read, with each error beside its field."""
    asked = leave_out_blanks(given)
    if asked != given:
        return redirect(build_search_address(asked))
    try:
        found = describe_results(current_store(), asked)
    except (Problem, InvalidQuery) as error:
        errors = dict(list_errors(error))
        return answer_page("search.html", 400, **describe_form(asked, errors))
    return answer_page("search.html", **describe_form(asked, {}), **found)


def list_errors(error: Problem | InvalidQuery) -> list[FieldError]:
    """List what is wrong with a search, by field."""
    if isinstance(error, InvalidQuery):
        return [FieldError(error.field, f"{error.message} (at character {error.position + 1})")]
    return error.errors


def describe_form(asked: Asked, errors: Mapping[str, str]) -> dict[str, Any]:
    """Give the form as it was filled in; conditions that have no field of their own stay as they are."""
    fields = ("q", *NARROWING_FIELDS, *PAGING)
    # A field holds one value; further ones stay beside it.
    kept = [
        (name, value)
        for name, values in asked.items()
        for value in list_values(values)[name in NARROWING_FIELDS :]
        if name in NARROWING_FIELDS or name not in fields
    ]
    first = {name: list_values(values)[0] for name, values in asked.items()}
    return {
        "asked": first,
        "errors": errors,
        "kept": kept,
        "kinds": KINDS,
        "is_narrowing_wrong": not errors.keys().isdisjoint(NARROWING_FIELDS),
    }


def describe_results(store: Store, asked: Asked) -> dict[str, Any]:
    """Find the quotes and their facets.  Raises Problem, InvalidQuery, InvalidCursor."""
    wanted, page = read_conditions(asked)
    found = store.list_quotes(wanted, page)
    counted = store.count_facets(wanted, FACETS)
    facets = {
        HEADINGS[facet]: [
            FacetLink(
                name_facet_value(facet, value),
                value.quotes,
                build_facet_address(asked, facet, value),
            )
            for value in counted.values[facet][:LISTED_VALUES]
        ]
        for facet in FACETS
        if not any(name in asked for name in DECIDED_BY[facet])
    }
    return {
        "found": found,
        "groups": group_quotes(store, found.items),
        "counted": counted,
        "facets": facets,
        "conditions": list_conditions(store, asked),
        "summary": summarise(asked, found, counted),
        "named": find_named(store, asked),
        "stats": None if asked else store.stats(),
        "formats": list_formats(asked),
        "help": None if found.items else find_help(store, asked, name_conditions(store, asked)),
        **find_following(asked, found),
    }


def summarise(asked: Asked, found: Page[QuoteRecord], counted: Facets) -> str:
    """Say for previews how many quotes a search finds, and the newest."""
    more = "" if counted.complete else " or more"
    number = f"{counted.quotes:,} {'quote' if counted.quotes == 1 else 'quotes'}{more}"
    if not asked or not found.items:
        return number
    newest = found.items[0]
    return shorten(
        f"{number}. {newest.speaker.name if newest.speaker else 'Nobody is named'}: “{newest.text}”"
    )


def name_facet_value(facet: FacetName, value: FacetValue) -> str:
    """Write a facet's value for people; quotes may have no speaker, articles no source."""
    if value.name is None:
        return UNKNOWN.get(facet, "unknown")
    return write_month(value.name) if facet == "month" else value.name


def list_conditions(store: Store, asked: Asked) -> list[Condition]:
    """List the conditions besides the words, each to be dropped."""
    return [
        Condition(LABELS[name], name_value(store, name, value), build_address_without(asked, name, value))
        for name, values in asked.items()
        if name in LABELS
        for value in list_values(values)
    ]


def build_address_without(asked: Asked, name: str, value: str) -> str:
    """Build the address of the same search without a condition, or one of its values."""
    others = [one for one in list_values(asked[name]) if one != value]
    return build_search_address(asked, **{name: others or None})


def name_conditions(store: Store, asked: Asked) -> list[tuple[str, str, str]]:
    """Name what a search asks for: each name in the address, its label, and its value for people."""
    labels = {"q": "Words", **LABELS}
    return [
        (name, labels[name], " or ".join(name_value(store, name, value) for value in list_values(values)))
        for name, values in asked.items()
        if name in labels
    ]


def name_value(store: Store, name: str, value: str) -> str:
    """Write a condition's value as people know it."""
    if name == "speaker_id" and (speaker := store.get_speaker(value)):
        return speaker.name
    if name == "article" and (article := store.get_article(value)):
        return name_article(article.title, article.text)
    return value


def find_named(store: Store, asked: Asked) -> tuple[SpeakerRecord, ...]:
    """Find speakers whose names have the searched words, as a name may be meant."""
    if "q" not in asked or not asked.keys().isdisjoint(("speaker", "speaker_id", "cursor")):
        return ()
    try:
        return store.list_speakers(asked["q"], PageRequest(LISTED_SPEAKERS)).items
    except InvalidQuery:
        return ()


def list_formats(asked: Asked) -> dict[str, str]:
    """List the addresses of the same quotes for programs."""
    query = {name: value for name, value in asked.items() if name not in PAGING}
    return {
        "JSON": url_for("quotes.list_quotes", **query),
        "CSV": url_for("quotes.list_quotes", **query, format="csv", excel="true"),
        "Feed": url_for("feeds.follow_quotes", **query),
    }


def find_following(asked: Asked, found: Page[QuoteRecord]) -> dict[str, Any]:
    """Return the addresses of the next page, whole and as a part."""
    if found.next_cursor is None:
        return {"following": None, "following_part": None}
    query = urlencode({**asked, "cursor": found.next_cursor}, doseq=True)
    return {
        "following": f"{url_for('pages.show_search')}?{query}",
        "following_part": f"{url_for('pages.show_more_quotes')}?{query}",
    }
