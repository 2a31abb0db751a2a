"""Addresses, methods and failures: right statuses, and problems throughout."""

import json
from pathlib import Path

import pytest
from flask import Flask

from service.app import create_app
from service.config import Config
from tests.api.running import Service


@pytest.mark.parametrize(
    "path", ["/nowhere", "/v1", "/v1/quotes/", "/v1//quotes", "/v1/articles/a/b", "/%00"]
)
def test_unknown_address_is_404(service: Service, path: str) -> None:
    assert "no such address" in service.get(path).problem(404)["path"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/articles/none", "article_id"),
        ("/v1/articles/none/quotes", "article_id"),
        ("/v1/quotes/none", "quote_id"),
        ("/v1/speakers/none", "speaker_id"),
        ("/v1/speakers/none/quotes", "speaker_id"),
        ("/v1/speakers/none/candidates", "speaker_id"),
        ("/v1/quotes/none/correction", "quote_id"),
        ("/v1/speakers/%F0%9F%98%80%27--", "speaker_id"),
    ],
)
def test_unknown_id_is_404(service: Service, path: str, field: str) -> None:
    assert "nothing is stored" in service.get(path).problem(404)[field]


@pytest.mark.parametrize("path", ["/v1/articles/a%00b", "/v1/quotes/%0A", f"/v1/speakers/{'a' * 201}"])
def test_id_that_cannot_be_is_404(service: Service, path: str) -> None:
    service.get(path).problem(404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/quotes", "GET, HEAD, OPTIONS"),
        ("GET", "/v1/extract", "OPTIONS, POST"),
        ("PATCH", "/v1/articles/a", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("POST", "/healthz", "GET, HEAD, OPTIONS"),
        ("POST", "/docs", "GET, HEAD, OPTIONS"),
        ("PUT", "/v1/articles/bulk", "OPTIONS, POST"),
    ],
)
def test_other_method_is_405(service: Service, method: str, path: str, allowed: str) -> None:
    reply = service.send(method, path)
    assert allowed in reply.problem(405)["method"]
    assert reply.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["/v1/articles/a", "/v1/articles/bulk", "/v1/quotes", "/v1/extract"])
def test_options_lists_the_methods(service: Service, path: str) -> None:
    reply = service.send("OPTIONS", path)
    refused = service.send("TRACE", path)
    assert (reply.status, reply.body) == (200, b"")
    assert sorted(reply.headers["Allow"].split(", ")) == refused.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    "path", ["/v1/quotes", "/v1/stats", "/v1/articles/none", "/healthz", "/openapi.json"]
)
def test_head_is_get_without_the_body(service: Service, path: str) -> None:
    head, get = service.send("HEAD", path), service.get(path)
    assert head.body == b""
    assert head.status == get.status
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.body))
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /healthz HTTP/9.9\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\n\r\n", 417),
    ],
)
def test_what_is_no_request_is_a_problem_too(service: Service, request_bytes: bytes, status: int) -> None:
    reply = service.send_raw(request_bytes)
    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/problem+json" in head
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["errors"][0]["message"]
    if status in (414, 431):
        assert "8190" in problem["errors"][0]["message"]


@pytest.fixture
def failing_app(tmp_path: Path) -> Flask:
    """The application with one more address, whose view has a bug."""
    app = create_app(Config(database_url=f"sqlite:///{tmp_path}/quotes.db"))

    def fail() -> str:
        raise RuntimeError("secret of the house")

    app.add_url_rule("/fail", view_func=fail)
    return app


def test_bug_is_500_that_tells_nothing(failing_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    response = failing_app.test_client().get("/fail")
    assert response.status_code == 500
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    assert response.json["errors"] == [
        {"field": "service", "message": "failed to answer; the cause is in its log"}
    ]
    assert "secret" not in response.text
    assert "secret of the house" in caplog.text
