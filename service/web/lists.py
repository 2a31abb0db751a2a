"""Lists of all speakers and of all outlets, in alphabetical order."""

from typing import Any

from flask import Response, request, url_for

from service.api.openapi.paging import PageOptions, read_page
from service.api.speakers import SpeakerOptions
from service.http.current import current_config, current_store
from service.http.parameters import check_query, read_parameters
from service.store import InvalidQuery
from service.web.blueprint import answer_page, blueprint
from service.web.conditions import leave_out_blanks

SPEAKER_OPTIONS = SpeakerOptions()
OUTLET_OPTIONS = PageOptions()
SHOWN_ENTRIES = 60


def count_shown() -> str:
    """Return how many entries a page has unless it is asked for more."""
    return str(min(SHOWN_ENTRIES, current_config().max_page_items))


@blueprint.get("/speakers")
def show_speakers() -> Response:
    """List speakers, all or those whose names have the words that are asked for."""
    asked = leave_out_blanks(read_parameters(request))
    options = check_query(SPEAKER_OPTIONS, {"limit": count_shown(), **asked})
    page: dict[str, Any] = {"q": options.get("q", "")}
    try:
        found = current_store().list_speakers(options.get("q"), read_page(options))
    except InvalidQuery as error:
        return answer_page("speakers.html", 400, error=error.message, found=None, **page)
    following = found.next_cursor and url_for(
        "pages.show_speakers",
        **{**asked, "cursor": found.next_cursor},
    )
    return answer_page("speakers.html", error=None, found=found, following=following, **page)


@blueprint.get("/outlets")
def show_outlets() -> Response:
    """List the outlets whose articles have quotes."""
    asked = leave_out_blanks(read_parameters(request))
    options = check_query(OUTLET_OPTIONS, {"limit": count_shown(), **asked})
    found = current_store().list_outlets(read_page(options))
    following = found.next_cursor and url_for(
        "pages.show_outlets",
        **{**asked, "cursor": found.next_cursor},
    )
    return answer_page("outlets.html", found=found, following=following)
