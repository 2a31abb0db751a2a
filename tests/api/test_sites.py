"""Hosts and sites: a name that was made to lead here, and the scripts of other sites, get nothing done."""

from collections.abc import Iterator

import pytest

from service.config import Config, WrongSetting
from service.http.sites import is_own_host, is_own_site
from tests.api.running import Service, make_store, running_service

ARTICLE = {"text": "“We rebind it,” said Eve Rebound."}
SITE = "https://news.example"
KEY = "write-key-0123456789abcdef"
NAMES = frozenset({"quotes.example"})
ADDRESSES = ("/v1/quotes", "/v1/stats", "/", "/docs", "/healthz", "/metrics", "/static/style.css", "/nowhere")


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_store(tmp_path_factory.mktemp("sites"))


@pytest.fixture(scope="module")
def keyless(store_url: str) -> Iterator[Service]:
    with running_service(store_url, WORKERS="1") as service:
        yield service


@pytest.fixture(scope="module")
def named(store_url: str) -> Iterator[Service]:
    """A service that has a name, and a site whose scripts may use it."""
    with running_service(
        store_url, WORKERS="1", ALLOWED_HOSTS="quotes.example, other.example", CORS_ORIGINS=SITE
    ) as service:
        yield service


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.nip.io"]
)
def test_keyless_service_answers_to_names_of_its_machine_alone(keyless: Service, host: str) -> None:
    for path in ADDRESSES:
        reply = keyless.get(path, {"Host": host})
        assert reply.status == 421, path
        assert b"ALLOWED_HOSTS" in reply.body
    assert keyless.send("PUT", "/v1/articles/rebound", ARTICLE, {"Host": host}).status == 421
    assert keyless.get("/v1/articles/rebound").status == 404


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "quotes.localhost", "127.0.0.1:8000", "[::1]:8000"]
)
def test_keyless_service_answers_its_machine(keyless: Service, host: str) -> None:
    assert keyless.send("PUT", "/v1/articles/here", ARTICLE, {"Host": host}).status in (200, 201)


def test_names_that_are_allowed_are_answered(named: Service) -> None:
    assert named.get("/v1/quotes", {"Host": "quotes.example"}).status == 200
    assert named.get("/v1/quotes", {"Host": "Other.Example:81"}).status == 200
    assert named.get("/v1/quotes", {"Host": "10.1.2.3:8000"}).status == 200
    named.get("/v1/quotes", {"Host": "third.example"}).problem(421)


def test_with_keys_any_name_is_answered_unless_some_are_listed(store_url: str) -> None:
    key = {"Authorization": f"Bearer {KEY}", "Host": "quotes.example"}
    with running_service(store_url, WORKERS="1", QUOTES_API_KEYS=KEY) as service:
        assert service.send("PUT", "/v1/articles/keyed", ARTICLE, key).status == 201
    with running_service(store_url, WORKERS="1", QUOTES_API_KEYS=KEY, ALLOWED_HOSTS="a.example") as service:
        service.send("PUT", "/v1/articles/keyed", ARTICLE, key).problem(421)


def test_any_name_is_answered_on_demand(store_url: str) -> None:
    with running_service(store_url, WORKERS="1", ALLOWED_HOSTS="*") as service:
        assert service.get("/v1/quotes", {"Host": "evil.example"}).status == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://localhost:1", "http://localhost.evil"]
)
def test_scripts_of_other_sites_write_nothing(keyless: Service, origin: str) -> None:
    sent = {"Origin": origin, "Host": "localhost"}
    assert "another site" in keyless.send("PUT", "/v1/articles/forged", ARTICLE, sent).problem(403)["Origin"]
    keyless.send("POST", "/v1/articles", ARTICLE, sent).problem(403)
    keyless.send("DELETE", "/v1/articles/here", headers=sent).problem(403)
    assert keyless.get("/v1/articles/forged").status == 404
    assert keyless.get("/v1/quotes", sent).status == 200
    assert keyless.send("POST", "/v1/extract", ARTICLE, sent).status == 200


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8000", "localhost:8000"),
        ("https://127.0.0.1", "127.0.0.1"),
        (SITE, "127.0.0.1"),
        ("https://quotes.example:8443", "127.0.0.1:8000"),
        ("https://Quotes.Example", "quotes.example"),
    ],
)
def test_scripts_of_the_service_and_of_named_sites_write(named: Service, origin: str, host: str) -> None:
    reply = named.send("PUT", "/v1/articles/scripted", ARTICLE, {"Origin": origin, "Host": host})
    assert reply.status in (200, 201)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("", True),
        ("quotes.example.", True),
        ("QUOTES.example:443", True),
        ("[::ffff:127.0.0.1]", True),
        ("quotes.example.evil", False),
        ("evil@quotes.example", False),
        ("quotes.example@evil", False),
        ("[", False),
        ("[::1", False),
        (":8000", False),
        ("a b", False),
        ("2130706433", False),
        ("127.1", False),
    ],
)
def test_host_is_read_as_it_is_written(host: str, own: bool) -> None:
    assert is_own_host(host, NAMES) == own


@pytest.mark.parametrize(
    ("origin", "own"), [("https://[", False), ("https://", False), ("quotes.example", False)]
)
def test_what_is_no_origin_is_another_site(origin: str, own: bool) -> None:
    assert is_own_site(origin, "", NAMES) == own


@pytest.mark.parametrize(
    "value", ["http://a.example", "a.example:80", "a.example/", "*.example", ",", "a..b"]
)
def test_what_is_no_host_is_named(value: str) -> None:
    with pytest.raises(WrongSetting, match=r"^ALLOWED_HOSTS: .* is no name of a host"):
        Config.from_environment({"ALLOWED_HOSTS": value})
