"""Quotations: groups of equal quotes, in wire copy and follow-ups."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from service.api.openapi.answers import Answer
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import PAGE_HEADERS, read_page
from service.api.openapi.shapes import QuoteSchema, described
from service.api.quotes import QUOTE_EXAMPLE, QuotePageOptions, answer_found_quotes
from service.http.current import current_store
from service.http.problems import not_found

blueprint = Blueprint("quotations", __name__, url_prefix="/v1", description="Groups of equal quotes.")

QUOTATION_EXAMPLE = {
    "id": QUOTE_EXAMPLE["quotation"],
    "text": QUOTE_EXAMPLE["text"],
    "occurrences": 1,
    "items": [QUOTE_EXAMPLE],
    "next": None,
}


class QuotationSchema(Schema):
    """A quotation, and a page of its occurrences."""

    id = fields.String(
        **described("Derived from the words; changes to that of a longer text that holds them")
    )
    text = fields.String(**described("The longest text of them"))
    occurrences = fields.Integer(**described("How many there are", minimum=1))
    items = fields.List(fields.Nested(QuoteSchema), **described("This page of them, oldest first"))
    next = fields.String(allow_none=True, **described("Address of the next page; null on the last"))


@blueprint.endpoint(
    "GET",
    "/quotations/<id:quotation_id>",
    query=QuotePageOptions,
    answers={200: Answer("The quotation", QuotationSchema, QUOTATION_EXAMPLE, PAGE_HEADERS)},
    problems=(404, 503),
)
def get_quotation(options: dict[str, Any], quotation_id: str) -> Response:
    """List all quotes with the same words: wire copy, follow-ups, and quotes of a part of them.

    An id stays valid as long as a quote with these words is stored.
    """
    found = current_store().read_quotation(quotation_id, read_page(options))
    if found is None:
        raise not_found("quotation_id", quotation_id)
    members = {"id": found.id, "text": found.text, "occurrences": found.occurrences}
    return answer_found_quotes(found.page, options["offsets"], members)
