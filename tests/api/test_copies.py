"""What is new, over HTTP and on the command line: changes, lists since a moment, what has no date."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent_encode

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import update

from service.app import create_app
from service.cli import cli
from service.config import Config
from service.store import Store
from service.store.database.tables import store_state

ARTICLE = "“We will not move,” said Jane Doe."
DATED = {"text": ARTICLE, "published_at": "2026-03-01T12:00:00Z"}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/quotes.db"


@pytest.fixture
def client(url: str) -> Iterator[FlaskClient]:
    """A service of a store with two articles, of which the second has no date."""
    store = Store(url)
    store.upgrade()
    client = create_app(Config(database_url=url)).test_client()
    client.put("/v1/articles/dated", json=DATED)
    client.put("/v1/articles/undated", json={"text": ARTICLE})
    yield client
    store.close()


def read(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json


def list_articles_of(client: FlaskClient, query: str) -> list[str]:
    return [one["article"]["id"] for one in read(client, f"/v1/quotes?{query}")["items"]]


def test_changes_go_on_from_a_cursor(client: FlaskClient) -> None:
    page = read(client, "/v1/changes?limit=1")
    assert [(one["type"], one["id"], one["action"]) for one in page["items"]] == [
        ("article", "dated", "added")
    ]
    page = read(client, page["next"])
    assert ([one["id"] for one in page["items"]], page["next"]) == (["undated"], None)
    later = f"/v1/changes?cursor={page['cursor']}"
    empty = read(client, later)
    assert (empty["items"], empty["next"], type(empty["cursor"])) == ([], None, str)
    client.delete("/v1/articles/dated")
    [change] = read(client, later)["items"]
    assert change | {"at": None} == {"type": "article", "id": "dated", "action": "removed", "at": None}
    assert datetime.now(UTC) - datetime.fromisoformat(change["at"]) < timedelta(minutes=1)


def test_cursor_older_than_removals_are_kept_is_410(client: FlaskClient, url: str) -> None:
    cursor = read(client, "/v1/changes")["cursor"]
    store = Store(url)
    with store._writing() as connection:
        connection.execute(update(store_state).values(dropped=store_state.c.number + 1, stamp="another"))
    store.close()
    answer = client.get(f"/v1/changes?cursor={cursor}")
    assert (answer.status_code, answer.content_type) == (410, "application/problem+json")
    assert "without a cursor" in answer.get_json()["errors"][0]["message"]
    assert client.get("/v1/changes?cursor=none").status_code == 400


def test_lists_are_by_when_it_was_stored(client: FlaskClient) -> None:
    assert list_articles_of(client, "order=added") == ["undated", "dated"]
    entry = read(client, "/v1/articles/dated")
    assert entry["changed_at"] >= entry["added_at"]
    since = percent_encode(entry["added_at"])
    assert {one["id"] for one in read(client, f"/v1/articles?since={since}&order=added")["items"]} == {
        "dated",
        "undated",
    }
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert list_articles_of(client, f"since={tomorrow}") == []
    assert read(client, f"/v1/quotes/count?since={tomorrow}")["quotes"] == 0
    assert client.get(f"/v1/quotes?format=csv&since={tomorrow}").text.count("\n") == 1
    assert "<entry>" not in client.get(f"/v1/quotes.atom?since={tomorrow}").text
    assert client.get("/v1/quotes.atom?order=added").text.count("<entry>") == 2


def test_what_has_no_date_says_so(client: FlaskClient) -> None:
    assert list_articles_of(client, "undated=true") == ["undated"]
    assert list_articles_of(client, "undated=false") == ["dated"]
    assert list_articles_of(client, "from=2020-01-01") == ["dated"]
    assert [one["id"] for one in read(client, "/v1/articles?undated=true")["items"]] == ["undated"]
    refused = client.get("/v1/quotes?undated=true&from=2020-01-01")
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (400, "undated")
    months = read(client, "/v1/quotes?facets=month")["facets"]["month"]
    assert [one["value"] for one in months] == ["2026-03", None]
    [quote] = read(client, "/v1/quotes?undated=true")["items"]
    assert quote["article"]["published_at"] is None
    timeline = read(client, f"/v1/speakers/{quote['speaker']['id']}/timeline")
    assert ([one["month"] for one in timeline["months"]], timeline["undated"]) == (["2026-03"], 1)
    rows = read(client, "/v1/sources?by=kind&per=month")["items"]
    assert [one["month"] for one in rows] == ["2026-03", None]
    assert client.get("/v1/quotes?undated=true&format=csv").text.splitlines()[1].endswith(",")
    page = client.get("/", headers={"Accept": "text/html"}).text
    assert "no date" in page
    assert "/?undated=true" in page


def test_command_line_has_the_same_conditions(
    client: FlaskClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del client
    monkeypatch.setenv("DATABASE_URL", url)

    def run(*arguments: str) -> list[str]:
        done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        return [json.loads(line)["article"]["id"] for line in done.stdout.splitlines()]

    assert run("export", "--order", "added") == ["undated", "dated"]
    assert run("search", "--json", "--undated") == run("export", "--undated") == ["undated"]
    assert run("export", "--dated", "--since", "2020-01-01") == ["dated"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert run("export", "--since", tomorrow) == []
    refused = CliRunner().invoke(cli, ["search", "--undated", "--from", "2020-01-01"])
    assert (refused.exit_code, "--undated" in refused.output) == (2, True)
