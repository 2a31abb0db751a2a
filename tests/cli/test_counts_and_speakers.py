"""Counts, speakers and deletion on the command line, each test on a store of its own."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.ingest.articles import ingest_all
from service.store import Article, Store
from tests.cli.test_extract import QUOTES

Run = Callable[..., subprocess.CompletedProcess[str]]
ARTICLES: tuple[dict[str, Any], ...] = (
    {"id": "one", "text": "“Why should we move?” asked Jane Doe."},
    {"id": "two", "text": "“Nobody asked us,” said Janet Roe."},
)


@pytest.fixture
def quotes(tmp_path: Path) -> Run:
    """The command on a store that has two articles."""
    url = f"sqlite:///{tmp_path}/quotes.db"
    environment = {**os.environ, "DATABASE_URL": url}
    store = Store(url)
    store.upgrade()
    ingest_all(store, [Article(**article) for article in ARTICLES])
    store.close()

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [QUOTES, *arguments], capture_output=True, text=True, check=False, timeout=120, env=environment
        )

    return run


def test_a_store_is_counted(quotes: Run) -> None:
    lines = quotes("stats").stdout.splitlines()
    assert lines[:4] == [
        "articles: 2",
        "quotes: 2 (2 direct); 0 indirect",
        "speakers: 2",
        "with a speaker: 100.0%",
    ]
    assert json.loads(quotes("stats", "--json").stdout)["articles"] == 2


def test_speakers_are_listed_merged_and_parted(quotes: Run) -> None:
    listed = {
        line.split("  ")[1]: line.split("  ")[0] for line in quotes("speakers", "list").stdout.splitlines()
    }
    assert set(listed) == {"Jane Doe: 1 quotes, 0 indirect", "Janet Roe: 1 quotes, 0 indirect"}
    jane, janet = listed["Jane Doe: 1 quotes, 0 indirect"], listed["Janet Roe: 1 quotes, 0 indirect"]
    merged = quotes("speakers", "merge", janet, jane)
    assert merged.stdout == f"{jane}  Jane Doe: 2 quotes, 0 indirect\n"
    parted = quotes("speakers", "part", janet)
    assert parted.stdout == f"{janet}  Janet Roe: 1 quotes, 0 indirect\n"
    for wrong in (("part", janet), ("merge", "nobody", jane), ("merge", jane, "nobody")):
        refused = quotes("speakers", *wrong)
        assert refused.returncode == 1
        assert refused.stderr.startswith("Error: ")
    [found] = [json.loads(line) for line in quotes("speakers", "list", "doe", "--json").stdout.splitlines()]
    assert (found["id"], found["quotes"]) == (jane, 1)


def test_articles_are_deleted_and_those_missing_are_named(quotes: Run) -> None:
    done = quotes("delete", "one", "none")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "1 articles deleted\n",
        "no article has the id none\n",
    )
    assert quotes("stats").stdout.startswith("articles: 1\n")


@pytest.mark.parametrize("arguments", [("search", "elephants"), ("search", "elephants", "--json")])
def test_a_search_that_finds_nothing_says_so(quotes: Run, arguments: tuple[str, ...]) -> None:
    done = quotes(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no quotes found\n")


def test_a_dry_run_right_after_a_load_would_change_nothing(quotes: Run) -> None:
    done = quotes("reextract", "--dry-run", "--all")
    assert done.stdout == "2 articles read, 0 would change; quotes: 0 added, 0 removed, 0 changed\n"
