"""Requests that are bent out of shape, sent as bytes: answered as what they are, or refused by name."""

import json
from typing import Any

import pytest

from tests.api.running import Service

HEAD = b"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = b'{"text": "a"}'
GET = b"GET /v1/stats HTTP/1.1\r\n"


def read_answer(reply: bytes) -> tuple[int, Any]:
    head, _, body = reply.partition(b"\r\n\r\n")
    status = int(head.split(b" ")[1])
    if status >= 400:
        assert b"Content-Type: application/problem+json" in head
    return status, json.loads(body) if body else None


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET http://a.example/v1/stats HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://a.example HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /v1/stats HTTP/1.0\r\n\r\n",
        GET + b"Host: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        GET + b"Host: localhost\r\nContent-Length: 3\r\n\r\nabc",
        GET + b'Host: localhost\r\nIf-None-Match: \xff""",,W/W/\r\n\r\n',
        GET + b"Host: localhost\r\nAccept: ;;q=x,\xff/\xfe\r\nAccept-Encoding: ;;,q=nan\r\n\r\n",
        CHUNKED + b"d;name=value\r\n" + BODY + b"\r\n0\r\n\r\n",
        HEAD.replace(b"/v1", b"http://a.example:99999/v1") + b"Content-Length: 13\r\n\r\n" + BODY,
    ],
)
def test_odd_request_is_answered(service: Service, request_bytes: bytes) -> None:
    assert service.send_raw(request_bytes).startswith((b"HTTP/1.1 200 ", b"HTTP/1.0 200 "))


@pytest.mark.parametrize(
    ("request_bytes", "status", "field", "message"),
    [
        (GET + b"\r\n", 400, "request", "HOST"),
        (GET + b"Host: localhost\r\nHost: b\r\n\r\n", 400, "request", "HOST"),
        (
            GET + b"Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            400,
            "Upgrade",
            "WebSocket",
        ),
        (GET + b"Host: localhost\r\nX: a\r\n b\r\n\r\n", 400, "request", "folding"),
        (GET + b"Host: localhost\r\nX: a\0b\r\n\r\n", 400, "request", "Invalid HTTP Header"),
        (b"GET http://[::1/v1/stats HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "request", "request line"),
        (b"GET /v1/quotes?q=\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "request", "request line"),
        (b"CONNECT a.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "path", "no such address"),
        (b"GET /static/../config.py HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "path", "no such address"),
        (
            b"GET /static/style.css HTTP/1.1\r\nHost: localhost\r\nRange: bytes=99999-\r\n\r\n",
            416,
            "Range",
            "within",
        ),
        (HEAD + b"Content-Length: 100\r\n\r\n" + BODY, 400, "body", "breaks off 87 bytes before"),
        (HEAD + b"Content-Length: 13\r\nContent-Length: 13\r\n\r\n" + BODY, 400, "request", "CONTENT-LENGTH"),
        (HEAD + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n" + BODY, 400, "request", "CONTENT-LENGTH"),
        (CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n"), 400, "request", "CONTENT-LENGTH"),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n" + BODY, 400, "request", "TRANSFER-ENCODING"),
        (CHUNKED + b"d\r\n" + BODY + b"\r\n", 400, "body", "breaks off"),
        (CHUNKED + b"1_0\r\n" + BODY + b"\r\n0\r\n\r\n", 400, "body", "chunk"),
        (CHUNKED + b"d\r\n" + BODY + b"\r\n0\r\nContent-Length: 1\r\n\r\n", 400, "body", "CONTENT-LENGTH"),
        (CHUNKED + b"d\r\n" + BODY + b"\r\n0\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", 400, "body", "headers"),
    ],
)
def test_bent_request_is_refused_by_name(
    service: Service, request_bytes: bytes, status: int, field: str, message: str
) -> None:
    answered, problem = read_answer(service.send_all(request_bytes))
    assert answered == status
    [error] = problem["errors"]
    assert error["field"] == field
    assert message in error["message"]


@pytest.mark.parametrize(
    "rest", [b"Content-Length: 100\r\n\r\n" + BODY, b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"]
)
def test_body_that_nobody_reads_gets_no_answer_of_its_own(service: Service, rest: bytes) -> None:
    reply = service.send_all(HEAD.replace(b"/v1/extract", b"/nowhere") + rest)
    assert reply.startswith(b"HTTP/1.1 404 ")
    assert reply.count(b"HTTP/1.1 ") == 1


def test_lines_of_a_body_that_breaks_off_are_not_all(service: Service) -> None:
    """What breaks off at the end of a line would else look like a body that is whole."""
    line = b'{"id": "broken-off", "text": "a"}\n'
    head = b"POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    reply = service.send_all(head + b"Content-Length: %d\r\n\r\n" % (2 * len(line)) + line)
    assert b'"id":"broken-off"' in reply
    assert b'{"line":2,"error"' in reply
    assert b"breaks off" in reply
