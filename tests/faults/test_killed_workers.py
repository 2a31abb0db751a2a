"""A worker killed in the middle of a load: what was answered is there whole, nothing is there in part."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.ingest.articles import ingest_all
from service.store import Article, Store
from tests.api.running import Service, running_service
from tests.faults.loading import (
    build_article,
    kill_workers,
    load_by_turns,
    read_quotes,
    read_speakers,
)

SEED = 7
KILLS_ON_SQLITE = 24
KILLS_ON_POSTGRESQL = 12
PIECES = 4
ARTICLES_OF_PIECE = 8
LONGEST_DELAY_SECONDS = 0.04

Pieces = list[list[dict[str, Any]]]


def build_pieces(load: int) -> Pieces:
    numbers = range(load * PIECES * ARTICLES_OF_PIECE, (load + 1) * PIECES * ARTICLES_OF_PIECE)
    articles = [build_article(f"killed-{number}", number) for number in numbers]
    return [
        articles[place : place + ARTICLES_OF_PIECE] for place in range(0, len(articles), ARTICLES_OF_PIECE)
    ]


@pytest.fixture
def clean(tmp_path: Path) -> Iterator[Store]:
    """A store that is loaded without faults."""
    store = Store(f"sqlite:///{tmp_path}/clean.db")
    store.upgrade()
    yield store
    store.close()


def test_killed_workers_lose_nothing_and_leave_nothing_in_part(store_url: str, clean: Store) -> None:
    store = Store(store_url)
    store.upgrade()
    chance = random.Random(SEED)
    kills = KILLS_ON_SQLITE if store_url.startswith("sqlite") else KILLS_ON_POSTGRESQL
    with running_service(store_url, WORKERS="1", THREADS="2") as service:
        cut_off = [check_load(service, store, clean, build_pieces(load), chance) for load in range(kills)]
    # Where the list of workers is read while it changes, a kill may miss.
    assert sum(cut_off) >= 0.9 * kills
    assert read_speakers(store) == read_speakers(clean)
    assert store.stats() == clean.stats()
    store.close()


def check_load(service: Service, store: Store, clean: Store, pieces: Pieces, chance: random.Random) -> bool:
    """Load with a kill at any point of any piece, look at what there is, and load again; was it cut off?"""
    at, delay = chance.randrange(PIECES - 1), chance.uniform(0, LONGEST_DELAY_SECONDS)

    def kill(place: int) -> None:
        if place == at:
            time.sleep(delay)
            kill_workers(service)

    articles = [article for piece in pieces for article in piece]
    ingest_all(clean, [Article(**article) for article in articles])
    expected = {article["id"]: read_quotes(clean, article["id"]) for article in articles}
    answered = {answer["id"] for answer in load_by_turns(service, pieces, kill)}
    stored = {article_id: quotes for article_id in expected if (quotes := read_quotes(store, article_id))}
    assert answered <= stored.keys()
    assert stored == {name: expected[name] for name in stored}

    again = load_by_turns(service, pieces, lambda _: None)
    outcomes = {name: "unchanged" if name in stored else "created" for name in expected}
    assert {answer["id"]: answer["status"] for answer in again} == outcomes
    assert all(read_quotes(store, name) == quotes for name, quotes in expected.items())
    return len(answered) < len(articles)
