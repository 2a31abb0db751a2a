"""People you know: a list by which articles that are stored later find them."""

import logging
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from service.api.openapi.answers import Answer, answer_found, answer_json, answer_page
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import PAGE_HEADERS, PageOptions, page_schema, read_page
from service.api.openapi.shapes import DeletedPeopleSchema, PersonLineAnswerSchema, PersonSchema
from service.http.current import current_store
from service.http.lines import NDJSON_TYPE, BodyLine, BodyLines, write_line
from service.http.problems import not_found
from service.http.unpacking import ClientGone
from service.ingest.entries import Refusal
from service.schemas.fields import RequestSchema, Text
from service.schemas.people import PersonFields, PersonLineSchema, build_person, read_person
from service.store import KnownPerson, Store, StoreNotReady

blueprint = Blueprint("people", __name__, url_prefix="/v1", description="People you know.")

LOG = logging.getLogger(__name__)
ADDRESS = "/people/<id:person_id>"
PEOPLE_AT_ONCE = 500
LINE_BYTES = 256 * 1024
FIELDS_EXAMPLE = {
    "name": "Jane Doe",
    "kind": "person",
    "gender": "f",
    "external_id": "Q42",
    "aliases": ["Jane M. Doe"],
    "description": "mayor of Springfield",
    "since": "2026-01-01T00:00:00Z",
    "until": None,
}
PERSON_EXAMPLE = {"id": "Q42", **FIELDS_EXAMPLE}
PERSON_ANSWER = Answer("The person", PersonSchema, PERSON_EXAMPLE)
PersonPageSchema = page_schema("PersonPage", PersonSchema)


class PeopleOptions(PageOptions):
    """Which people."""

    name = Text(
        maximum=200,
        metadata={
            "description": "A whole name or alias; case and accents are ignored",
            "example": "jane doe",
        },
    )
    external_id = Text(maximum=200, metadata={"description": "An external id", "example": "Q42"})


@blueprint.endpoint(
    "GET",
    "/people",
    query=PeopleOptions,
    problems=(503,),
    answers={
        200: Answer(
            "A page of people", PersonPageSchema, {"items": [PERSON_EXAMPLE], "next": None}, PAGE_HEADERS
        )
    },
)
def list_people(options: dict[str, Any]) -> Response:
    """List the people you know, by id."""
    page = read_page(options)
    return answer_page(current_store().list_people(page, options.get("name"), options.get("external_id")))


@blueprint.endpoint("GET", ADDRESS, query=RequestSchema, answers={200: PERSON_ANSWER}, problems=(404, 503))
def get_person(_options: dict[str, Any], person_id: str) -> Response:
    """Read one person you know."""
    return answer_found("person_id", person_id, current_store().get_person(person_id))


@blueprint.endpoint(
    "PUT",
    ADDRESS,
    query=RequestSchema,
    body=PersonFields,
    body_example=FIELDS_EXAMPLE,
    answers={200: PERSON_ANSWER},
    problems=(404, 422, 503),
)
def put_person(_options: dict[str, Any], body: dict[str, Any], person_id: str) -> Response:
    """Put a person on the list, or replace the one with this id.

    Articles that are stored from then on find them; stored ones do after `quotes reextract --all`.
    """
    [saved] = current_store().save_people([build_person(body, person_id)])
    return answer_json(saved)


@blueprint.endpoint(
    "DELETE",
    ADDRESS,
    query=RequestSchema,
    answers={204: Answer("The person is off the list")},
    problems=(404, 503),
)
def delete_person(_options: dict[str, Any], person_id: str) -> Response:
    """Take a person off the list.  Quotes that are stored stay as they are."""
    if not current_store().delete_person(person_id):
        raise not_found("person_id", person_id)
    return Response(status=204)


@blueprint.endpoint(
    "DELETE",
    "/people",
    query=RequestSchema,
    answers={200: Answer("How many there were", DeletedPeopleSchema, {"people": 12})},
    problems=(503,),
)
def delete_people(_options: dict[str, Any]) -> Response:
    """Take everybody off the list.  Quotes that are stored stay as they are."""
    return answer_json({"people": current_store().delete_people()})


@blueprint.endpoint(
    "PUT",
    "/people",
    query=RequestSchema,
    body_lines=(NDJSON_TYPE, PersonLineSchema, PERSON_EXAMPLE),
    answers={
        200: Answer(
            "A line for each line, in order",
            PersonLineAnswerSchema,
            {"line": 1, "id": "Q42"},
            {},
            NDJSON_TYPE,
        )
    },
    problems=(400, 415, 503),
)
def put_people(_options: dict[str, Any]) -> Response:
    """Put many people on the list, each in place of the one with the same id; others stay.

    The body is NDJSON of any length, a line a person; it may be packed (`Content-Encoding: gzip` or `zstd`).
    It is answered while it is read: `{"line", "id"}` says that the person is on the list, `{"line", "error"}`
    that they are not, and why.  Should the body or the store fail on the way, the error of the last line
    names `body` or `store`, and what follows was not read.
    """
    store = current_store()
    lines = BodyLines(request, read_person, "person", longest=LINE_BYTES)
    store.check()
    return Response(_answer_lines(store, lines), content_type=NDJSON_TYPE)


def _answer_lines(store: Store, lines: BodyLines[KnownPerson]) -> Iterator[bytes]:
    # The head alone: what is sent shows whether the client is still there.
    yield b""
    line = 0
    batch: list[BodyLine[KnownPerson]] = []
    try:
        for one in lines:
            if one is not None:
                batch.append(one)
            if batch and (one is None or len(batch) >= PEOPLE_AT_ONCE):
                yield from _save_batch(store, batch)
                line = batch[-1].number
                batch = []
        yield from _save_batch(store, batch)
    except StoreNotReady as error:
        LOG.error("store not ready: %s", error)
        yield write_line(line + 1, Refusal([("store", error.message)]))
    except ClientGone:
        LOG.info("a client went away; the people who were answered are stored")


def _save_batch(store: Store, batch: list[BodyLine[KnownPerson]]) -> list[bytes]:
    saved = iter(store.save_people([one.given for one in batch if not isinstance(one.given, Refusal)]))
    return [
        write_line(one.number, one.given if isinstance(one.given, Refusal) else {"id": next(saved).id})
        for one in batch
    ]
