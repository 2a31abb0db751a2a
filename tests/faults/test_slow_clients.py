"""Clients that send byte after byte, more of them than there are threads, do not keep the others out."""

import json
import select
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.api.running import ANSWER_SECONDS, running_service
from tests.faults.loading import BulkStream, build_article

DRIPPERS = 50
UPLOADERS = 8
PAUSE_SECONDS = 0.3
HEAD = b"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\n"
HEAD_AND_BODY = HEAD + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
BULK_HEAD = b"POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
BULK_HEAD += b"Content-Length: 100000\r\n\r\n"
CHUNKED_HEAD = (
    HEAD.replace(b"extract", b"articles")
    + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)
EXPECTING_HEAD = (
    HEAD + b"Content-Type: application/json\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n"
)
HUGE_HEAD = (
    HEAD.replace(b"extract", b"articles")
    + b"Content-Type: application/json\r\nContent-Length: 100000000\r\n\r\n{"
)
LONG_TEXT = json.dumps({"text": "“We will not move now,” said Jane Doe. She left.\n\n" * 30_000}).encode()
LONG_REQUEST = HEAD + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(LONG_TEXT),
    LONG_TEXT,
)
OTHERS = ("/healthz", "/metrics", "/openapi.json", "/rules", "/static/style.css")
SETTINGS = {"WORKERS": "1", "THREADS": "2", "CLIENT_TIMEOUT_SECONDS": "1"}


@contextmanager
def dripping(port: int, sent: bytes, dripped: bytes = b"a", clients: int = DRIPPERS) -> Iterator[list[bytes]]:
    """Clients that send some of a request and then a byte at a time; the first of what each is answered."""
    answers: list[bytes] = []
    stop = threading.Event()

    def drip() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(sent)
            with selectors.DefaultSelector() as selector:
                selector.register(connection, selectors.EVENT_READ)
                while not stop.is_set() and not selector.select(PAUSE_SECONDS):
                    connection.sendall(dripped)
            if not stop.is_set():
                answers.append(connection.recv(1_000))

    threads = [threading.Thread(target=drip) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield answers
        for thread in threads:
            thread.join(ANSWER_SECONDS)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("sent", [HEAD, HEAD_AND_BODY, b"GET ", HEAD_AND_BODY[:-1]])
def test_dripping_clients_do_not_keep_others_out(tmp_path: Path, sent: bytes) -> None:
    with (
        running_service(f"sqlite:///{tmp_path}/quotes.db", **SETTINGS) as service,
        dripping(service.port, sent) as answers,
    ):
        assert [service.get(path).status for path in OTHERS] == [200] * len(OTHERS)
    assert len(answers) == DRIPPERS
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers), answers


@pytest.mark.parametrize("dripped", [BULK_HEAD, CHUNKED_HEAD, EXPECTING_HEAD])
def test_dripping_uploads_do_not_keep_others_out(url: str, dripped: bytes) -> None:
    with (
        running_service(url, **SETTINGS) as service,
        dripping(service.port, dripped, clients=UPLOADERS) as answers,
    ):
        assert [service.get(path).status for path in OTHERS] == [200] * len(OTHERS)
        assert service.post("/v1/extract", build_article("other", 1)).status == 200
    assert len(answers) == UPLOADERS


def test_probes_are_answered_while_every_thread_is_busy(tmp_path: Path) -> None:
    with running_service(f"sqlite:///{tmp_path}/quotes.db", **SETTINGS) as service, ExitStack() as stack:
        busy = [
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=ANSWER_SECONDS))
            for _ in range(3)
        ]
        for connection in busy:
            connection.sendall(LONG_REQUEST)
        while b"quotes_requests_waiting 1\n" not in service.get("/metrics").body:
            pass
        assert service.get("/healthz").status == 200
        # Two hold both threads, the third waits: not one has been answered.
        assert select.select(busy, [], [], 0)[0] == []


def test_upload_that_brings_no_article_is_ended(url: str) -> None:
    with running_service(url, WORKERS="1", CLIENT_TIMEOUT_SECONDS="1") as service:
        with dripping(service.port, BULK_HEAD, b"\n", clients=UPLOADERS) as answers:
            pass
        assert len(answers) == UPLOADERS


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (BULK_HEAD, b"401"),
        (CHUNKED_HEAD, b"401"),
        (CHUNKED_HEAD.replace(b"/articles", b"/quotes"), b"405"),
        (HUGE_HEAD, b"401"),
        (HUGE_HEAD.replace(b"/articles", b"/extract"), b"413"),
    ],
)
def test_body_of_a_refused_request_is_not_waited_for(url: str, head: bytes, status: bytes) -> None:
    with (
        running_service(url, WORKERS="1", THREADS="1", QUOTES_API_KEYS="a" * 20) as service,
        socket.create_connection(("127.0.0.1", service.port), timeout=ANSWER_SECONDS) as connection,
    ):
        connection.sendall(head)
        answer = b"".join(iter(lambda: connection.recv(1_000), b""))
        # It ends though the body was never sent, nor the time for it over.
        assert answer.split()[1] == status
        assert answer.count(b"HTTP/1.1") == 1


def test_clients_that_do_not_close_keep_nobody_out(url: str) -> None:
    with running_service(url, WORKERS="1") as service, ExitStack() as stack:
        for _ in range(DRIPPERS):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", service.port)))
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert client.recv(15) == b"HTTP/1.1 200 OK"
        # Had each been waited for by itself, this would have come too late for the client.
        assert service.get("/healthz").status == 200


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
