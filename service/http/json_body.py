"""Reads a request's body: one JSON object in UTF-8, or a Problem that names the fault and its place."""

import json
from typing import Any, NoReturn

import orjson
from flask import Request, current_app
from werkzeug.exceptions import RequestEntityTooLarge

from service.files.json_shape import find_excess
from service.http.problems import Problem
from service.http.unpacking import UnreadableBody, read_chunks, read_encoding
from service.schemas.check import FieldError

JSON_TYPE = "application/json"


class DuplicateName(ValueError):
    """An object that holds the same name twice: readers differ in which of the two they believe."""


def read_json_object(request: Request) -> dict[str, Any]:
    """Read the body.  Raises Problem: 400, 408, 413, 415, or 422 for JSON that is no object."""
    _check_headers(request)
    body = _read_body(request)
    if not body:
        _refuse(400, "is empty; a JSON object is expected")
    if excess := find_excess(body):
        _refuse(400, excess)
    try:
        value = orjson.loads(body)
        # orjson checks more (UTF-8, surrogates, depth, NaN) but takes the last of two equal names.
        json.loads(body, object_pairs_hook=_build_object)
    except orjson.JSONDecodeError as error:
        _refuse(400, f"is not JSON in UTF-8: {error}")
    except DuplicateName as error:
        raise Problem(400, [FieldError(str(error), "is given twice in an object, the limit is 1")]) from None
    if not isinstance(value, dict):
        _refuse(422, "must be a JSON object")
    return value


def _check_headers(request: Request) -> None:
    if request.mimetype != JSON_TYPE:
        message = f"must be {JSON_TYPE}"
        raise Problem(415, [FieldError("Content-Type", message)])
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem(415, [FieldError("Content-Type", "charset must be utf-8")])


def _read_body(request: Request) -> bytes:
    limit = current_app.config["MAX_CONTENT_LENGTH"]
    # A body of unstated length is cut off at the limit without a word, so one byte more is asked for.
    request.max_content_length = limit + 1
    body = bytearray()
    try:
        for chunk in read_chunks(request.stream, read_encoding(request)):
            body += chunk or b""
            if len(body) > limit:
                raise RequestEntityTooLarge
    except UnreadableBody as error:
        _refuse(error.status, str(error))
    return bytes(body)


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise DuplicateName(name)
            seen.add(name)
    return built


def _refuse(status: int, message: str) -> NoReturn:
    raise Problem(status, [FieldError("body", message)])
