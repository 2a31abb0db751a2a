"""The search: quotes by words, speaker, source and date, and how they are shared; a quote in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, redirect, request, url_for
from werkzeug import Response

from service.api.blueprint import read_parameters
from service.api.paging import PAGING
from service.api.problems import FieldError, Problem, not_found
from service.api.stores import current_store
from service.store import (
    FacetName,
    FacetValue,
    InvalidQuery,
    Page,
    PageRequest,
    QuoteRecord,
    SpeakerRecord,
    Store,
)
from service.web.blueprint import answer_page, blueprint, write_month
from service.web.conditions import (
    KINDS,
    LABELS,
    Asked,
    Condition,
    build_facet_address,
    build_search_address,
    leave_out_blanks,
    read_conditions,
)
from service.web.marking import mark_surroundings

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
DECIDED_BY = {"speaker": ("speaker_id",), "source": ("source",), "month": (), "kind": ("kind",)}
NARROWING_FIELDS = ("speaker", "source", "from", "to", "kind")
LISTED_VALUES = 8
LISTED_SPEAKERS = 4
SHOWN_LENGTH = 700


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet, how many quotes have it, and the address of the search for them."""

    name: str
    quotes: int
    address: str | None


@blueprint.get("/")
def show_search() -> Response:
    """Show what a search finds to a browser; say as JSON where to start to any other client."""
    if request.accept_mimetypes.best_match(("application/json", "text/html")) != "text/html":
        answer: Response = jsonify(
            {name: request.script_root + path for name, path in STARTING_POINTS.items()}
        )
    else:
        answer = answer_search(read_parameters(request))
    answer.vary.add("Accept")
    return answer


@blueprint.get("/quotes")
def show_more_quotes() -> Response:
    """Give a further part of a list alone, to be put under what is shown."""
    asked = read_parameters(request)
    wanted, page = read_conditions(asked)
    found = current_store().list_quotes(wanted, page)
    return answer_page("more_quotes.html", found=found, **find_following(asked, found))


@blueprint.get("/quotes/<id:quote_id>/context")
def show_context(quote_id: str) -> Response:
    """Give the words around a quote alone, to be put under it."""
    store = current_store()
    quote = store.get_quote(quote_id)
    article = store.get_article(quote.article.id) if quote else None
    if quote is None or article is None or article.text is None:
        raise not_found("quote_id", quote_id)
    return answer_page("context.html", quote=quote, marked=mark_surroundings(article.text, quote))


def answer_search(given: Asked) -> Response:
    """Answer with the page of a search; of one that cannot be read, with what is wrong beside its field."""
    asked = leave_out_blanks(given)
    if len(asked) < len(given):
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
    kept = {name: value for name, value in asked.items() if name not in ("q", *NARROWING_FIELDS, *PAGING)}
    return {
        "asked": asked,
        "errors": errors,
        "kept": kept,
        "kinds": KINDS,
        "is_narrowing_wrong": not errors.keys().isdisjoint(NARROWING_FIELDS),
    }


def describe_results(store: Store, asked: Asked) -> dict[str, Any]:
    """Find the quotes and what stands beside them.  Raises Problem, InvalidQuery, InvalidCursor."""
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
        "counted": counted,
        "facets": facets,
        "conditions": list_conditions(store, asked),
        "named": find_named(store, asked),
        "stats": None if asked else store.stats(),
        "formats": list_formats(asked),
        **find_following(asked, found),
    }


def name_facet_value(facet: FacetName, value: FacetValue) -> str:
    """Write a facet's value for people; quotes may have no speaker, articles no source."""
    if value.name is None:
        return "nobody is named" if facet == "speaker" else "unknown"
    return write_month(value.name) if facet == "month" else value.name


def list_conditions(store: Store, asked: Asked) -> list[Condition]:
    """List the conditions besides the words, each to be dropped."""
    return [
        Condition(LABELS[name], name_value(store, name, value), build_search_address(asked, **{name: None}))
        for name, value in asked.items()
        if name in LABELS
    ]


def name_value(store: Store, name: str, value: str) -> str:
    """Write a condition's value as people know it."""
    if name == "speaker_id" and (speaker := store.get_speaker(value)):
        return speaker.name
    if name == "article" and (article := store.get_article(value)):
        return article.title or value
    return value


def find_named(store: Store, asked: Asked) -> tuple[SpeakerRecord, ...]:
    """Find speakers whose names have the words that are looked for: a name may be what was meant."""
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
        "JSON": url_for("quotes.list_quotes", **query),  # type: ignore[arg-type]
        "CSV": url_for("quotes.list_quotes", **query, format="csv"),  # type: ignore[arg-type]
        "Feed": url_for("feeds.follow_quotes", **query),  # type: ignore[arg-type]
    }


def find_following(asked: Asked, found: Page[QuoteRecord]) -> dict[str, Any]:
    """Give the addresses of what comes after this page: as a page, and as a part of one."""
    if found.next_cursor is None:
        return {"following": None, "following_part": None}
    query = urlencode({**asked, "cursor": found.next_cursor})
    return {
        "following": f"{url_for('pages.show_search')}?{query}",
        "following_part": f"{url_for('pages.show_more_quotes')}?{query}",
    }


@blueprint.app_template_filter("shown_words")
def cut_shown_words(quote: QuoteRecord) -> list[tuple[str, bool]]:
    """Cut what is shown of a quote into stretches, and say of each whether it is what was looked for."""
    if quote.snippet is None:
        shortened = len(quote.text) > SHOWN_LENGTH
        return [(quote.text[:SHOWN_LENGTH] + " …" * shortened, False)]
    text, stretches, at = quote.snippet.text, [], 0
    for start, end in quote.snippet.highlights:
        stretches += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [*stretches, (text[at:], False)]
