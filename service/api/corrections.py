"""Corrections of single quotes, kept when articles are extracted again."""

from typing import Any

from flask import Response
from marshmallow import ValidationError, fields

from service.api.openapi.answers import Answer, answer_found, answer_page
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import PAGE_HEADERS, PageOptions, page_schema, read_page
from service.api.openapi.shapes import AnnotatedArticleSchema, CorrectionSchema
from service.formats.ndjson import write_ndjson
from service.http.current import current_store
from service.http.problems import not_found
from service.schemas.fields import COMMON_MESSAGES, BodyTruth, Choice, RequestSchema, Text, Truth
from service.schemas.kinds import SPEAKER_KINDS
from service.store import QuoteChange, SpeakerChoice

blueprint = Blueprint("corrections", __name__, url_prefix="/v1", description="What people put right.")

ADDRESS = "/quotes/<id:quote_id>"
CORRECTION_EXAMPLE = {
    "quote_id": "q1f0c9",
    "article_id": "a1",
    "text": "We will not move",
    "rejected": False,
    "unplaced": False,
    "corrects_kind": False,
    "kind": "direct",
    "found_kind": "direct",
    "corrects_speaker": True,
    "speaker_id": "s81b2",
    "speaker": "Jane Doe",
    "found_speaker": "John Doe",
    "reason": "“she” is the mayor",
    "corrected_at": "2026-04-02T08:00:00Z",
}
CORRECTION_ANSWER = Answer("The correction", CorrectionSchema, CORRECTION_EXAMPLE)
ANNOTATION_EXAMPLE = {
    "id": "a1",
    "text": "“We will not move,” said Jane Doe.",
    "quotations": [
        {
            "kind": "direct",
            "content": [[1, 18]],
            "source": [[25, 33]],
            "cue": [[20, 24]],
            "speaker": "Jane Doe",
            "corrected": True,
        }
    ],
}
# What `check_choice` checks, for the OpenAPI document.
EITHER_ID_OR_NAME = {
    "oneOf": [{"type": "null"}, *({"type": "object", "required": [name]} for name in ("id", "name"))]
}


class CorrectionOptions(PageOptions):
    """Which corrections to list."""

    article = Text(maximum=200, metadata={"description": "Only corrections of this article, by its id"})
    unplaced = Truth(
        metadata={
            "description": "true: only those whose words are gone from the text; false: only the others"
        }
    )


CorrectionPageSchema = page_schema("CorrectionPage", CorrectionSchema)


class SpeakerChoiceSchema(RequestSchema):
    """A speaker: a stored one by id, or anyone by name."""

    id = Text(maximum=200, metadata={"description": "Id of a stored speaker"})
    name = Text(maximum=200, metadata={"description": "Full name of a new or known speaker"})
    kind = Choice(
        *SPEAKER_KINDS,
        load_default="person",
        metadata={"description": "Sort of speaker"},
    )


def check_choice(choice: dict[str, Any] | None) -> None:
    """Raise ValidationError unless a choice names its speaker in one way."""
    if choice is not None and ("id" in choice) == ("name" in choice):
        raise ValidationError("must have either id or name")


class QuoteChangeSchema(RequestSchema):
    """A correction of a quote; fields that are left out stay as they are."""

    reason = Text(required=True, maximum=1_000, metadata={"description": "The reason, for later readers"})
    speaker = fields.Nested(
        SpeakerChoiceSchema,
        allow_none=True,
        validate=check_choice,
        error_messages=COMMON_MESSAGES,
        metadata={"description": "The speaker; null: the article does not say", **EITHER_ID_OR_NAME},
    )
    kind = Choice("direct", "mixed", metadata={"description": "Kind of quote, unless it is indirect"})
    rejected = BodyTruth(metadata={"description": "true: these words are not a quote; false undoes that"})


@blueprint.endpoint(
    "PATCH",
    ADDRESS,
    query=RequestSchema,
    body=QuoteChangeSchema,
    body_example={"speaker": {"id": "s81b2"}, "reason": "“she” is the mayor"},
    answers={200: CORRECTION_ANSWER},
    problems=(404, 503),
)
def patch_quote(_options: dict[str, Any], body: dict[str, Any], quote_id: str) -> Response:
    """Correct a quote: its speaker, its kind, or whether it is a quote at all.

    It stays so when the article is extracted again.  A rejected quote is in no list but keeps its id.
    """
    choice = None
    if "speaker" in body:
        choice = SpeakerChoice(**(body["speaker"] or {}))
    change = QuoteChange(
        reason=body["reason"], speaker=choice, kind=body.get("kind"), rejected=body.get("rejected")
    )
    return answer_found("quote_id", quote_id, current_store().correct_quote(quote_id, change))


@blueprint.endpoint(
    "GET",
    f"{ADDRESS}/correction",
    query=RequestSchema,
    answers={200: CORRECTION_ANSWER},
    problems=(404, 503),
)
def get_correction(_options: dict[str, Any], quote_id: str) -> Response:
    """Read the correction of a quote."""
    return answer_found("quote_id", quote_id, current_store().get_correction(quote_id))


@blueprint.endpoint(
    "DELETE",
    f"{ADDRESS}/correction",
    query=RequestSchema,
    answers={204: Answer("The quote is again as the extractor has it")},
    problems=(404, 503),
)
def delete_correction(_options: dict[str, Any], quote_id: str) -> Response:
    """Undo the correction of a quote."""
    if not current_store().withdraw_correction(quote_id):
        raise not_found("quote_id", quote_id)
    return Response(status=204)


@blueprint.endpoint(
    "GET",
    "/corrections",
    query=CorrectionOptions,
    answers={
        200: Answer(
            "A page of corrections",
            CorrectionPageSchema,
            {"items": [CORRECTION_EXAMPLE], "next": None},
            PAGE_HEADERS,
        )
    },
    problems=(503,),
)
def list_corrections(options: dict[str, Any]) -> Response:
    """List corrections, newest first."""
    wanted = {name: options.get(name) for name in ("article", "unplaced")}
    return answer_page(current_store().list_corrections(read_page(options), **wanted))


@blueprint.endpoint(
    "GET",
    "/annotations",
    query=RequestSchema,
    answers={
        200: Answer(
            "An article a line", AnnotatedArticleSchema, ANNOTATION_EXAMPLE, {}, "application/x-ndjson"
        )
    },
    problems=(503,),
)
def list_annotations(_options: dict[str, Any]) -> Response:
    """Give the articles in which quotes were corrected, as annotated news for measuring extractors."""
    store = current_store()
    store.check()
    return Response(write_ndjson(store.stream_annotations()), content_type="application/x-ndjson")
