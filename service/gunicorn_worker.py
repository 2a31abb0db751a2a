"""gunicorn's threaded worker, with problems for what is refused before the application sees it."""

import socket
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import (  # type: ignore[import-untyped]
    ConfigurationProblem,
    ExpectationFailed,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.util import write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from service.api.problems import FieldError, answer_problem

REFUSALS: tuple[tuple[type[Exception], HTTPStatus, str], ...] = (
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG, "path"),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers"),
    (ExpectationFailed, HTTPStatus.EXPECTATION_FAILED, "Expect"),
    (ParseException, HTTPStatus.BAD_REQUEST, "request"),
)

# Of gunicorn's parse errors, those that are no fault of the client.
OWN_FAULTS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)


class ProblemWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Serves with threads, and answers what it cannot parse as the application would."""

    def handle_error(self, request: Any, client: socket.socket, address: Any, error: BaseException) -> None:
        """Answer a request that is no HTTP or beyond gunicorn's limits; leave the rest to gunicorn."""
        if not isinstance(error, ParseException) or isinstance(error, OWN_FAULTS):
            super().handle_error(request, client, address, error)
            return
        self.log.warning("Refused a request from %s: %s", address, error)
        status, field = next(
            (status, field) for refusal, status, field in REFUSALS if isinstance(error, refusal)
        )
        write_nonblock(client, build_refusal(status, field, str(error)))


def build_refusal(status: HTTPStatus, field: str, message: str) -> bytes:
    """Write the whole of an answer, after which the connection ends."""
    response = answer_problem(status, message, [FieldError(field, message)], {"Connection": "close"})
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\n{response.headers}"
    return head.encode("latin-1") + response.get_data()
