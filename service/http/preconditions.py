"""Writes under a condition (RFC 9110): only if something is there, or is still so, or is not there."""

from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException

from service.http.problems import Problem
from service.http.strong_tags import CHANGES, list_forms, tag_body
from service.schemas.check import FieldError
from service.store import hold_writes, release_writes


def register_preconditions(app: Flask) -> None:
    """Answer 412 where the condition of a write does not hold."""
    app.before_request(check_preconditions)
    app.teardown_request(release)


def check_preconditions() -> None:
    """Raise the Problem of a condition that does not hold now, and hold the writes of the request to it."""
    if request.method not in CHANGES or request.url_rule is None:
        return
    if "If-Match" in request.headers or "If-None-Match" in request.headers:
        check_condition()
        g.held = hold_writes(check_condition)


def release(_error: BaseException | None) -> None:
    token = g.pop("held", None)
    if token is not None:
        release_writes(token)


def check_condition() -> None:
    """Raise the Problem of a condition that does not hold."""
    forms = find_tags()
    if "If-Match" in request.headers:
        known = request.if_match
        if not (forms and (known.star_tag or any(known.is_strong(form) for form in forms))):
            raise refuse("If-Match", "does not hold: nothing is there, or it has another ETag")
    else:
        unknown = request.if_none_match
        if forms and (unknown.star_tag or any(unknown.contains_weak(form) for form in forms)):
            raise refuse("If-None-Match", "does not hold: it is there")


def find_tags() -> tuple[str, ...]:
    """The tags of what a read of this address would answer; none if nothing is there."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None  # noqa: S101 - a request has one
    try:
        endpoint, values = adapter.match(method="GET")
        answer: Any = current_app.view_functions[endpoint](**values)
    except HTTPException as error:
        if error.code in (404, 405):
            return ()
        raise
    return list_forms(tag_body(answer.get_data()))


def refuse(header: str, message: str) -> Problem:
    return Problem(412, [FieldError(header, message)])
