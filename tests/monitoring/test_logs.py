"""Lines of log of a real service: one object each, with what is known of the request."""

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.store import Store
from tests.api.running import Service, running_service

WAIT_SECONDS = 30
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def service(tmp_path: Path, log: Path) -> Iterator[Service]:
    url = f"sqlite:///{tmp_path}/quotes.db"
    Store(url).upgrade()
    with running_service(url, log=str(log), WORKERS="1") as running:
        assert running.get("/healthz").status == 200
        yield running


def read_lines(log: Path) -> list[dict[str, Any]]:
    # The last may not be whole yet.
    return [json.loads(line) for line in log.read_bytes().split(b"\n")[:-1]]


def wait_for_request(log: Path, request_id: str) -> dict[str, Any]:
    """Give the line of an answered request, which the client may have before it is written."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        for line in read_lines(log):
            if line["logger"] == "service.access" and line["request_id"] == request_id:
                return line
        assert time.monotonic() < deadline, f"no line of {request_id}"
        time.sleep(0.02)


def test_each_request_has_its_line(service: Service, log: Path) -> None:
    reply = service.get("/v1/quotes/q1?offsets=utf-16", {"X-Request-ID": "Trace_1.a-b"})
    assert reply.status == 404
    assert reply.headers["X-Request-ID"] == "Trace_1.a-b"
    line = wait_for_request(log, "Trace_1.a-b")
    assert MOMENT.fullmatch(line.pop("time"))
    assert 0 < line.pop("seconds") < WAIT_SECONDS
    assert line == {
        "level": "info",
        "logger": "service.access",
        "message": "request",
        "request_id": "Trace_1.a-b",
        "method": "GET",
        "route": "/v1/quotes/{quote_id}",
        "status": 404,
        "bytes": len(reply.body),
        "complete": True,
        "client": "127.0.0.1",
    }


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, 'a"b', "é", "a\tb", "../a", "a,b"])
def test_ids_that_could_do_harm_are_replaced(service: Service, given: str) -> None:
    reply = service.get("/healthz", {"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{16}", reply.headers["X-Request-ID"])


def test_ids_differ_and_every_answer_has_one(service: Service, log: Path) -> None:
    replies = [
        service.get("/healthz"),
        service.get("/nowhere"),
        service.get("/docs"),
        service.get("/metrics"),
        service.send("DELETE", "/v1/quotes"),
        service.send("OPTIONS", "/v1/quotes"),
        service.send("HEAD", "/v1/stats"),
        service.send("POST", "/v1/articles/bulk", b"{}\n", {"Content-Type": "application/x-ndjson"}),
    ]
    tag = service.get("/v1/stats").headers["ETag"]
    replies.append(service.get("/v1/stats", {"If-None-Match": tag}))
    assert replies[-1].status == 304
    ids = {reply.headers["X-Request-ID"] for reply in replies}
    assert len(ids) == len(replies)
    for reply in replies:
        assert wait_for_request(log, reply.headers["X-Request-ID"])["status"] == reply.status


def test_what_is_no_http_has_an_id_and_a_line_too(service: Service, log: Path) -> None:
    answer = service.send_raw(b"GET /\x01 SECRET HTTP/1.1\r\nfoo\r\n\r\n")
    found = re.search(rb"X-Request-ID: ([0-9a-f]{16})\r\n", answer)
    assert found is not None, answer
    line = wait_for_request(log, found[1].decode())
    assert (line["method"], line["route"], line["status"]) == ("other", "other", 400)
    refusals = [line for line in read_lines(log) if line["message"].startswith("refused a request")]
    assert [line["request_id"] for line in refusals] == [found[1].decode()]
    assert "SECRET" not in log.read_text()


def test_an_answer_that_is_not_taken_to_its_end_is_not_complete(service: Service, log: Path) -> None:
    for number in range(40):
        service.post("/v1/articles", {"id": f"a{number}", "text": "“We go on and on,” said Jane Doe. " * 40})
    head = b"GET /v1/quotes?format=ndjson HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: broken-off\r\n\r\n"
    service.send_raw(head, end=False)
    line = wait_for_request(log, "broken-off")
    assert line["complete"] is False
    assert line["route"] == "/v1/quotes"


def test_gunicorn_writes_objects_too(service: Service, log: Path) -> None:
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(WAIT_SECONDS)
    lines = read_lines(log)
    messages = [line["message"] for line in lines if line["logger"] == "gunicorn.error"]
    assert any(message.startswith("Starting gunicorn") for message in messages)
    assert any(message.startswith("Worker exiting") for message in messages)
    assert all(MOMENT.fullmatch(line["time"]) for line in lines)


def test_a_store_that_is_down_has_an_error_line(tmp_path: Path, log: Path) -> None:
    with running_service(f"sqlite:///{tmp_path}/none.db", log=str(log), WORKERS="1") as service:
        request_id = service.get("/readyz").headers["X-Request-ID"]
        wait_for_request(log, request_id)
        (error,) = (line for line in read_lines(log) if line["level"] == "error")
        assert error["request_id"] == request_id
        assert "quotes db upgrade" in error["message"]


def test_text_is_for_people(tmp_path: Path, log: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    with running_service(url, log=str(log), WORKERS="1", LOG_FORMAT="text") as service:
        service.get("/readyz", {"X-Request-ID": "for-people"}).problem(503)
    lines = log.read_text().splitlines()
    (line,) = (line for line in lines if "service.access" in line)
    assert re.match(
        rf"{MOMENT.pattern} info    service.access: request request_id=for-people method=GET", line
    )
    assert any(" error   service.app: store not ready" in line for line in lines)
