"""Speakers: found by name, and their quotes."""

from typing import Any

from flask import Response

from service.api.answers import Answer, answer_json, answer_page
from service.api.blueprint import Blueprint
from service.api.fields import RequestSchema, Text
from service.api.paging import PAGE_HEADERS, PageOptions, page_schema, read_page
from service.api.problems import not_found
from service.api.quotes import QUOTE_PAGE_ANSWER, QuotePageOptions, answer_quotes
from service.api.schemas import SpeakerEntrySchema
from service.api.stores import current_store
from service.store import QuoteFilter

blueprint = Blueprint("speakers", __name__, url_prefix="/v1", description="Who is quoted.")

SPEAKER_EXAMPLE = {"id": "s81b2", "name": "Jane Doe", "kind": "person", "aliases": ["Doe"], "quotes": 12}
SpeakerPageSchema = page_schema("SpeakerPage", SpeakerEntrySchema)


class SpeakerOptions(PageOptions):
    """Which speakers."""

    q = Text(
        maximum=200,
        metadata={
            "description": "A name or beginnings of its words, case- and accent-blind",
            "example": "doe",
        },
    )


@blueprint.endpoint(
    "GET",
    "/speakers",
    query=SpeakerOptions,
    problems=(503,),
    answers={
        200: Answer(
            "A page of speakers", SpeakerPageSchema, {"items": [SPEAKER_EXAMPLE], "next": None}, PAGE_HEADERS
        )
    },
)
def list_speakers(options: dict[str, Any]) -> Response:
    """List speakers by name."""
    page = read_page(options)
    return answer_page(current_store().list_speakers(options.get("q"), page))


@blueprint.endpoint(
    "GET",
    "/speakers/<id:speaker_id>",
    query=RequestSchema,
    answers={200: Answer("The speaker", SpeakerEntrySchema, SPEAKER_EXAMPLE)},
    problems=(404, 503),
)
def get_speaker(_options: dict[str, Any], speaker_id: str) -> Response:
    """Read one speaker."""
    speaker = current_store().get_speaker(speaker_id)
    if speaker is None:
        raise not_found("speaker_id", speaker_id)
    return answer_json(speaker)


@blueprint.endpoint(
    "GET",
    "/speakers/<id:speaker_id>/quotes",
    query=QuotePageOptions,
    answers={200: QUOTE_PAGE_ANSWER},
    problems=(404, 503),
)
def list_speaker_quotes(options: dict[str, Any], speaker_id: str) -> Response:
    """List a speaker's quotes, newest first."""
    if current_store().get_speaker(speaker_id) is None:
        raise not_found("speaker_id", speaker_id)
    return answer_quotes(QuoteFilter(speaker_id=speaker_id), read_page(options), options["offsets"])
