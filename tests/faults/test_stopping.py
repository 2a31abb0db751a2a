"""SIGTERM: what is in hand is finished, nothing new is begun, and the end is a good one."""

import http.client
import json
import signal
import socket
import time

import pytest

from service.store import Store
from tests.api.running import ANSWER_SECONDS, Service, running_service
from tests.faults.loading import BulkStream, build_article

WAIT_SECONDS = 30
# An extraction of a second or more: the signal comes while it runs.
SENTENCES = 8_000
LONG_TEXT = "“We will not move now,” said Jane Doe. She left.\n\n" * SENTENCES
HEAD = (
    b"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
)


def is_refused(service: Service) -> bool:
    try:
        socket.create_connection(("127.0.0.1", service.port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


def stop_and_wait_until_closed(service: Service) -> None:
    """Ask the service to end, and wait until no new connection is taken."""
    service.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_refused(service):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def open_stream(service: Service) -> BulkStream:
    stream = BulkStream(service)
    stream.send([build_article("first", 1)])
    answer = stream.read_answer()
    assert answer is not None
    assert answer["status"] == "created"
    return stream


def list_stored(url: str) -> set[str]:
    store = Store(url)
    found = {name for name in ("first", "second", "third") if store.get_article(name)}
    store.close()
    return found


def test_stream_in_hand_is_read_to_its_end_and_nothing_new_is_begun(url: str) -> None:
    with running_service(url, WORKERS="2") as service:
        stream = open_stream(service)
        stop_and_wait_until_closed(service)
        stream.send([build_article("second", 2)])
        answer = stream.read_answer()
        assert answer is not None
        assert answer["status"] == "created"
        stream.send([build_article("third", 3)])
        assert [answer["status"] for answer in stream.finish()] == ["created"]
        stream.close()
        assert service.process.wait(WAIT_SECONDS) == 0
    assert list_stored(url) == {"first", "second", "third"}


def test_long_extraction_in_hand_is_answered(url: str) -> None:
    body = json.dumps({"text": LONG_TEXT}).encode()
    with (
        running_service(url, WORKERS="1", MAX_BODY_BYTES="10000000") as service,
        socket.create_connection(("127.0.0.1", service.port), timeout=ANSWER_SECONDS) as connection,
    ):
        connection.sendall(HEAD % len(body))
        # The interim answer shows that the request is in a worker's hands.
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        stop_and_wait_until_closed(service)
        with http.client.HTTPResponse(connection) as response:
            response.begin()
            assert response.status == 200
            assert len(json.loads(response.read())["quotes"]) == SENTENCES
        assert service.process.wait(WAIT_SECONDS) == 0


def test_stream_that_outlasts_the_limit_is_cut_off_and_keeps_what_was_answered(url: str) -> None:
    with running_service(url, WORKERS="1", GRACEFUL_TIMEOUT_SECONDS="1") as service:
        stream = open_stream(service)
        stop_and_wait_until_closed(service)
        assert service.process.wait(WAIT_SECONDS) == 0
        with pytest.raises(ConnectionError):
            stream.read_answer()
        stream.close()
    assert list_stored(url) == {"first"}
