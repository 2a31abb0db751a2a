"""Around the whole application: gives each request its id, counts it, and writes its line of log."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from service.monitoring import metrics
from service.monitoring.metric_types import OTHER
from service.monitoring.request_ids import REQUEST_ID_HEADER, choose_request_id, current_request_id

LOG = logging.getLogger("service.access")
# Behind a proxy the address is what the proxy says.
ADDRESS = re.compile(r"[0-9A-Za-z.:%_\[\]-]{0,64}", re.ASCII)
# Where in the WSGI environment the application notes which of its routes a request has taken.
ROUTE_KEY = "quotes.route"

Environment = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environment, StartResponse], Iterable[bytes]]


def watch(application: Application) -> Application:
    """Wrap a WSGI application.  A request ends when its answer is closed, so that streams count whole."""

    def answer(environment: Environment, start_response: StartResponse) -> Iterable[bytes]:
        watched = WatchedAnswer(environment)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            watched.status = int(status[:3])
            headers.append((REQUEST_ID_HEADER, watched.request_id))
            return start_response(status, headers, *error)

        try:
            watched.follow(application(environment, start))
        except BaseException:
            watched.close()
            raise
        return watched

    return answer


class WatchedAnswer:
    """The body of an answer on its way to the client."""

    def __init__(self, environment: Environment) -> None:
        """Begin to count; `close` ends it."""
        self._begun = time.perf_counter()
        self._environment = environment
        self._parts: Iterable[bytes] = ()
        self._bytes = 0
        self._complete = False
        self.status = 500
        self.request_id = choose_request_id(environment.get("HTTP_X_REQUEST_ID"))
        current_request_id.set(self.request_id)
        metrics.IN_FLIGHT.add()

    def follow(self, parts: Iterable[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self._bytes += len(part)
            yield part
        self._complete = True

    def close(self) -> None:
        """Close the answer, and log and count the request."""
        try:
            if (close := getattr(self._parts, "close", None)) is not None:
                close()
        finally:
            metrics.IN_FLIGHT.add(amount=-1)
            environment = self._environment
            note_request(
                environment["REQUEST_METHOD"],
                environment.get(ROUTE_KEY, OTHER),
                self.status,
                time.perf_counter() - self._begun,
                sent=self._bytes,
                complete=self._complete,
                client=environment.get("REMOTE_ADDR", ""),
            )


def note_request(
    method: str, route: str, status: int, seconds: float, *, sent: int, complete: bool, client: str
) -> None:
    """Count an answered request and write its line; `complete` if the answer was taken to its end."""
    metrics.observe_request(method, route, status, seconds)
    if not LOG.isEnabledFor(logging.INFO):
        return
    method = method if method in metrics.METHODS else OTHER
    fields = {
        "method": method,
        "route": route,
        "status": status,
        "seconds": round(seconds, 6),
        "bytes": sent,
        "complete": complete,
        "client": client if ADDRESS.fullmatch(client) else "",
    }
    LOG.info("request", extra=fields)
