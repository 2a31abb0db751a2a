"""Problems in the OpenAPI document: one response for each status, with an example."""

from http import HTTPStatus
from typing import Any

from apispec import APISpec
from marshmallow import Schema, fields

from service.api.openapi.shapes import described
from service.http.problems import PROBLEM_TYPE

DESCRIPTIONS = {
    400: "The query or the body cannot be read",
    401: "A key is needed, and none that is known came with the request",
    403: "This is a write, and the key may only read, or a script of another site sent it",
    404: "Nothing is there",
    405: "The address has no such method",
    408: "The request did not go on in time",
    409: "The request contradicts the state of the resource",
    410: "What the cursor would go on from is no longer kept",
    412: "The condition of the write does not hold",
    413: "The body is too large",
    414: "The address is too long",
    415: "The body is not of a type that is read",
    421: "The request is for a host that the service is not",
    422: "The body was read and cannot be used",
    429: "More requests than the service allows",
    431: "The headers are too many or too long",
    500: "The service failed",
    503: "The store cannot answer now",
}
EXAMPLES = {
    400: ("limit", "must be a whole number from 1 to 200"),
    401: ("Authorization", "is needed: Bearer, a blank, and a key"),
    403: ("Authorization", "the key may read alone; this needs one that may write"),
    404: ("article_id", "nothing is stored under 'a1'"),
    405: ("method", "TRACE is not allowed here; allowed: DELETE, GET, HEAD, OPTIONS, PUT"),
    408: ("body", "was not whole in time; the limit for a pause is 30 seconds"),
    409: ("id", "is 'a2', but the address says 'a1'; leave it out or make them equal"),
    410: (
        "cursor",
        "is older than removals are kept, 90 days: copy the store again, without a cursor",
    ),
    412: ("If-None-Match", "does not hold: something is there"),
    413: ("body", "is longer than the limit of 2000000 bytes"),
    414: ("path", "Request Line is too large (9000 > 8190)"),
    415: ("Content-Type", "must be application/json"),
    421: ("Host", "'evil.example' is not a name of this service; ALLOWED_HOSTS lists them"),
    422: ("text", "must not be empty or blank"),
    429: ("address", "has sent more requests than the limit of 600/minute (RATE_LIMIT)"),
    431: ("headers", "are too many or too long; the limits are 100 headers and 8190 bytes in each"),
    500: ("service", "failed to answer; the cause is in its log"),
    503: ("store", "cannot answer now: it is unreachable, busy, or in need of `quotes db upgrade`"),
}


class FieldErrorSchema(Schema):
    """The error of one field."""

    field = fields.String(**described("A field, parameter or header; or body, query, path, method, store"))
    message = fields.String(**described("What is wrong with it, and its limit"))


class ProblemSchema(Schema):
    """An error as RFC 9457 has it."""

    type = fields.String(**described("Always about:blank: the status tells the kind of problem"))
    title = fields.String(**described("The status in words"))
    status = fields.Integer(**described("The HTTP status"))
    detail = fields.String(**described("What went wrong"))
    errors = fields.List(fields.Nested(FieldErrorSchema), **described("The fields at fault"))


def response_name(status: int) -> str:
    """Name the response of a status as flask-smorest does."""
    return HTTPStatus(status).name


def register_problem_responses(spec: APISpec) -> None:
    """Make each response available to the endpoints that name it."""
    for status, description in DESCRIPTIONS.items():
        response: dict[str, Any] = {
            "description": description,
            "content": {PROBLEM_TYPE: {"schema": ProblemSchema, "example": _build_example(status)}},
        }
        spec.components.response(response_name(status), response, lazy=True)


def _build_example(status: int) -> dict[str, Any]:
    field, message = EXAMPLES[status]
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": f"{field}: {message}",
        "errors": [{"field": field, "message": message}],
    }
