"""Loads of articles over HTTP that may be cut off, and what a store holds of them afterwards."""

import http.client
import json
import os
import signal
import socket
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from service.store import PageRequest, QuoteFilter, Store
from tests.api.running import ANSWER_SECONDS, Service

HEAD = (
    b"POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
LAST_CHUNK = b"0\r\n\r\n"
ALL = PageRequest(200)
SURNAMES = ("Abbot", "Byrne", "Castle", "Dunmore", "Ellery")

Answer = dict[str, Any]
Article = dict[str, Any]


def build_article(article_id: str, number: int) -> Article:
    """Build an article with three quotes of two speakers, who are quoted in other articles as well."""
    first, second = SURNAMES[number % 5], SURNAMES[(number + 2) % 5]
    text = (
        f"“We shall not move {number} times,” said Ann {first}. “Nobody will.”\n\n"
        f"“That is as may be,” {second} said. Bea {second} is the mayor.\n\n"
        f"According to Ann {first}, “article {article_id} stands”."
    )
    return {"id": article_id, "text": text, "source": "Fault Times"}


def write_lines(articles: Iterable[Article]) -> bytes:
    return b"".join(json.dumps(article).encode() + b"\n" for article in articles)


def write_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class BulkStream:
    """A load in bulk that is sent and answered by turns."""

    def __init__(self, service: Service) -> None:
        self.connection = socket.create_connection(("127.0.0.1", service.port), timeout=ANSWER_SECONDS)
        self.connection.sendall(HEAD)
        self.received = self.connection.makefile("rb")
        self.is_open = False

    def send(self, articles: Iterable[Article]) -> None:
        self.connection.sendall(write_chunk(write_lines(articles)))

    def read_answer(self) -> Answer | None:
        """Read a line of the answer; None at its end.  Raises ConnectionError where it breaks off."""
        if not self.is_open:
            self._read_head()
        line = b""
        while not line.endswith(b"\n"):
            size = self.received.readline()
            if not size.endswith(b"\r\n"):
                raise ConnectionError("the answer breaks off")
            chunk = self.received.read(int(size, 16))
            self.received.readline()
            if not chunk:
                return None
            line += chunk
        answer: Answer = json.loads(line)
        return answer

    def _read_head(self) -> None:
        status = self.received.readline()
        if not status:
            raise ConnectionError("there is no answer")
        assert status.startswith(b"HTTP/1.1 200"), status
        while self.received.readline() not in (b"\r\n", b""):
            pass
        self.is_open = True

    def finish(self) -> list[Answer]:
        """Say that no more comes, and read the rest of the answer."""
        self.connection.sendall(LAST_CHUNK)
        return list(iter(self.read_answer, None))

    def close(self) -> None:
        self.received.close()
        self.connection.close()


def load_by_turns(
    service: Service, pieces: Sequence[list[Article]], after_sending: Callable[[int], None]
) -> list[Answer]:
    """Load pieces, each once the one before is answered; what was answered before the connection broke."""
    answers: list[Answer] = []
    stream = BulkStream(service)
    try:
        for place, piece in enumerate(pieces):
            stream.send(piece)
            after_sending(place)
            for _ in piece:
                answer = stream.read_answer()
                assert answer is not None
                answers.append(answer)
        answers += stream.finish()
    except (ConnectionError, http.client.HTTPException):
        pass
    finally:
        stream.close()
    return answers


def list_workers(service: Service) -> list[int]:
    master = service.process.pid
    return [int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def kill_workers(service: Service) -> None:
    for worker in list_workers(service):
        os.kill(worker, signal.SIGKILL)


def read_quotes(store: Store, article_id: str) -> list[Any] | None:
    """All that is stored of an article's quotes, in order; None if it is not there."""
    if store.get_article(article_id) is None:
        return None
    found = store.list_quotes(QuoteFilter(article=article_id), ALL).items
    return [
        (one.id, one.text, one.segments, one.speaker, one.mention, one.cue, one.rule, one.kind)
        for one in found
    ]


def read_speakers(store: Store) -> list[Any]:
    return list(store.list_speakers(None, ALL).items)
