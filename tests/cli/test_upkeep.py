"""`quotes reextract` and `quotes backup`, run as a user runs them."""

import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from service.extractor import EXTRACTOR_VERSION, extract
from service.store import Article, QuoteChange, Store
from tests.api.running import running_service
from tests.cli.test_extract import QUOTES, decode
from tests.cli.test_store import command_on

TEXT = "“We will not move,” said Jane Doe. “They must,” said John Smith."
OLD = "“We will not move,” said Jane Doe. That is all."


def store_as_an_old_version_did(url: str, number: int) -> None:
    """Store articles with what rules of another version found: one quote, though there are two."""
    store = Store(url)
    store.upgrade()
    found = extract(OLD)
    articles = [(Article(TEXT, id=f"old-{place}"), found) for place in range(number)]
    store.save_articles(articles, extractor_version="0-old")
    store.close()


def list_quotes(url: str) -> list[tuple[str, str, str]]:
    lines = decode(command_on(url)("export").stdout)
    return [(line["article"]["id"], line["speaker"]["name"], line["extractor_version"]) for line in lines]


def test_dry_run_says_what_would_change_and_changes_nothing(store_url: str) -> None:
    store_as_an_old_version_did(store_url, 3)
    before = list_quotes(store_url)
    done = command_on(store_url)("reextract", "--dry-run")
    assert (done.returncode, done.stderr) == (0, b"")
    *differences, summary = done.stdout.decode().splitlines()
    assert summary == "3 articles read, 3 would change; quotes: 3 added, 0 removed, 0 changed"
    assert len(differences) == 3
    assert re.fullmatch(r"\+ old-\d: “They must,?” John Smith, direct, \w+", differences[0])
    assert list_quotes(store_url) == before


def test_articles_are_read_anew_once(store_url: str) -> None:
    store_as_an_old_version_did(store_url, 3)
    quotes = command_on(store_url)
    summary = quotes("reextract").stdout.decode().splitlines()[-1]
    assert summary == "3 articles read, 3 changed; quotes: 3 added, 0 removed, 0 changed"
    found = list_quotes(store_url)
    assert sorted({name for _, name, _ in found}) == ["Jane Doe", "John Smith"]
    assert {version for *_, version in found} == {EXTRACTOR_VERSION}
    again = quotes("reextract").stdout.decode()
    assert again == "0 articles read, 0 changed; quotes: 0 added, 0 removed, 0 changed\n"
    every = quotes("reextract", "--all").stdout.decode()
    assert every == "3 articles read, 0 changed; quotes: 0 added, 0 removed, 0 changed\n"


def test_what_is_told_is_added_and_shown_without_marks(store_url: str) -> None:
    text = "“We will not move,” said Jane Doe. She said the bridge was shut."
    store = Store(store_url)
    store.upgrade()
    store.save_article(Article(text, id="a"), extract(text), extractor_version="0-old")
    store.close()
    difference, summary = command_on(store_url)("reextract").stdout.decode().splitlines()
    assert difference == "+ a: the bridge was shut Jane Doe, indirect, name_said_clause"
    assert summary == "1 articles read, 1 changed; quotes: 1 added, 0 removed, 0 changed"


def test_corrections_outlive_it(store_url: str) -> None:
    store_as_an_old_version_did(store_url, 1)
    quotes = command_on(store_url)
    [quote] = decode(quotes("export").stdout)
    store = Store(store_url)
    store.correct_quote(quote["id"], QuoteChange("not a quote", rejected=True))
    store.close()
    assert quotes("reextract").returncode == 0
    assert [line["speaker"]["name"] for line in decode(quotes("export").stdout)] == ["John Smith"]


def test_stopped_in_the_middle_it_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    store_as_an_old_version_did(url, 400)
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    command = [QUOTES, "reextract"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # a batch is saved before its first line is printed
        process.kill()
    done = command_on(url)("reextract")
    match = re.match(r"(\d+) articles read", done.stdout.decode().splitlines()[-1])
    assert match is not None
    assert 0 <= int(match[1]) < 400
    assert {version for *_, version in list_quotes(url)} == {EXTRACTOR_VERSION}
    assert len(list_quotes(url)) == 800


def test_backup_of_a_store_in_use_is_whole_and_is_restored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    store_as_an_old_version_did(url, 3)
    with running_service(url, WORKERS="1") as service:
        assert service.post("/v1/articles", {"id": "new", "text": TEXT}).status == 201
        assert command_on(url)("backup", tmp_path / "backup.db").returncode == 0
        assert service.post("/v1/articles", {"id": "later", "text": TEXT}).status == 201
    with sqlite3.connect(tmp_path / "backup.db") as backup:
        assert backup.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    # As in docs/operations.md: stop the service, then replace the store and its two companions by the file.
    for leftover in tmp_path.glob("quotes.db*"):
        leftover.unlink()
    shutil.copy(tmp_path / "backup.db", tmp_path / "quotes.db")
    with running_service(url, WORKERS="1") as service:
        assert service.get("/readyz").status == 200
        assert len(service.get("/v1/articles").json["items"]) == 4
        assert len(service.get("/v1/quotes?speaker=smith").json["items"]) == 1
        assert service.post("/v1/articles", {"id": "later", "text": TEXT}).status == 201


def test_backup_overwrites_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    store_as_an_old_version_did(url, 1)
    (tmp_path / "there").write_text("precious")
    for target in (tmp_path / "there", tmp_path / "quotes.db", tmp_path / "none" / "backup.db"):
        done = command_on(url)("backup", target)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "there").read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_postgresql_has_its_own_backup(store_url: str, tmp_path: Path) -> None:
    Store(store_url).upgrade()
    done = command_on(store_url)("backup", tmp_path / "backup.db")
    assert done.returncode == 1
    assert b"pg_dump" in done.stderr
