"""RATE_LIMIT: the requests of a key, else of an address, counted in each process or in Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.server import free_address
from service.config import Config, WrongSetting
from service.http.rates import name_address
from tests.api.running import Service, make_store, running_service
from tests.redis import SERVER, running_redis

KEYS = ("first-key-0123456789abcdef", "second-key-0123456789abcdef")
LIMIT = 5


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_store(tmp_path_factory.mktemp("rates"))


@pytest.fixture(scope="module")
def counting(store_url: str) -> Iterator[Service]:
    """A service that counts, one proxy in front of it, which says whose the requests are."""
    settings = {"RATE_LIMIT": f"{LIMIT}/hour", "QUOTES_API_KEYS": ",".join(KEYS), "TRUSTED_PROXIES": "1"}
    with running_service(store_url, WORKERS="1", **settings) as service:
        yield service


def test_requests_beyond_the_limit_are_429(counting: Service) -> None:
    sender = {"X-Forwarded-For": "192.0.2.1"}
    for left in reversed(range(LIMIT)):
        reply = counting.get("/v1/quotes", sender)
        assert reply.status == 200
        assert reply.headers["RateLimit-Limit"] == str(LIMIT)
        assert reply.headers["RateLimit-Remaining"] == str(left)
    reply = counting.get("/v1/quotes", sender)
    assert reply.problem(429)["address"] == "has sent more requests than the limit of 5/hour (RATE_LIMIT)"
    assert 0 < int(reply.headers["Retry-After"]) <= 2 * 3_600
    assert reply.headers["Retry-After"] == reply.headers["RateLimit-Reset"]
    assert reply.headers["RateLimit-Remaining"] == "0"
    assert counting.get("/v1/nothing", sender).status == 429
    for probe in ("/healthz", "/readyz"):
        reply = counting.get(probe, sender)
        assert reply.status == 200
        assert "RateLimit-Limit" not in reply.headers
    assert counting.get("/v1/quotes", {"X-Forwarded-For": "192.0.2.2"}).status == 200


def test_each_key_is_counted_wherever_it_comes_from(counting: Service) -> None:
    for number in range(LIMIT + 1):
        sender = {"X-Forwarded-For": f"198.51.100.{number}", "Authorization": f"Bearer {KEYS[0]}"}
        reply = counting.send("DELETE", "/v1/articles/none", headers=sender)
        assert reply.status == (404 if number < LIMIT else 429)
    assert "has sent more" in reply.problem(429)["key"]
    other = {"X-Forwarded-For": "198.51.100.0", "Authorization": f"Bearer {KEYS[1]}"}
    counting.send("DELETE", "/v1/articles/none", headers=other).problem(404)


def test_guesses_at_a_key_are_counted_for_their_address(counting: Service) -> None:
    statuses = [
        counting.send(
            "DELETE",
            "/v1/articles/none",
            headers={"X-Forwarded-For": "203.0.113.1", "Authorization": f"Bearer guess-{number:020}"},
        ).status
        for number in range(LIMIT + 1)
    ]
    assert statuses == [401] * LIMIT + [429]


def test_whoever_has_an_address_has_its_network() -> None:
    assert name_address("192.0.2.1") == "address 192.0.2.1"
    assert name_address("2001:db8::1") == name_address("2001:db8::ffff:1") == "address 2001:db8::/64"
    assert name_address("2001:db8:0:1::1") != name_address("2001:db8::1")
    assert name_address("fe80::1%eth0") == "address fe80::/64"


def test_clients_of_a_socket_for_both_are_told_apart() -> None:
    assert name_address("::ffff:192.0.2.1") == name_address("192.0.2.1")
    assert name_address("::ffff:192.0.2.1") != name_address("::ffff:192.0.2.2")


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("192.0.2.9:5555", "192.0.2.9"),
        ("[2001:db8::9]:443", "2001:db8::/64"),
        ("[2001:db8::9]", "2001:db8::/64"),
        ("unknown", "unknown"),
        ("a:b:c", "a:b:c"),
        ("", ""),
    ],
)
def test_whatever_a_proxy_says_of_an_address_is_counted(counting: Service, said: str, counted: str) -> None:
    assert name_address(said) == f"address {counted}"
    assert counting.get("/v1/quotes", {"X-Forwarded-For": said}).status in (200, 429)


def test_without_a_limit_nothing_is_counted(service: Service) -> None:
    assert not [name for name in service.get("/v1/stats").headers if name.startswith("RateLimit")]


def test_counts_that_cannot_be_kept_stop_nobody(store_url: str) -> None:
    settings = {"RATE_LIMIT": "1/hour", "RATE_LIMIT_STORAGE": f"redis://{free_address()}"}
    with running_service(store_url, WORKERS="1", **settings) as service:
        assert [service.get("/v1/stats").status for _ in range(2)] == [200, 200]


@pytest.mark.skipif(
    SERVER is None, reason="redis-server is not installed: nothing is counted across processes"
)
def test_redis_counts_for_all_processes(store_url: str, tmp_path: Path) -> None:
    with running_redis(tmp_path) as url:
        settings = {"RATE_LIMIT": f"{LIMIT}/hour", "RATE_LIMIT_STORAGE": url}
        statuses = []
        # What one service has counted, the next knows.
        for requests in (LIMIT - 1, 2):
            with running_service(store_url, WORKERS="2", **settings) as service:
                statuses += [service.get("/v1/stats").status for _ in range(requests)]
        assert statuses == [200] * LIMIT + [429]


@pytest.mark.parametrize(
    "value", ["600", "0/minute", "-1/minute", "10/week", "1.5/hour", "10/minute;1/second"]
)
def test_what_is_no_rate_is_named(value: str) -> None:
    with pytest.raises(WrongSetting, match=r"^RATE_LIMIT: .* such as 600/minute$"):
        Config.from_environment({"RATE_LIMIT": value})


def test_wrong_place_of_counts_is_named_and_not_repeated() -> None:
    with pytest.raises(WrongSetting, match=r"^RATE_LIMIT_STORAGE: must start with") as raised:
        Config.from_environment({"RATE_LIMIT_STORAGE": "http://:secret@host"})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["redis://:secret/x@host", "redis://host?socket_timeout=secret"])
def test_place_of_counts_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(WrongSetting, match=r"^RATE_LIMIT_STORAGE: is not redis://") as raised:
        Config.from_environment({"RATE_LIMIT_STORAGE": url})
    assert "secret" not in str(raised.value)
