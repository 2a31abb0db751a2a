"""What changed, in order, for copies elsewhere."""

from typing import Any

from flask import Response

from service.api.openapi.answers import Answer, answer_page
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import PAGE_HEADERS, PageOptions, read_page
from service.api.openapi.shapes import ChangePageSchema
from service.http.current import current_store
from service.store import Page

blueprint = Blueprint("changes", __name__, url_prefix="/v1", description="What changed, in order.")

CHANGES_EXAMPLE = {
    "items": [
        {"type": "article", "id": "a1", "action": "added", "at": "2026-04-01T06:00:00Z"},
        {"type": "quote", "id": "q1f0c9", "action": "removed", "at": "2026-04-02T08:00:00Z"},
    ],
    "next": None,
    "cursor": "WyJjaGFuZ2VzIiw1LDVd",
}


@blueprint.endpoint(
    "GET",
    "/changes",
    query=PageOptions,
    answers={200: Answer("A page of changes", ChangePageSchema, CHANGES_EXAMPLE, PAGE_HEADERS)},
    problems=(410, 503),
)
def list_changes(options: dict[str, Any]) -> Response:
    """List what was added, changed and removed, in order.

    Without a cursor these are all articles that are stored. Each thing is listed once, by its last change.
    The last page has a cursor too: it gives what changes later. Removals are kept for 90 days.
    """
    found = current_store().list_changes(read_page(options))
    page = Page(found.items, None if found.is_last else found.cursor)
    return answer_page(page, others={"cursor": found.cursor})
