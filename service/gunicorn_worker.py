"""gunicorn's threaded worker, made patient with slow clients and no more than that.

What it refuses before the application sees it is a problem as any other is.
"""

import socket
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import (  # type: ignore[import-untyped]
    ConfigurationProblem,
    ExpectationFailed,
    InvalidHeader,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.util import write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker  # type: ignore[import-untyped]

from service.api.headers import SECURITY_HEADERS
from service.api.problems import FieldError, answer_problem
from service.api.unpacking import TooSlow
from service.config import Config
from service.gunicorn_body import PromptBody
from service.gunicorn_socket import PatientSocket
from service.monitoring.families import OTHER
from service.monitoring.request_ids import REQUEST_ID_HEADER, choose_request_id, current_request_id
from service.monitoring.watching import note_request

REFUSALS: tuple[tuple[type[Exception], HTTPStatus, str], ...] = (
    (TooSlow, HTTPStatus.REQUEST_TIMEOUT, "request"),
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG, "path"),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers"),
    (ExpectationFailed, HTTPStatus.EXPECTATION_FAILED, "Expect"),
    (ParseException, HTTPStatus.BAD_REQUEST, "request"),
)

HEADER_LIMITS = (
    "are too many or too long; the limits are {0.limit_request_fields} headers"
    " and {0.limit_request_field_size} bytes in each"
)

FAILED = "failed to answer; the cause is in its log"

# Of gunicorn's parse errors, those that are no fault of the client.
OWN_FAULTS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)


class ProblemWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Serves with threads, and answers what it cannot parse as the application would."""

    def handle_request(self, request: Any, connection: Any) -> bool:
        """Give the request a body that can be read as it comes, and the path that HTTP takes it to have."""
        if request.version >= (1, 1) and not any(name == "HOST" for name, _ in request.headers):
            raise InvalidHeader("HOST")
        request.path = request.path or "/"
        request.body = PromptBody(request, connection.sock)
        return bool(super().handle_request(request, connection))

    def init_process(self) -> None:
        """Start to serve, after the fork."""
        self.patience = float(Config.from_environment().client_timeout_seconds)
        super().init_process()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take new connections, or not; one that stops refuses them, where gunicorn would let them wait."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()

    def handle(self, connection: TConn) -> Any:
        """Answer one request; a connection on which nothing has come goes back and takes up no thread."""
        if not connection.initialized:
            if not connection.wait_for_data(0):
                return _DEFER
            connection.sock = PatientSocket(connection.sock, self.patience)
        else:
            connection.sock.begin_waiting()
        return super().handle(connection)

    def _keepalive_after(self, connection: TConn, keepalive: bool) -> bool:
        """Read the rest of a body; where it is bent the connection ends, as its one answer is out."""
        try:
            return bool(super()._keepalive_after(connection, keepalive))
        except ParseException:
            return False

    def handle_error(self, request: Any, client: socket.socket, address: Any, error: BaseException) -> None:
        """Answer a request that is no HTTP, or beyond gunicorn's limits, or failed outside the application.

        gunicorn's own line about it would repeat what the client sent.
        """
        request_id = (current_request_id.get() if request else None) or choose_request_id(None)
        current_request_id.set(request_id)
        if not isinstance(error, ParseException) or isinstance(error, OWN_FAULTS):
            self.log.error("an answer failed", exc_info=error)
            status, field, message = HTTPStatus.INTERNAL_SERVER_ERROR, "service", FAILED
        else:
            self.log.warning("refused a request: %s", type(error).__name__)
            status, field = next(
                (status, field) for refusal, status, field in REFUSALS if isinstance(error, refusal)
            )
            message = HEADER_LIMITS.format(self.cfg) if isinstance(error, LimitRequestHeaders) else str(error)
        answer = build_refusal(status, field, message, request_id)
        if request is None:
            # What was read as a request is noted where the application was called.
            note_request(
                OTHER, OTHER, status, 0.0, sent=len(answer), complete=True, client=find_host(address)
            )
        write_nonblock(client, answer)


def find_host(address: Any) -> str:
    """Give the client's address without its port; a client on a Unix socket has none."""
    return str(address[0]) if isinstance(address, tuple) else ""


def build_refusal(status: HTTPStatus, field: str, message: str, request_id: str) -> bytes:
    """Write the whole of an answer, after which the connection ends."""
    headers = {"Connection": "close", REQUEST_ID_HEADER: request_id, **SECURITY_HEADERS}
    response = answer_problem(status, message, [FieldError(field, message)], headers)
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\n{response.headers}"
    return head.encode("latin-1") + response.get_data()
