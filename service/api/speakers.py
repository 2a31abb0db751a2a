"""Speakers: search by name, their quotes, changes and merges."""

from typing import Any

from flask import Response

from service.api.openapi.answers import Answer, answer_found, answer_json, answer_page
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import (
    PAGE_HEADERS,
    PageOptions,
    check_dates,
    from_field,
    page_schema,
    read_page,
    to_field,
)
from service.api.openapi.shapes import DescribedSpeakerSchema, SpeakerEntrySchema, TimelineSchema
from service.api.quotes import QUOTE_PAGE_ANSWER, QuotePageOptions, answer_quotes
from service.http.current import current_store
from service.http.problems import Problem, not_found
from service.schemas.check import FieldError
from service.schemas.fields import Choice, RequestSchema, Text, TextList
from service.schemas.kinds import SPEAKER_KINDS
from service.store import InvalidChange, QuoteFilter, SpeakerChange

blueprint = Blueprint("speakers", __name__, url_prefix="/v1", description="Who is quoted.")

NAME_LENGTH = 200
MAX_ALIASES = 100
ADDRESS = "/speakers/<id:speaker_id>"
SPEAKER_EXAMPLE = {
    "id": "s81b2",
    "name": "Jane Doe",
    "kind": "person",
    "external_id": "Q42",
    "aliases": ["J. Doe"],
    "quotes": 12,
    "indirect": 9,
    "merged_into": None,
    "gender": None,
}
DESCRIBED_EXAMPLE = {
    **SPEAKER_EXAMPLE,
    "roles": [
        {"role": "mayor", "quotes": 9, "first": "2024-02-01T08:00:00Z", "last": "2026-03-31T18:30:00Z"}
    ],
    "genders": [{"gender": "f", "gender_evidence": "pronoun", "quotes": 20}],
}
SPEAKER_ANSWER = Answer("The speaker", SpeakerEntrySchema, SPEAKER_EXAMPLE)
SOURCE_EXAMPLE = {"value": "the example", "name": "The Example", "quotes": 12}
TIMELINE_EXAMPLE = {
    "speaker": {"id": "s81b2", "name": "Jane Doe", "kind": "person"},
    "quotes": 12,
    "complete": True,
    "sources": [SOURCE_EXAMPLE],
    "months": [{"month": "2026-03", "quotes": 12, "sources": [SOURCE_EXAMPLE]}],
    "undated": 0,
}
SpeakerPageSchema = page_schema("SpeakerPage", SpeakerEntrySchema)


class SpeakerOptions(PageOptions):
    """Which speakers."""

    q = Text(
        maximum=200,
        metadata={
            "description": "A name, or prefixes of its words; case and accents are ignored",
            "example": "doe",
        },
    )


class TimelineOptions(RequestSchema):
    """Which part of a timeline."""

    from_ = from_field()
    to = to_field()


class SpeakerChangeSchema(RequestSchema):
    """A change of a speaker; fields that are left out stay as they are."""

    name = Text(maximum=NAME_LENGTH, metadata={"description": "The name to show"})
    kind = Choice(*SPEAKER_KINDS, metadata={"description": "Sort of speaker"})
    external_id = Text(
        maximum=20,
        allow_none=True,
        metadata={
            "description": "The Wikidata item of this speaker; null removes it",
            "pattern": "^Q[1-9][0-9]{0,17}$",
            "example": "Q42",
        },
    )
    gender = Choice(
        "f",
        "m",
        allow_none=True,
        metadata={
            "description": "What is known of the speaker, whatever articles show; null removes it",
            "enum": ["f", "m", None],
        },
    )
    aliases = TextList(NAME_LENGTH, MAX_ALIASES, metadata={"description": "All other names given by hand"})


class MergeSchema(RequestSchema):
    """The speaker who gets the quotes."""

    into = Text(
        required=True,
        maximum=200,
        metadata={"description": "Id of the speaker who is the same person or organisation"},
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
    ADDRESS,
    query=RequestSchema,
    answers={200: Answer("The speaker", DescribedSpeakerSchema, DESCRIBED_EXAMPLE)},
    problems=(404, 503),
)
def get_speaker(_options: dict[str, Any], speaker_id: str) -> Response:
    """Read one speaker, with the roles and genders that articles give."""
    return answer_found("speaker_id", speaker_id, current_store().describe_speaker(speaker_id))


@blueprint.endpoint(
    "GET",
    f"{ADDRESS}/quotes",
    query=QuotePageOptions,
    answers={200: QUOTE_PAGE_ANSWER},
    problems=(404, 503),
)
def list_speaker_quotes(options: dict[str, Any], speaker_id: str) -> Response:
    """List a speaker's quotes, newest first."""
    if current_store().get_speaker(speaker_id) is None:
        raise not_found("speaker_id", speaker_id)
    return answer_quotes(
        QuoteFilter(speaker_id=speaker_id, kind=options.get("kind")), read_page(options), options["offsets"]
    )


@blueprint.endpoint(
    "PATCH",
    ADDRESS,
    query=RequestSchema,
    body=SpeakerChangeSchema,
    body_example={"name": "Jane Doe", "external_id": "Q42", "aliases": ["J. Doe"]},
    answers={200: SPEAKER_ANSWER},
    problems=(404, 503),
)
def patch_speaker(_options: dict[str, Any], body: dict[str, Any], speaker_id: str) -> Response:
    """Change a speaker's name, kind, external id, gender or aliases.

    Articles that are loaded later do not undo it.  A name that was replaced stays as an alias.
    """
    change = SpeakerChange(
        name=body.get("name"),
        kind=body.get("kind"),
        external_id=body["external_id"] or "" if "external_id" in body else None,
        gender=body["gender"] or "" if "gender" in body else None,
        aliases=tuple(body["aliases"]) if "aliases" in body else None,
    )
    return answer_found("speaker_id", speaker_id, current_store().change_speaker(speaker_id, change))


@blueprint.endpoint(
    "POST",
    f"{ADDRESS}/merge",
    query=RequestSchema,
    body=MergeSchema,
    body_example={"into": "s81b2"},
    answers={200: Answer("The speaker who has the quotes now", SpeakerEntrySchema, SPEAKER_EXAMPLE)},
    problems=(404, 503),
)
def merge_speaker(_options: dict[str, Any], body: dict[str, Any], speaker_id: str) -> Response:
    """Give all quotes of one speaker to another, who is the same person.

    Quotes that come later go there too.  It can be undone: `DELETE` of the same address.
    """
    return answer_found("speaker_id", speaker_id, current_store().merge_speakers(speaker_id, body["into"]))


@blueprint.endpoint(
    "DELETE",
    f"{ADDRESS}/merge",
    query=RequestSchema,
    answers={200: Answer("The speaker, with their own quotes again", SpeakerEntrySchema, SPEAKER_EXAMPLE)},
    problems=(404, 409, 503),
)
def undo_merge(_options: dict[str, Any], speaker_id: str) -> Response:
    """Undo a merge: the speaker gets the quotes back."""
    try:
        speaker = current_store().undo_merge(speaker_id)
    except InvalidChange as error:
        raise Problem(409, [FieldError(error.field, error.message)]) from None
    return answer_found("speaker_id", speaker_id, speaker)


@blueprint.endpoint(
    "GET",
    f"{ADDRESS}/candidates",
    query=RequestSchema,
    answers={
        200: Answer("The likeliest first", SpeakerPageSchema, {"items": [SPEAKER_EXAMPLE], "next": None})
    },
    problems=(404, 503),
)
def list_candidates(_options: dict[str, Any], speaker_id: str) -> Response:
    """List speakers who may be the same, as candidates for a merge.

    “Bush” of one article may be “George Bush” of another; nothing is merged silently.
    """
    found = current_store().list_candidates(speaker_id)
    if found is None:
        raise not_found("speaker_id", speaker_id)
    return answer_json({"items": found, "next": None})


@blueprint.endpoint(
    "GET",
    f"{ADDRESS}/timeline",
    query=TimelineOptions,
    answers={200: Answer("The months that have quotes", TimelineSchema, TIMELINE_EXAMPLE)},
    problems=(404, 503),
)
def get_timeline(options: dict[str, Any], speaker_id: str) -> Response:
    """Count a speaker's direct and mixed quotes by month and source.

    Months are those of `published_at`, in UTC. Quotes without a date are in none: `undated` counts them.
    """
    check_dates(options)
    return answer_found("speaker_id", speaker_id, current_store().read_timeline(speaker_id, **options))
