"""Two writers and eight readers on one store of SQLite, through two processes: no error at all."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from service.store import Store
from tests.api.running import Service, running_service
from tests.faults.loading import BulkStream, build_article

# For how long; BUSY_SECONDS=60 is worth a run after work on the store.
SECONDS = float(os.environ.get("BUSY_SECONDS", "10"))
READERS = 8
BULK_ARTICLES = 20
READS = (
    "/v1/quotes?speaker=byrne&limit=20",
    "/v1/quotes?q=stands&limit=20",
    "/v1/quotes?article=busy-0&format=csv",
    "/v1/speakers?q=ann",
    "/v1/stats",
    "/v1/articles?limit=5",
    "/v1/articles/busy-0/quotes",
    "/readyz",
)


def write_one_by_one(service: Service, place: int) -> None:
    """Store an article, change it, and now and then remove one."""
    article = build_article(f"busy-{place}", place)
    assert service.post("/v1/articles", article).status in (200, 201)
    changed = {**article, "title": f"Changed at {place}"}
    assert service.send("PUT", f"/v1/articles/busy-{place}", changed).json["status"] == "replaced"
    if place % 5 == 4:
        assert service.send("DELETE", f"/v1/articles/busy-{place}").status == 204


def write_in_bulk(service: Service, place: int) -> None:
    stream = BulkStream(service)
    numbers = range(place * BULK_ARTICLES, (place + 1) * BULK_ARTICLES)
    stream.send([build_article(f"bulk-{number}", number) for number in numbers])
    answers = stream.finish()
    stream.close()
    assert [answer.get("status") for answer in answers] == ["created"] * BULK_ARTICLES


def read_all(service: Service, _place: int) -> None:
    for path in READS:
        assert service.get(path).status == 200, path


def test_writers_and_readers_do_not_get_in_each_others_way(url: str) -> None:
    store = Store(url)
    stop = threading.Event()

    def repeat(work: Callable[[Service, int], None]) -> int:
        place = 0
        while not stop.is_set():
            work(service, place)
            place += 1
        return place

    with running_service(url, WORKERS="2") as service:
        write_one_by_one(service, 0)
        tasks = [write_in_bulk, *[read_all] * READERS]
        with ThreadPoolExecutor(len(tasks) + 1) as pool:
            futures = [pool.submit(repeat, work) for work in tasks]
            single = pool.submit(repeat, lambda service, place: write_one_by_one(service, place + 1))
            end = time.monotonic() + SECONDS
            while time.monotonic() < end and not any(future.done() for future in [*futures, single]):
                time.sleep(0.1)
            stop.set()
            singles, bulks = single.result(), futures[0].result()
            reads = sum(future.result() for future in futures[1:]) * len(READS)
    removed = sum(1 for place in range(1, singles + 1) if place % 5 == 4)
    statistics = store.stats()
    assert statistics.articles == 1 + singles - removed + bulks * BULK_ARTICLES
    assert statistics.quotes == 3 * statistics.articles
    store.close()
    print(f"\n{SECONDS:g} s: {statistics.articles} articles stored, {reads} reads, no error")
