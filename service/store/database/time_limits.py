"""Time limits for a PostgreSQL that accepts a connection and then does not answer."""

from collections.abc import Generator
from contextlib import suppress
from time import monotonic
from typing import Any

import psycopg
from psycopg.errors import ConnectionTimeout

from service.store.database.error_translation import SILENT

CONNECT_SECONDS = 5
READ_SECONDS = 20
WRITE_SECONDS = 60


class ServerSilent(psycopg.OperationalError):
    """The server did not answer in time."""

    sqlstate = SILENT


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that is closed if the server takes longer than `answer_seconds` to answer."""

    # Of whoever only asks whether the server is there; all others set their own.
    answer_seconds: float = CONNECT_SECONDS

    def wait(self, gen: Generator[Any, Any, Any], *arguments: Any, **options: Any) -> Any:
        """Wait for an answer, as psycopg does for all that it sends.  Raises ServerSilent."""
        try:
            return super().wait(limit(gen, self.answer_seconds), *arguments, **options)
        except ServerSilent:
            # What is still to come would be taken for the answer to another question.
            self.pgconn.finish()
            raise


def limit(waiting: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    """Pass on the steps of waiting, until nothing came for too long.

    psycopg passes in what has come, or every tenth of a second that there is nothing.
    """
    end = monotonic() + seconds
    try:
        wanted = next(waiting)
        while True:
            ready = yield wanted
            if not ready and monotonic() > end:
                raise ServerSilent(f"the server has not answered for {seconds:g} seconds")
            wanted = waiting.send(ready)
    except StopIteration as done:
        return done.value


def connect(
    _dialect: object, _record: object, arguments: list[Any], options: dict[str, Any]
) -> LimitedConnection:
    """Connect as SQLAlchemy's `do_connect` asks for it.  Raises ServerSilent."""
    try:
        return LimitedConnection.connect(*arguments, connect_timeout=CONNECT_SECONDS, **options)
    except ConnectionTimeout as error:
        raise ServerSilent(str(error)) from error


def limit_pings(connection: Any, *_rest: object) -> None:
    """Give a connection only a short time to answer when the pool asks whether it still works."""
    with suppress(AttributeError):  # None, if it was closed
        connection.answer_seconds = CONNECT_SECONDS
