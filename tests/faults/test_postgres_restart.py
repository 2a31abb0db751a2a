"""A PostgreSQL server that crashes and comes back under load: 503 meanwhile, and nothing answered is lost."""

import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.postgres import create_database, find_binaries, find_owner, running_postgres
from service.store import Store
from tests.api.running import Service, running_service
from tests.faults.loading import BulkStream, build_article, read_quotes

RESTARTS = 2
READERS = 3
WAIT_SECONDS = 60
READS = ("/v1/quotes?limit=5", "/v1/speakers?q=ann", "/v1/stats", "/readyz")


@dataclass
class Server:
    """A server of PostgreSQL that can crash."""

    binaries: Path
    folder: Path

    def control(self, *words: str) -> None:
        command: list[str | Path] = [self.binaries / "pg_ctl", "-D", self.folder / "data", "-w", *words]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **find_owner())

    def crash(self) -> None:
        self.control("-m", "immediate", "stop")

    def come_back(self) -> None:
        listening = f"-c listen_addresses='' -k {self.folder}"
        self.control("-l", str(self.folder / "log"), "-o", listening, "start")


@pytest.fixture
def server() -> Iterator[Server]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="quotes-crash-"))
    try:
        with running_postgres(binaries, folder, ""):
            yield Server(binaries, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Load:
    """What clients got, by client: the status of the last answer, and every article that was stored."""

    last: dict[str, int] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def note(self, client: str, reply: Any) -> None:
        assert reply.status in (200, 201, 503), (client, reply.status, reply.body)
        if reply.status == 503:
            assert int(reply.headers["Retry-After"]) > 0
            assert "store" in reply.problem(503)
        self.last[client] = reply.status

    def read(self, service: Service, reader: int) -> None:
        while not self.stop.is_set():
            for path in READS:
                self.note(f"reader {reader}", service.get(path))

    def write(self, service: Service) -> None:
        number = 0
        while not self.stop.is_set():
            article = build_article(f"restart-{number}", number)
            reply = service.post("/v1/articles", article)
            self.note("writer", reply)
            if reply.status == 201:
                self.stored.append(article["id"])
                number += 1

    def wait_until_all_got(self, *statuses: int) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        self.last.clear()
        while len(self.last) < READERS + 1 or not set(self.last.values()) <= set(statuses):
            assert time.monotonic() < deadline, self.last
            time.sleep(0.02)


def test_service_outlives_its_server(server: Server) -> None:
    url = create_database(server.folder, "restarted")
    store = Store(url)
    store.upgrade()
    store.close()
    load = Load()
    with running_service(url, WORKERS="2") as service, ThreadPoolExecutor(READERS + 1) as pool:
        clients: list[Future[None]] = [pool.submit(load.read, service, number) for number in range(READERS)]
        clients.append(pool.submit(load.write, service))
        try:
            load.wait_until_all_got(200, 201)
            for _ in range(RESTARTS):
                server.crash()
                load.wait_until_all_got(503)
                server.come_back()
                load.wait_until_all_got(200, 201)
        finally:
            load.stop.set()
        for client in clients:
            client.result()
    check_stored(url, load.stored)


def check_stored(url: str, stored: list[str]) -> None:
    store = Store(url)
    assert stored
    assert all(len(read_quotes(store, article_id) or []) == 3 for article_id in stored)
    assert store.stats().quotes == 3 * store.stats().articles
    store.close()


def test_bulk_ends_with_a_line_that_says_so(server: Server) -> None:
    url = create_database(server.folder, "restarted")
    store = Store(url)
    store.upgrade()
    store.close()
    with running_service(url, WORKERS="1") as service:
        stream = BulkStream(service)
        stream.send([build_article("before", 1)])
        answer = stream.read_answer()
        assert answer is not None
        assert answer["status"] == "created"
        server.crash()
        stream.send([build_article("lost", 2)])
        answer = stream.read_answer()
        assert answer is not None
        assert (answer["line"], answer["error"]["errors"][0]["field"]) == (2, "store")
        assert stream.read_answer() is None
        stream.close()
        server.come_back()
        assert service.post("/v1/articles", build_article("after", 3)).status == 201
    check_stored(url, ["before", "after"])
