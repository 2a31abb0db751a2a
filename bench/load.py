"""A closed-loop load generator: each client sends its next request when it has the answer to the last."""

import http.client
import multiprocessing
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

MAX_REQUESTS_PER_CLIENT = 1_000_000


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The seconds that each answered request took, and the requests answered per second by all clients."""

    seconds: list[float]
    per_second: float

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


def measure(base: str, request: Request, *, clients: int, duration: float) -> LoadResult:
    """Send `request` from `clients` processes, each on one connection, for `duration` seconds."""
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(clients)]
    processes = [
        context.Process(target=run_client, args=(base, request, duration, sender), daemon=True)
        for _, sender in pipes
    ]
    for process in processes:
        process.start()
    seconds = list(flatten(receiver.recv() for receiver, _ in pipes))
    for process in processes:
        process.join()
    return LoadResult(seconds, len(seconds) / duration)


def flatten(parts: Iterable[list[float]]) -> Iterable[float]:
    return (value for part in parts for value in part)


def run_client(base: str, request: Request, duration: float, sender: Connection) -> None:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
    headers = {} if request.body is None else {"Content-Type": "application/json"}
    seconds: list[float] = []
    end = time.perf_counter() + duration
    while len(seconds) < MAX_REQUESTS_PER_CLIENT and (start := time.perf_counter()) < end:
        connection.request(request.method, request.path, request.body, headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{request.method} {request.path}: {response.status} {body[:500]!r}")
        seconds.append(time.perf_counter() - start)
    sender.send(seconds)
