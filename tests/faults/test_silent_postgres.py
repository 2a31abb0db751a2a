"""A PostgreSQL that is stopped in the middle of its work: calls end in time, and go on once it goes on."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.postgres import create_database, find_binaries, running_postgres
from service.ingest.articles import ingest
from service.store import Article, PageRequest, QuoteFilter, Store, StoreNotReady
from service.store.database import time_limits
from service.store.database.silence_guard import SilenceGuard
from service.store.errors import StoreBusy, StoreSilent
from tests.faults.loading import build_article
from tests.postgres import QUICK

CALLERS = 4


class Server:
    """A server whose processes can be made to stand still."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, number: int) -> None:
        master = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        for process in (master, *map(int, children)):
            os.kill(process, number)


@pytest.fixture
def server() -> Iterator[Server]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="quotes-silent-"))
    try:
        with running_postgres(binaries, folder, QUICK):
            server = Server(folder)
            yield server
            server.send(signal.SIGCONT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def store(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name in ("CONNECT_SECONDS", "READ_SECONDS", "WRITE_SECONDS"):
        monkeypatch.setattr(time_limits, name, 1)
    monkeypatch.setattr(time_limits.LimitedConnection, "answer_seconds", 1)
    opened = Store(create_database(server.folder, "silent"))
    opened.upgrade()
    ingest(opened, Article(**build_article("kept", 1)))
    yield opened
    opened.close()


def test_calls_end_while_the_server_stands_still_and_go_on_with_it(server: Server, store: Store) -> None:
    wanted, page = QuoteFilter(), PageRequest(5)
    before = store.list_quotes(wanted, page)
    server.send(signal.SIGSTOP)
    with ThreadPoolExecutor(CALLERS) as pool:
        readers = [pool.submit(store.list_quotes, wanted, page) for _ in range(CALLERS - 1)]
        writer = pool.submit(ingest, store, Article(**build_article("lost", 2)))
        refusals = [*(call.exception() for call in readers), writer.exception()]
    assert all(isinstance(refusal, StoreNotReady) for refusal in refusals)
    # A connection that is new, rather than one that was kept.
    for attempt in (store.check, store.stats, store.stamp):
        with pytest.raises(StoreSilent):
            attempt()
    server.send(signal.SIGCONT)
    assert store.list_quotes(wanted, page) == before
    assert ingest(store, Article(**build_article("later", 3))).status == "created"


def test_after_a_silence_one_asks_and_the_others_are_told_at_once() -> None:
    guard = SilenceGuard()
    with pytest.raises(StoreSilent), guard.asking():
        raise StoreSilent("first")
    inside, leave = threading.Event(), threading.Event()

    def ask() -> None:
        with guard.asking():
            inside.set()
            leave.wait()

    asker = threading.Thread(target=ask)
    asker.start()
    inside.wait()
    with pytest.raises(StoreSilent, match="another request"), guard.asking():
        pytest.fail("two asked at a time")
    leave.set()
    asker.join()
    with guard.asking(), guard.asking():
        """It answers again: any number ask."""


def test_a_refusal_is_an_answer() -> None:
    guard = SilenceGuard()
    for raised in (StoreSilent, StoreBusy):
        with pytest.raises(raised), guard.asking():
            raise raised("")
    with guard.asking(), guard.asking():
        """Any number ask."""


def test_waiting_is_as_before_while_answers_come() -> None:
    def wait() -> Generator[int, str | None, int]:
        assert (yield 1) == "a"
        assert (yield 2) == "b"
        return 3

    steps = time_limits.limit(wait(), 60)
    assert (next(steps), steps.send("a")) == (1, 2)
    with pytest.raises(StopIteration) as done:
        steps.send("b")
    assert done.value.value == 3
    steps = time_limits.limit(wait(), -1)
    next(steps)
    with pytest.raises(time_limits.ServerSilent):
        steps.send(None)
