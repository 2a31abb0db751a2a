"""Clients that send byte after byte, more of them than there are threads, do not keep the others out."""

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.running import ANSWER_SECONDS, running_service
from tests.faults.loading import BulkStream, build_article

DRIPPERS = 6
PAUSE_SECONDS = 0.3
HEAD = b"POST /v1/extract HTTP/1.1\r\nHost: a\r\n"
HEAD_AND_BODY = HEAD + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
SETTINGS = {"WORKERS": "1", "THREADS": "2", "CLIENT_TIMEOUT_SECONDS": "1"}


@contextmanager
def dripping(port: int, sent: bytes) -> Iterator[list[bytes]]:
    """Clients that send some of a request and then a byte at a time; the first of what each is answered."""
    answers: list[bytes] = []
    stop = threading.Event()

    def drip() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(sent)
            with selectors.DefaultSelector() as selector:
                selector.register(connection, selectors.EVENT_READ)
                while not stop.is_set() and not selector.select(PAUSE_SECONDS):
                    connection.sendall(b"a")
            if not stop.is_set():
                answers.append(connection.recv(1_000))

    clients = [threading.Thread(target=drip) for _ in range(DRIPPERS)]
    for client in clients:
        client.start()
    try:
        yield answers
        for client in clients:
            client.join(ANSWER_SECONDS)
    finally:
        stop.set()
        for client in clients:
            client.join()


@pytest.mark.parametrize("sent", [HEAD, HEAD_AND_BODY])
def test_dripping_clients_do_not_keep_others_out(tmp_path: Path, sent: bytes) -> None:
    with (
        running_service(f"sqlite:///{tmp_path}/quotes.db", **SETTINGS) as service,
        dripping(service.port, sent) as answers,
    ):
        assert service.get("/healthz").status == 200
    assert len(answers) == DRIPPERS
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers), answers


def test_sender_in_bulk_may_pause_again_and_again(url: str) -> None:
    with running_service(url, WORKERS="1", CLIENT_TIMEOUT_SECONDS="2") as service:
        stream = BulkStream(service)
        for number in range(4):
            stream.send([build_article(f"paused-{number}", number)])
            answer = stream.read_answer()
            assert answer is not None
            assert answer["status"] == "created"
            # Less than the limit, and more than it all together.
            time.sleep(0.8)
        assert stream.finish() == []
        stream.close()
