"""Limits that are settings: what is at the limit is taken, and one beyond is refused by its name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.config import Config
from service.extractor import extract
from service.extractor.checkpoint import checked_by
from service.ingest.batches import save_all
from service.ingest.entries import Entry
from service.ingest.time_limit import OutOfTime, time_limit
from service.store import Article, Store
from tests.api.running import Service, make_store, running_service

SETTINGS = {
    "MAX_BODY_BYTES": "8000000",
    "MAX_TEXT_CHARACTERS": "4000000",
    "MAX_QUERY_BYTES": "200",
    "MAX_PAGE_ITEMS": "30",
    "EXTRACT_SECONDS": "1",
}
TEXT_LIMIT = 4_000_000
NDJSON = {"Content-Type": "application/x-ndjson"}
# Some millions of characters of these take several seconds, on any machine.
SAID = "“We will not move until they pay,” said Jane Doe of the harbour. She said: “Not today.”\n\n"


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    url = make_store(tmp_path_factory.mktemp("limits"))
    with running_service(url, WORKERS="1", **SETTINGS) as service:
        yield service


def send_text(service: Service, path: str, text: str) -> list[dict[str, Any]]:
    """Send an article; what is wrong with it."""
    body = json.dumps({"id": "limited", "text": text}).encode()
    if path.endswith("bulk"):
        answer = json.loads(service.send("POST", path, body, NDJSON).body)
        errors: list[dict[str, Any]] = answer.get("error", {"errors": []})["errors"]
        return errors
    reply = service.send("POST", path, body, {"Content-Type": "application/json"})
    assert reply.status in (200, 201, 422)
    return reply.json["errors"] if reply.status == 422 else []


@pytest.mark.parametrize("path", ["/v1/extract", "/v1/articles", "/v1/articles/bulk"])
def test_length_of_a_text(limited: Service, path: str) -> None:
    assert send_text(limited, path, "a" * TEXT_LIMIT) == []
    message = f"is {TEXT_LIMIT + 1} characters long, the limit is {TEXT_LIMIT}"
    assert send_text(limited, path, "a" * (TEXT_LIMIT + 1)) == [{"field": "text", "message": message}]


@pytest.mark.parametrize(
    "path", ["/v1/extract", "/v1/extract?explain=true", "/v1/articles", "/v1/articles/bulk"]
)
def test_time_of_an_extraction(limited: Service, path: str) -> None:
    message = "could not be read within the limit of 1 seconds (EXTRACT_SECONDS)"
    text = SAID * (TEXT_LIMIT // len(SAID))
    assert send_text(limited, path, text) == [{"field": "text", "message": message}]
    assert send_text(limited, path, SAID) == []


def test_length_of_a_query(limited: Service) -> None:
    assert limited.get("/v1/quotes?q=" + "a" * 198).status == 200
    reply = limited.get("/v1/quotes?q=" + "a" * 199)
    assert reply.problem(400)["query"] == "is 201 bytes long, the limit is 200"


def test_items_on_a_page(limited: Service) -> None:
    assert limited.get("/v1/quotes?limit=30").status == 200
    reply = limited.get("/v1/quotes?limit=31")
    assert reply.problem(400)["limit"] == "must be a whole number from 1 to 30"
    parameters = limited.get("/openapi.json").json["paths"]["/v1/quotes"]["get"]["parameters"]
    assert {"minimum": 1, "maximum": 30}.items() <= find(parameters, "limit")["schema"].items()


def find(parameters: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(parameter for parameter in parameters if parameter["name"] == name)


@pytest.mark.parametrize(
    ("config", "held"), [(Config(bulk_articles=2), 2), (Config(bulk_characters=15), 3), (Config(), 5)]
)
def test_articles_held_in_bulk(tmp_path: Path, config: Config, held: int) -> None:
    store = Store(f"sqlite:///{tmp_path}/quotes.db")
    store.upgrade()
    drawn = []

    def draw() -> Iterator[Entry[int]]:
        for number in range(5):
            drawn.append(number)
            yield Entry(number, Article(f"Text {number}", id=str(number)), 6)

    outcomes = save_all(store, draw(), config)
    next(outcomes)
    assert len(drawn) == held
    assert len(list(outcomes)) == 4
    store.close()


def test_article_that_takes_too_long_is_given_up() -> None:
    whole = extract(SAID)
    with time_limit(60):
        assert extract(SAID) == whole
    with pytest.raises(OutOfTime, match=r"limit of 0 seconds \(EXTRACT_SECONDS\)"), time_limit(0):
        extract(SAID)
    assert extract(SAID) == whole


def count_checks(text: str) -> int:
    checks: list[None] = []
    with checked_by(lambda: checks.append(None)):
        extract(text)
    return len(checks)


def test_time_is_looked_at_for_each_paragraph_passage_and_mention() -> None:
    assert count_checks("“We go,” said Jane Doe.\n\n" * 10) >= 10 + 10 + 10
    assert count_checks("“We go,” said Jane Doe. " * 10) >= 1 + 10 + 10
