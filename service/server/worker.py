"""gunicorn's threaded worker, whose threads wait for no slow client.

A request that it refuses before the application sees it is answered with a problem like any other.
"""

import selectors
import socket
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from time import monotonic
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
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from service.config import Config
from service.http.headers import SECURITY_HEADERS
from service.http.problems import answer_problem
from service.http.unpacking import TooSlow
from service.monitoring import metrics
from service.monitoring.metric_types import OTHER
from service.monitoring.request_ids import REQUEST_ID_HEADER, choose_request_id, current_request_id
from service.monitoring.requests import note_request
from service.schemas.check import FieldError
from service.server.arrival import Lane, count_received, find_lane, wait_for
from service.server.patient_socket import SLOWEST_SENDER, PatientSocket
from service.server.prompt_body import PromptBody

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

LINGER_SECONDS = 2.0
DISCARDED_BYTES = 64 * 1024
FAILED = "failed to answer; the cause is in its log"

# Of gunicorn's parse errors, those that are no fault of the client.
OWN_FAULTS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)


class Connection(TConn):  # type: ignore[misc]  # gunicorn ships no types
    """A connection that is checked before it is given to a thread, and closed without one."""

    def __init__(self, worker: "ProblemWorker", *arguments: Any) -> None:
        super().__init__(worker.cfg, *arguments)
        self.worker = worker
        self.expected = 1
        self.waits_since = 0.0

    def close(self, graceful: bool = False) -> None:
        """Close the connection; after an answer only once the client has read it; no thread waits."""
        if graceful:
            self.worker.linger(self.sock)
        else:
            super().close()


class ProblemWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Serves with threads, none of which waits for a client, and answers what it cannot parse itself.

    Requests are left with the kernel until they are whole.  Those that are answered while they are sent have
    threads of their own, and so have probes, which are answered while all others are busy.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        config = Config.from_environment()
        self.patience = float(config.client_timeout_seconds)
        self.longest_body = config.max_body_bytes
        self.lanes: dict[Lane, ThreadPoolExecutor] = {}
        self.lingering: deque[tuple[float, socket.socket]] = deque()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Make the threads, after the fork."""
        sizes = {Lane.PROBES: 1, Lane.REQUESTS: self.cfg.threads, Lane.STREAMS: self.cfg.threads}
        self.lanes = {lane: ThreadPoolExecutor(size) for lane, size in sizes.items()}
        return self.lanes[Lane.REQUESTS]

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection."""
        try:
            accepted, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        connection = Connection(self, accepted, address, listener.getsockname())
        connection.sock = PatientSocket(accepted, self.patience)
        self.enqueue_req(connection)

    def enqueue_req(self, conn: Connection) -> None:
        """Give a request to a thread, or wait until it has come."""
        conn.sock.setblocking(False)
        if conn.parser is not None and conn.parser.unreader.buf.getvalue():
            # It came behind another one: how much there is of it cannot be seen any more.
            found: Lane | int = Lane.STREAMS
        else:
            found = find_lane(conn.sock, conn.expected, self.longest_body)
        if isinstance(found, int):
            self.wait_for_more(conn, found)
            return
        self.end_waiting(conn)
        metrics.WAITING.add()
        future = self.lanes[found].submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def wait_for_more(self, conn: Connection, size: int) -> None:
        """Leave a request with the kernel until so many bytes of it are there."""
        if size > 1 and not conn.waits_since:
            conn.waits_since = monotonic()
            metrics.ARRIVING.add()
        conn.timeout = monotonic() + self.cfg.keepalive
        conn.expected = size
        wait_for(conn.sock, size)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def end_waiting(self, conn: Connection) -> None:
        """Stop waiting for a request."""
        if conn.waits_since:
            metrics.ARRIVING.add(amount=-1)
            conn.waits_since = 0.0
        if conn.expected > 1:
            wait_for(conn.sock, 1)
            conn.expected = 1

    def murder_pending(self) -> None:
        """Close connections that took too long, silently if nothing came, and those answered a while ago."""
        now = monotonic()
        for conn in [conn for conn in self.pending_conns if self.is_over(conn, now)]:
            self.pending_conns.remove(conn)
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            if conn.waits_since:
                self.handle_error(None, conn.sock, conn.client, TooSlow(self.patience))
            self.end_waiting(conn)
            conn.close(graceful=True)
        while self.lingering and self.lingering[0][0] <= now:
            self.stop_lingering(self.lingering[0][1])

    def is_over(self, conn: Connection, now: float) -> bool:
        """Whether a connection's time is over; at a stop, so is that of one that sent nothing."""
        if not conn.waits_since:
            return conn.timeout <= now or not self.alive
        late = now - conn.waits_since - self.patience
        return bool(late > 0 and count_received(conn.sock) < late * SLOWEST_SENDER)

    def linger(self, sock: socket.socket) -> None:
        """Close a connection after the client did, or after a moment: at once, the answer might be lost."""
        try:
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            sock.close()
            return
        sock.setblocking(False)
        self.lingering.append((monotonic() + LINGER_SECONDS, sock))
        self.poller.register(sock, selectors.EVENT_READ, self.discard)

    def discard(self, sock: socket.socket) -> None:
        """Discard the bytes that come after the answer."""
        try:
            if sock.recv(DISCARDED_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self.stop_lingering(sock)

    def stop_lingering(self, sock: socket.socket) -> None:
        self.lingering = deque(each for each in self.lingering if each[1] is not sock)
        self.poller.unregister(sock)
        sock.close()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept new connections, or not; a stopping worker refuses them, gunicorn's lets them wait."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()

    def handle(self, connection: Connection) -> Any:
        """Answer one request."""
        metrics.WAITING.add(amount=-1)
        connection.data_ready = True
        connection.sock.begin_waiting()
        return super().handle(connection)

    def handle_request(self, request: Any, connection: Any) -> bool:
        """Give the request a body that can be read as it arrives, and the path as HTTP reads it."""
        if request.version >= (1, 1) and not any(name == "HOST" for name, _ in request.headers):
            raise InvalidHeader("HOST")
        request.path = request.path or "/"
        request.body = PromptBody(request, connection.sock)
        return bool(super().handle_request(request, connection))

    def _keepalive_after(self, connection: Connection, keepalive: bool) -> bool:
        """Read the rest of a body if it has arrived; otherwise the connection ends."""
        if keepalive and not connection.parser.mesg.body.has_come():
            return False
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
    """Build a complete answer, after which the connection ends."""
    headers = {"Connection": "close", REQUEST_ID_HEADER: request_id, **SECURITY_HEADERS}
    response = answer_problem(status, message, [FieldError(field, message)], headers)
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\n{response.headers}"
    return head.encode("latin-1") + response.get_data()
