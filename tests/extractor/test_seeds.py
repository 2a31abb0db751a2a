"""The articles a new store starts with give exactly the quotes that a careful reader finds in them."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.extractor import Quote, extract

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLES = [json.loads(line) for line in (SEEDS / "articles.ndjson").read_text("utf8").splitlines()]
WANTED: dict[str, list[dict[str, Any]]] = json.loads((SEEDS / "quotes.json").read_text("utf8"))


def describe(quote: Quote) -> dict[str, Any]:
    return {
        "segments": [segment.text for segment in quote.segments],
        "kind": quote.kind,
        "speaker": quote.speaker.name if quote.speaker else None,
        "speaker_kind": quote.speaker.kind if quote.speaker else None,
    }


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: str(article["id"]))
def test_seed_gives_its_quotes(article: dict[str, Any]) -> None:
    found = [describe(quote) for quote in extract(article["text"]).quotes]

    assert found == WANTED[article["id"]]


def test_every_seed_is_annotated() -> None:
    assert [article["id"] for article in ARTICLES] == list(WANTED)
    assert len(ARTICLES) >= 12
    assert all(article["text"] and article["title"] and article["published_at"] for article in ARTICLES)
