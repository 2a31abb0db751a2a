"""gunicorn's threaded worker: problems for what it refuses itself, bodies that are read as they come."""

import select
import socket
from http import HTTPStatus
from typing import Any

from gunicorn.http.body import Body, ChunkedReader, LengthReader  # type: ignore[import-untyped]
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


class PromptChunkedReader(ChunkedReader):  # type: ignore[misc]  # gunicorn ships no types
    """Reads chunks, and knows whether more than the present one has been received."""

    holds_more = False

    def parse_chunk_size(self, unreader: Any, data: bytes | None = None) -> tuple[int, bytes]:
        """Note what came with the size; a chunk is followed by the two bytes of a line end."""
        size, rest = super().parse_chunk_size(unreader, data)
        self.holds_more = len(rest or b"") > size + 2
        return size, rest


class PromptBody(Body):  # type: ignore[misc]  # gunicorn ships no types
    """A body that gives what has come so far; gunicorn's own waits until it has all that was asked for."""

    def __init__(self, request: Any, client: socket.socket) -> None:
        chunked = isinstance(request.body.reader, ChunkedReader)
        super().__init__(PromptChunkedReader(request, request.unreader) if chunked else request.body.reader)
        self._received = request.unreader
        self._client = client

    def read1(self, size: int) -> bytes:
        """Wait until there is something, and return it, but no more than `size` bytes."""
        try:
            first = self.reader.read(1)
            held = self.reader.buf if isinstance(self.reader, ChunkedReader) else self._received.buf
            rest = self.reader.read(min(size - 1, held.tell())) if first and held.tell() else b""
        except Exception:
            self.failed = True
            raise
        return bytes(first + rest)

    def is_ready(self) -> bool:
        """Say whether `read1` need not wait."""
        if isinstance(self.reader, LengthReader):
            holds_more = not self.reader.length
        else:
            holds_more = self.reader.buf.tell() or self.reader.holds_more or not self.reader.parser
        return bool(holds_more or self._received.buf.tell() or select.select([self._client], [], [], 0)[0])


class ProblemWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Serves with threads, and answers what it cannot parse as the application would."""

    def handle_request(self, request: Any, connection: Any) -> bool:
        """Give the request a body that can be read as it comes."""
        if isinstance(request.body.reader, ChunkedReader | LengthReader):
            request.body = PromptBody(request, connection.sock)
        return bool(super().handle_request(request, connection))

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
