"""What was extracted goes into the store as if it were extracted there: `quotes load` of Parquet."""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from service.extractor import EXTRACTOR_VERSION
from service.files.extracted_columns import SCHEMA, describe_failed
from service.store import PageRequest, QuoteFilter, Store
from tests.api.packing import PACKERS
from tests.archive.extracted import (
    extract_rows,
    make_articles,
    read_seeds,
    write_lines,
    write_shard,
)
from tests.cli.test_extract import QUOTES
from tests.cli.test_store import command_on, summary

DEADLINE_SECONDS = 60
SPEAKERS = PageRequest(10_000)


@pytest.fixture
def empty(store_url: str) -> str:
    prepare(store_url)
    return store_url


def prepare(url: str) -> str:
    with_store(url, Store.upgrade)
    return url


def with_store(url: str, ask: Callable[[Store], Any]) -> Any:
    store = Store(url)
    try:
        return ask(store)
    finally:
        store.close()


def describe(url: str) -> Any:
    """All that people see of a store, in an order of its own."""

    def read(store: Store) -> Any:
        quotes = sorted(store.stream_quotes(QuoteFilter(kind="any")), key=lambda one: one.id)
        return quotes, store.list_speakers(None, SPEAKERS).items, store.stats()

    return with_store(url, read)


def load(url: str, *arguments: str | Path) -> str:
    done = command_on(url)("load", *arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    return summary(done)


def other_store(tmp_path: Path) -> str:
    return prepare(f"sqlite:///{tmp_path}/other.db")


def test_extracted_articles_are_stored_as_if_they_were_extracted_here(empty: str, tmp_path: Path) -> None:
    articles = [*read_seeds(), *make_articles(40)]
    shards = tmp_path / "shards"
    shards.mkdir()
    write_shard(shards / "one.parquet", extract_rows(articles[:30]), group=7)
    write_shard(shards / "two.parquet", extract_rows(articles[30:]))
    (shards / "_SUCCESS.parquet").write_bytes(b"")
    first, again = load(empty, shards), load(empty, shards)
    assert first.endswith("52 created, 0 replaced, 0 unchanged; 0 failed")
    assert again.endswith("0 created, 0 replaced, 52 unchanged; 0 failed")
    other = other_store(tmp_path)
    load(other, write_lines(tmp_path / "articles.ndjson", articles))
    assert describe(empty) == describe(other)


@pytest.mark.parametrize("form", ["parquet", "ndjson"])
def test_processes_and_order_make_no_difference(empty: str, tmp_path: Path, form: str) -> None:
    articles = make_articles(240)
    paths = []
    for place in range(3):
        some, path = articles[place::3], tmp_path / f"part-{place}.{form}"
        if form == "parquet":
            paths.append(write_shard(path, extract_rows(some), group=50))
        else:
            paths.append(write_lines(path, some))
    done = load(empty, "--workers", "2", *paths)
    assert done.endswith("240 created, 0 replaced, 0 unchanged; 0 failed")
    other = other_store(tmp_path)
    load(other, *reversed(paths))
    assert describe(empty) == describe(other)


@pytest.mark.parametrize("workers", ["2"])
def test_a_load_that_was_killed_is_made_whole(empty: str, tmp_path: Path, workers: str) -> None:
    some = extract_rows(make_articles(35))
    rows = [{**row, "id": f"{row['id']}-{copy}"} for row in some for copy in range(30)]
    for place in range(4):
        write_shard(tmp_path / f"{place}.parquet", rows[place::4], group=500)
    environment = {**os.environ, "DATABASE_URL": empty}
    command: list[str | Path] = [QUOTES, "load", "--workers", workers, tmp_path]
    with subprocess.Popen(command, env=environment, start_new_session=True) as process:
        wait_until(lambda: with_store(empty, Store.stats).articles > 0)
        process.kill()
    wait_until(lambda: not is_running(process.pid))
    assert 0 < with_store(empty, Store.stats).articles < len(rows)
    load(empty, "--workers", workers, tmp_path)
    other = other_store(tmp_path)
    load(other, tmp_path)
    assert describe(empty) == describe(other)


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.005)


def is_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_old_shard_does_not_undo_what_the_extractor_of_today_has_read(empty: str, tmp_path: Path) -> None:
    articles = make_articles(3)
    old = write_shard(tmp_path / "old.parquet", extract_rows(articles, f"{EXTRACTOR_VERSION}:direct,mixed"))
    new = write_shard(tmp_path / "new.parquet", extract_rows(articles))
    assert load(empty, old).endswith("3 created, 0 replaced, 0 unchanged; 0 failed")
    assert load(empty, old).endswith("0 created, 0 replaced, 3 unchanged; 0 failed")
    assert load(empty, new).endswith("0 created, 3 replaced, 0 unchanged; 0 failed")
    assert load(empty, old).endswith("0 created, 0 replaced, 3 unchanged; 0 failed")
    assert {one.extractor_version for one in describe(empty)[0]} == {EXTRACTOR_VERSION}


def test_a_shard_of_some_kinds_alone_is_due_to_be_read_anew(empty: str, tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "articles.ndjson", make_articles(2))
    run = command_on(empty)
    assert run("extract", lines, "--output", tmp_path / "out", "--format", "parquet").returncode == 0
    load(empty, tmp_path / "out")
    assert {one.kind for one in describe(empty)[0]} == {"direct", "mixed"}
    assert run("reextract").returncode == 0
    assert {one.kind for one in describe(empty)[0]} == {"direct", "mixed", "indirect"}


def test_each_spoilt_file_and_row_is_named_and_the_rest_is_loaded(empty: str, tmp_path: Path) -> None:
    rows = extract_rows(make_articles(4))
    rows[1]["quotes"][1]["segments"][0]["end"] += 1
    rows[2] = describe_failed("a2", "in.ndjson", "byte 120", "text", "is \x1b[31mmissing")
    whole = write_shard(tmp_path / "c.parquet", rows).read_bytes()
    (tmp_path / "a.parquet").write_bytes(b"no Parquet at all")
    (tmp_path / "b.parquet").write_bytes(whole[: len(whole) // 2])
    pyarrow.parquet.write_table(pyarrow.table({"body": ["“Who?” asked Ann Lee."]}), tmp_path / "d.parquet")
    for workers in ("1", "2"):
        done = command_on(empty)("load", "--workers", workers, tmp_path)
        assert done.returncode == 1
        assert summary(done).endswith("5 failed")
        said = [line.removeprefix(f"{tmp_path}/") for line in done.stderr.decode().splitlines()]
        assert [line.split(":")[0] for line in said] == [
            "a.parquet",
            "b.parquet",
            "c.parquet row 1",
            "c.parquet row 2",
            "d.parquet",
        ]
        assert "quotes[1].segments[0]: does not have the words" in said[2]
        assert said[3].endswith("text: was not extracted from in.ndjson byte 120: is \\x1b[31mmissing")
        assert "no column `text`" in said[4]
    assert with_store(empty, Store.stats).articles == 2


def test_columns_may_come_in_any_order_and_with_others(empty: str, tmp_path: Path) -> None:
    rows = extract_rows(make_articles(2), "0-old")
    table = pyarrow.Table.from_pylist(rows, SCHEMA)
    table = table.select(sorted(SCHEMA.names)).append_column("day", pyarrow.array([1, 2]))
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    load(empty, tmp_path)
    assert {one.extractor_version for one in describe(empty)[0]} == {"0-old"}


def test_articles_of_other_files_are_extracted(empty: str, tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "all.ndjson", make_articles(4)).read_bytes().splitlines(keepends=True)
    (tmp_path / "all.ndjson").unlink()
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(lines[0]))
    (tmp_path / "b.jsonl.zst").write_bytes(PACKERS["zstd"](lines[1]))
    (tmp_path / "broken.ndjson.gz").write_bytes(gzip.compress(lines[2] * 1_000)[:-20])
    plain = [{**one, "views": 3} for one in make_articles(4)[3:]]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(plain), tmp_path / "c.parquet")
    done = command_on(empty)("load", tmp_path)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert "broken.ndjson.gz: cannot be read: " in done.stderr.decode()
    found = {one.article.id for one in describe(empty)[0]}
    assert found == {"a0", "a1", "a2", "a3"}


def test_without_pyarrow_one_line_says_what_is_missing(empty: str, tmp_path: Path) -> None:
    path = write_shard(tmp_path / "a.parquet", extract_rows(make_articles(1)))
    code = "import sys; sys.modules['pyarrow'] = None; from service.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "load", path],
        capture_output=True,
        check=False,
        env={**os.environ, "DATABASE_URL": empty},
    )
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert "pip install pyarrow, or '.[parquet]'" in done.stderr.decode()


def test_a_worker_that_is_killed_ends_the_load_with_one_line(tmp_path: Path) -> None:
    url = other_store(tmp_path)
    articles = make_articles(20_000)
    command: list[str | Path] = [
        QUOTES,
        "load",
        "--workers",
        "2",
        write_lines(tmp_path / "a.ndjson", articles),
    ]
    environment = {**os.environ, "DATABASE_URL": url}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_until(lambda: with_store(url, Store.stats).articles > 0)
        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
        assert process.stderr is not None
        said = process.stderr.read().decode()
        assert process.wait(DEADLINE_SECONDS) == 1
    assert said.splitlines()[-1].endswith("the same command continues")
    assert "Traceback" not in said
