"""The real service under gunicorn on a free loopback port, and a client that sends what it is told to."""

import http.client
import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.server import stop
from service.server.command import write_command
from service.store import Store

ROOT = Path(__file__).parent.parent.parent
ANSWER_SECONDS = 60
MAX_BODY_BYTES = 20_000


def make_store(folder: Path) -> str:
    """Make a store on SQLite with tables and nothing in it; its address."""
    address = f"sqlite:///{folder}/quotes.db"
    store = Store(address)
    store.upgrade()
    store.close()
    return address


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def problem(self, status: int) -> dict[str, str]:
        """Check that this is a problem of that status; its messages by field."""
        assert self.status == status, self.body
        assert self.headers["Content-Type"] == "application/problem+json"
        problem = self.json
        assert problem["status"] == status
        assert set(problem) == {"type", "title", "status", "detail", "errors"}
        return {error["field"]: error["message"] for error in problem["errors"]}


@dataclass(frozen=True)
class Service:
    """A running service."""

    port: int
    process: subprocess.Popen[bytes]

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request; a body that is a dict goes as JSON."""
        sent = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: Any, **headers: str) -> Reply:
        return self.send("POST", path, body, headers)

    def send_raw(self, request: bytes, *, end: bool = True) -> bytes:
        """Send bytes, and unless `end` is false say that no more come; the first bytes of what comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(request)
            if end:
                connection.shutdown(socket.SHUT_WR)
            return connection.recv(65_536)

    def send_all(self, request: bytes) -> bytes:
        """Send bytes and say that no more come; all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))


@contextmanager
def running_service(
    database_url: str, wrapper: Sequence[str] = (), /, *, log: str = "", **settings: str
) -> Iterator[Service]:
    """Serve a store.  The socket listens before gunicorn starts, so that requests wait for it.

    Errors alone are logged, or everything to a file whose name is given.  A wrapper is a command that runs
    the rest of its line.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as stack:
        errors = stack.enter_context(Path(log).open("wb")) if log else None
        port = listener.getsockname()[1]
        level = "info" if log else "error"
        process = subprocess.Popen(
            [*wrapper, *write_command("--log-level", level, "--bind", f"fd://{listener.fileno()}")],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url, **settings},
            pass_fds=[listener.fileno()],
            stderr=errors,
        )
    try:
        yield Service(port, process)
    finally:
        stop(process)
