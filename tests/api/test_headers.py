"""What answers say to browsers, to other sites and to proxies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.config import Config, WrongSetting
from service.store import Store
from tests.api.running import Reply, Service, make_store, running_service

SITE = "https://news.example"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FORWARDED = {
    "X-Forwarded-For": "192.0.2.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/quotes-of-the-day",
    "X-Forwarded-Host": "evil.example",
}


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_store(tmp_path_factory.mktemp("headers"))


@pytest.fixture(scope="module")
def proxied(store_url: str) -> Iterator[Service]:
    """A service behind one proxy that speaks TLS, which scripts of one site may ask."""
    settings = {"TRUSTED_PROXIES": "1", "HSTS_SECONDS": "3600", "CORS_ORIGINS": SITE}
    with running_service(store_url, WORKERS="1", **settings) as service:
        service.post(
            "/v1/articles", {"id": "proxied", "text": "“One,” said Ann Proxy. “Two,” said Ben Proxy."}
        )
        yield service


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/static/style.css", "/v1/quotes", "/v1/none", "/openapi.json"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_every_answer_says_what_its_content_may_do(service: Service, method: str, path: str) -> None:
    check(service.send(method, path))


def test_refusals_of_what_is_no_request_do_too(service: Service) -> None:
    head = service.send_raw(b"nonsense\r\n\r\n").decode()
    for name, value in ALWAYS.items():
        assert f"{name}: {value}\r\n" in head
    assert "Content-Security-Policy: default-src 'none'" in head


def check(reply: Reply) -> None:
    # A page lets browsers say that its own forms are from here.
    is_page = "script-src" in (reply.headers["Content-Security-Policy"] or "")
    wanted = {**ALWAYS, "Referrer-Policy": "same-origin"} if is_page else ALWAYS
    for name, value in wanted.items():
        assert reply.headers.get_all(name) == [value]
    [policy] = reply.headers.get_all("Content-Security-Policy") or []
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "Strict-Transport-Security" not in reply.headers


def test_without_configuration_no_other_site_may_read(service: Service) -> None:
    for method in ("GET", "OPTIONS"):
        reply = service.send(
            method, "/v1/quotes", headers={"Origin": SITE, "Access-Control-Request-Method": "GET"}
        )
        assert not [name for name in reply.headers if name.startswith("Access-Control")]


def test_named_site_may_read_answers_and_errors(proxied: Service) -> None:
    for path in ("/v1/quotes", "/v1/none", "/v1/quotes?limit=0"):
        reply = proxied.get(path, {"Origin": SITE})
        assert reply.headers["Access-Control-Allow-Origin"] == SITE
        assert "ETag" in reply.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in reply.headers


@pytest.mark.parametrize(
    "origin", ["https://news.example.evil", "http://news.example", "https://NEWS.example", "null", "", "*"]
)
def test_other_site_may_not(proxied: Service, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        reply = proxied.send(method, "/v1/quotes", headers={"Origin": origin})
        assert not [name for name in reply.headers if name.startswith("Access-Control")]
        assert "Origin" in (reply.headers.get_all("Vary") or [])
    assert "Origin" in (proxied.get("/v1/quotes").headers.get_all("Vary") or [])


def test_site_is_told_beforehand_what_it_may_send(proxied: Service) -> None:
    headers = {"Origin": SITE, "Access-Control-Request-Method": "PUT"}
    reply = proxied.send("OPTIONS", "/v1/articles/a", headers=headers)
    assert reply.status == 200
    assert reply.headers["Access-Control-Allow-Origin"] == SITE
    assert set(reply.headers["Access-Control-Allow-Methods"].split(", ")) >= {"GET", "PUT", "DELETE"}
    assert "Authorization" in reply.headers["Access-Control-Allow-Headers"]
    assert int(reply.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize(
    "value", ["*", "news.example", "https://news.example/", "https://", "HTTPS://a", "https://a,", "ftp://a"]
)
def test_what_is_no_origin_is_named(value: str) -> None:
    with pytest.raises(WrongSetting, match=r"^CORS_ORIGINS: .* is not an origin"):
        Config.from_environment({"CORS_ORIGINS": value})


def test_trusted_proxy_says_where_the_service_is(proxied: Service) -> None:
    reply = proxied.get("/v1/quotes?limit=1", FORWARDED)
    assert reply.json["next"].startswith("/quotes-of-the-day/v1/quotes?")
    assert reply.headers["Link"].startswith("</quotes-of-the-day/v1/quotes?")
    assert reply.headers["Strict-Transport-Security"] == "max-age=3600"
    created = proxied.post("/v1/articles", {"id": "prefixed", "text": "No."}, **FORWARDED)
    assert created.headers["Location"] == "/quotes-of-the-day/v1/articles/prefixed"
    assert proxied.get("/", FORWARDED).json["docs"] == "/quotes-of-the-day/docs"
    page = proxied.get("/docs", FORWARDED).body.decode()
    assert 'href="/quotes-of-the-day/openapi.json"' in page
    assert 'href="/quotes-of-the-day/static/style.css"' in page
    assert "Strict-Transport-Security" not in proxied.get("/v1/quotes").headers


def test_nobody_else_is_believed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    Store(url).upgrade()
    forged = {**FORWARDED, "X-Forwarded-Protocol": "ssl", "X-Forwarded-Ssl": "on", "SCRIPT_NAME": "/v1"}
    with running_service(url, WORKERS="1", HSTS_SECONDS="3600") as service:
        text = "“One,” said Ann Proxy. “Two,” said Ben Proxy."
        created = service.post("/v1/articles", {"id": "plain", "text": text}, **FORWARDED)
        assert created.headers["Location"] == "/v1/articles/plain"
        for name, value in forged.items():
            reply = service.get("/v1/quotes?limit=1", {name: value})
            assert reply.json["next"].startswith("/v1/quotes?")
            assert "Strict-Transport-Security" not in reply.headers
