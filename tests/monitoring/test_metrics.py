"""/metrics of a real service with several workers: exact, whoever answers, and whoever has died."""

import http.client
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service import __version__
from service.extractor import EXTRACTOR_VERSION, extract
from service.store import Store
from tests.api.running import Service, make_store, running_service
from tests.monitoring.scraping import WAIT_SECONDS, Samples, find, scrape, wait_for

TEXT = "“We will not move,” said Jane Doe. “Not ever,” she said."


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    url = make_store(tmp_path)
    with running_service(url, WORKERS="3", THREADS="2") as running:
        yield running


def ask_on_one_connection(port: int, paths: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    for path in paths:
        connection.request("GET", path)
        connection.getresponse().read()
    connection.close()


def find_workers(service: Service) -> list[int]:
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text()
    return [int(child) for child in children.split()]


def count_requests(samples: Samples, route: str, status: str) -> float:
    return find(samples, "quotes_request_seconds_count", route=route, status=status, method="GET")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="workers are found in /proc")
def test_totals_are_exact_over_workers_and_after_one_is_killed(service: Service) -> None:
    paths = ["/v1/quotes", "/v1/stats", "/nowhere", "/v1/quotes/none", "/v1/quotes?limit=0"] * 10
    rounds = 6

    def ask() -> None:
        with ThreadPoolExecutor(rounds) as pool:
            list(pool.map(lambda _: ask_on_one_connection(service.port, paths), range(rounds)))

    def expect(times: int) -> Samples:
        # A request counts when its answer has gone, which the client may know before.
        done = 10 * rounds * times
        counted = [
            ("/v1/stats", "2xx"),
            ("/v1/quotes", "2xx"),
            ("/v1/quotes", "4xx"),
            ("/v1/quotes/{quote_id}", "4xx"),
            ("other", "4xx"),
        ]

        def count(samples: Samples) -> list[float]:
            return [count_requests(samples, *one) for one in counted]

        samples = wait_for(service, lambda samples: min(count(samples)) >= done)
        assert count(samples) == [done] * len(counted)
        return samples

    ask()
    samples = expect(1)
    assert find(samples, "quotes_workers") == 3
    assert find(samples, "quotes_threads") == 6
    assert find(samples, "quotes_worker_exits_total") == 0
    killed, *_ = find_workers(service)
    os.kill(killed, signal.SIGKILL)
    wait_for(service, lambda samples: find(samples, "quotes_worker_exits_total") == 1)
    wait_for(service, lambda samples: find(samples, "quotes_workers") == 3)
    expect(1)
    ask()
    expect(2)


def test_what_is_in_hand_is_counted_and_forgotten_with_its_worker(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    Store(url).upgrade()
    with running_service(url, WORKERS="1") as service:
        assert find(scrape(service), "quotes_requests_in_flight") == 1
        head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n"
        head += b"Content-Type: application/x-ndjson\r\n\r\n{"
        with (
            socket.create_connection(("127.0.0.1", service.port)) as arriving,
            socket.create_connection(("127.0.0.1", service.port)) as held,
        ):
            arriving.sendall(head % b"/v1/extract")
            held.sendall(head % b"/v1/articles/bulk")
            wait_for(service, lambda samples: find(samples, "quotes_requests_arriving") == 1)
            wait_for(service, lambda samples: find(samples, "quotes_requests_in_flight") == 2)
            os.kill(find_workers(service)[0], signal.SIGKILL)
            wait_for(service, lambda samples: find(samples, "quotes_requests_in_flight") == 1)
            assert find(scrape(service), "quotes_requests_arriving") == 0
        # A connection that its client has closed waits for a thread too, for a moment.
        wait_for(service, lambda samples: find(samples, "quotes_requests_waiting") == 0)


def test_quotes_articles_and_calls_of_the_store_are_counted(service: Service) -> None:
    quotes = extract(TEXT).quotes
    for _ in range(2):
        service.post("/v1/articles", {"id": "a", "text": TEXT})
    service.post("/v1/articles", {"id": "a", "text": TEXT + " He left."})
    service.post("/v1/extract", {"text": TEXT})
    lines = b'{"id": "b", "text": "A."}\n{"id": "c", "text": "B."}\n'
    service.send("POST", "/v1/articles/bulk", lines, {"Content-Type": "application/x-ndjson"})
    samples = scrape(service)
    outcomes = {"created": 3, "unchanged": 1, "replaced": 1}
    for outcome, count in outcomes.items():
        assert find(samples, "quotes_articles_saved_total", outcome=outcome) == count
    assert find(samples, "quotes_extracted_total") == 3 * len(quotes)
    rule, kind = quotes[0].rule, quotes[0].kind
    alike = sum((quote.rule, quote.kind) == (rule, kind) for quote in quotes)
    assert find(samples, "quotes_extracted_total", rule=rule, kind=kind) == 3 * alike
    assert find(samples, "quotes_extraction_seconds_count") == 5
    # Two lines in bulk are stored at once, or each as it comes.
    assert find(samples, "quotes_store_seconds_count", operation="save_articles") in (4, 5)
    assert find(samples, "quotes_store_seconds_sum") > 0
    assert find(samples, "quotes_store_errors_total") == 0
    build = find(samples, "quotes_build_info", version=__version__, extractor_version=EXTRACTOR_VERSION)
    assert build == 1


def test_unknown_addresses_and_methods_make_no_series(service: Service) -> None:
    before = {name for name, labels in scrape(service) if "other" in dict(labels).values()}
    for number in range(30):
        service.get(f"/nowhere/{number}")
        service.send(f"METHOD{number}", "/v1/quotes")
        service.send_raw(b"nonsense %d\r\n\r\n" % number)
    samples = scrape(service)
    routes = {
        (dict(labels)["method"], dict(labels)["route"])
        for name, labels in samples
        if name == "quotes_request_seconds_count"
    }
    assert routes == {("GET", "/metrics"), ("GET", "other"), ("other", "other")}
    assert find(samples, "quotes_request_seconds_count", method="GET", route="other") == 30
    assert find(samples, "quotes_request_seconds_count", method="other") == 60
    assert {name for name, labels in samples if "other" in dict(labels).values()} >= before


def test_a_store_that_cannot_answer_is_counted_by_its_cause(tmp_path: Path) -> None:
    with running_service(f"sqlite:///{tmp_path}/quotes.db", WORKERS="1") as service:
        service.get("/readyz").problem(503)
        assert find(scrape(service), "quotes_store_errors_total", cause="schema") == 1
        (tmp_path / "quotes.db").write_bytes(b"no database at all" * 100)
        service.get("/readyz").problem(503)
        assert find(scrape(service), "quotes_store_errors_total", cause="unreachable") == 1
