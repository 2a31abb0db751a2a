"""Every error as `application/problem+json` (RFC 9457), naming the field at fault and its limit."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestedRangeNotSatisfiable,
    RequestEntityTooLarge,
)
from werkzeug.routing.exceptions import WebsocketMismatch

from service.ingest.time_limit import OutOfTime
from service.schemas.check import FieldError, InvalidFields, describe_errors
from service.store import (
    ChangesDropped,
    InvalidArticle,
    InvalidChange,
    InvalidCursor,
    InvalidQuery,
    StoreNotReady,
)

PROBLEM_TYPE = "application/problem+json"
MAX_ERRORS = 20
MAX_FIELD_LENGTH = 100
RETRY_AFTER_SECONDS = 5
# What Flask refuses by itself, and the field at fault.
REFUSALS: dict[type[HTTPException], tuple[str, str]] = {
    WebsocketMismatch: ("Upgrade", "must not ask for a WebSocket: there are none here"),
    ClientDisconnected: ("body", "breaks off before its end"),
    RequestedRangeNotSatisfiable: ("Range", "must lie within the file"),
}


class Problem(HTTPException):
    """A request that cannot be answered, to be raised from anywhere below a view."""

    def __init__(
        self,
        status: int,
        errors: Iterable[FieldError],
        detail: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.errors = list(errors)
        self.headers = headers
        super().__init__(detail or describe_errors(self.errors))
        self.code = status


def describe_fields(errors: Iterable[FieldError]) -> list[dict[str, str]]:
    """List what is wrong, cut short: field names and values are the client's."""
    return [
        {"field": field[:MAX_FIELD_LENGTH], "message": message[:1000]}
        for field, message in list(errors)[:MAX_ERRORS]
    ]


def answer_problem(
    status: int, detail: str, errors: Iterable[FieldError] = (), headers: dict[str, str] | None = None
) -> Response:
    """Build the answer.  What the client sent is cut short, so that an answer stays small."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail[:1000],
        "errors": describe_fields(errors),
    }
    return Response(orjson.dumps(body), status, headers, content_type=PROBLEM_TYPE)


def not_found(field: str, identifier: str) -> Problem:
    """Build the problem of an address whose resource is not stored."""
    return Problem(404, [FieldError(field, f"nothing is stored under {identifier!r}")])


def register_problem_handlers(app: Flask) -> None:
    """Answer with a problem whatever is raised while a request is handled."""
    app.register_error_handler(HTTPException, _answer_http_exception)
    app.register_error_handler(InvalidFields, _answer_invalid_fields)
    app.register_error_handler(InvalidQuery, _answer_invalid_query)
    app.register_error_handler(InvalidCursor, _answer_invalid_cursor)
    app.register_error_handler(ChangesDropped, _answer_changes_dropped)
    app.register_error_handler(InvalidArticle, _answer_invalid_content)
    app.register_error_handler(InvalidChange, _answer_invalid_content)
    app.register_error_handler(OutOfTime, _answer_out_of_time)
    app.register_error_handler(StoreNotReady, _answer_not_ready)


def _answer_http_exception(error: HTTPException) -> Response:
    # Flask keeps what its routing raises in the request, which the frames of the traceback hold.
    error.__traceback__ = error.__context__ = None
    status = error.code or 500
    if isinstance(error, Problem):
        return answer_problem(status, error.description or "", error.errors, error.headers)
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        message = f"{request.method[:20]} is not allowed here; allowed: {allowed}"
        return answer_problem(status, message, [FieldError("method", message)], {"Allow": allowed})
    if isinstance(error, RequestEntityTooLarge):
        message = f"is longer than the limit of {current_app.config['MAX_CONTENT_LENGTH']} bytes"
        return answer_problem(status, f"The body {message}.", [FieldError("body", message)])
    if isinstance(error, NotFound):
        message = "there is no such address; /openapi.json lists them all"
        return answer_problem(status, message, [FieldError("path", message)])
    if isinstance(error, tuple(REFUSALS)):
        field, message = REFUSALS[type(error)]
        return answer_problem(status, f"{field}: {message}", [FieldError(field, message)])
    if status >= 500:
        message = "failed to answer; the cause is in its log"
        return answer_problem(status, f"The service {message}.", [FieldError("service", message)])
    return answer_problem(status, error.description or error.name)


def _answer_invalid_fields(error: InvalidFields) -> Response:
    return answer_problem(422, str(error), error.errors)


def _answer_invalid_query(error: InvalidQuery) -> Response:
    message = f"{error.message} (at position {error.position})"
    return answer_problem(400, str(error), [FieldError(error.field, message)])


def _answer_invalid_cursor(error: InvalidCursor) -> Response:
    del error
    message = "is not a cursor that this list has given for these filters"
    return answer_problem(400, f"cursor: {message}", [FieldError("cursor", message)])


def _answer_changes_dropped(error: ChangesDropped) -> Response:
    del error
    message = "is older than removals are kept, 90 days: copy the store again, without a cursor"
    return answer_problem(410, f"cursor: {message}", [FieldError("cursor", message)])


def _answer_invalid_content(error: InvalidArticle | InvalidChange) -> Response:
    return answer_problem(422, str(error), [FieldError(error.field, error.message)])


def _answer_out_of_time(error: OutOfTime) -> Response:
    return answer_problem(422, f"text: {error}", [FieldError("text", str(error))])


def _answer_not_ready(error: StoreNotReady) -> Response:
    current_app.logger.error("store not ready: %s", error)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return answer_problem(503, f"The store {error.message}.", [FieldError("store", error.message)], headers)
