"""`quotes export` in every format, and what it says where pyarrow is not installed."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

from service.store import QuoteChange, Store
from tests.cli.test_extract import decode
from tests.cli.test_store import command_on

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of a few quotes."""
    folder = tmp_path_factory.mktemp("formats")
    (folder / "articles.ndjson").write_text(
        '{"id": "one", "text": "“=Why should we move?” asked Jane Doe.", "published_at": "2020-01-02"}\n'
        '{"id": "two", "text": "“Who will pay?” asked Ana Ruiz. “Nobody will,” she said."}\n'
    )
    run = command_on(f"sqlite:///{folder}/quotes.db")
    assert run("db", "upgrade").returncode == 0
    assert run("load", folder / "articles.ndjson").returncode == 0
    return folder


@pytest.fixture(scope="module")
def quotes(place: Path) -> Run:
    return command_on(f"sqlite:///{place}/quotes.db")


def test_csv_has_the_quotes_of_ndjson(quotes: Run) -> None:
    lines = decode(quotes("export").stdout)
    done = quotes("export", "--format", "csv")
    assert done.returncode == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert rows[-1]["text"] == "'=Why should we move?"


def test_parquet_has_the_quotes_of_ndjson_in_their_types(quotes: Run, tmp_path: Path) -> None:
    lines = decode(quotes("export").stdout)
    assert quotes("export", "--format", "parquet", "--output", tmp_path / "quotes.parquet").returncode == 0
    table = pyarrow.parquet.read_table(tmp_path / "quotes.parquet")
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert [row["text"] for row in rows] == [line["text"] for line in lines]
    assert rows[-1]["published_at"].isoformat() == "2020-01-02T00:00:00+00:00"
    assert rows[0]["published_at"] is None
    assert isinstance(rows[0]["confidence"], float)
    assert rows[0]["corrected"] is False


def test_rows_have_the_clause_around_a_mixed_quote(tmp_path: Path) -> None:
    article = tmp_path / "article.ndjson"
    article.write_text('{"id": "three", "text": "Cy Doe said the tide was “a thief” that night."}')
    run = command_on(f"sqlite:///{tmp_path}/quotes.db")
    run("db", "upgrade")
    run("load", article)
    table = pyarrow.parquet.read_table(io.BytesIO(run("export", "--format", "parquet").stdout))
    [row] = csv.DictReader(io.StringIO(run("export", "--format", "csv").stdout.decode(), newline=""))
    assert table["clause"].to_pylist() == [row["clause"]] == ["the tide was “a thief” that night"]


def test_parquet_goes_to_a_pipe_too(quotes: Run) -> None:
    done = quotes("export", "--format", "parquet", "--speaker", "ruiz")
    assert pyarrow.parquet.read_table(io.BytesIO(done.stdout)).num_rows == 2


@pytest.mark.parametrize("options", [("--format", "parquet", "--output"), ("--parquet",)])
def test_parquet_without_pyarrow_is_said_in_one_line(
    place: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    target = tmp_path / "quotes.parquet"
    code = """
import sys
sys.modules["pyarrow"] = None
from service.cli import main
sys.argv = ["quotes", "export", *sys.argv[1:]]
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *options, target],
        capture_output=True,
        check=False,
        timeout=60,
        env={"DATABASE_URL": f"sqlite:///{place}/quotes.db", "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.returncode == 1
    assert b"pip install pyarrow, or '.[parquet]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not target.exists()


@pytest.mark.parametrize(("form", "field"), [("citron", "text"), ("corenlp", "docId")])
def test_other_systems_get_a_document_an_article(quotes: Run, form: str, field: str) -> None:
    documents = decode(quotes("export", "--format", form).stdout)
    assert [len(document["quotes"]) for document in documents] == [2, 1]
    assert all(document[field] for document in documents)


def test_output_is_written_to_a_file(quotes: Run, tmp_path: Path) -> None:
    done = quotes("export", "--output", tmp_path / "quotes.ndjson")
    assert (done.returncode, done.stdout) == (0, b"")
    assert (tmp_path / "quotes.ndjson").read_bytes() == quotes("export").stdout


def test_file_that_cannot_be_written_is_said_in_one_line(quotes: Run, tmp_path: Path) -> None:
    done = quotes("export", "--output", tmp_path / "none" / "quotes.ndjson")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_annotation_is_of_corrected_articles(quotes: Run, place: Path) -> None:
    assert quotes("export", "--format", "annotation").stdout == b""
    store = Store(f"sqlite:///{place}/quotes.db")
    [first] = decode(quotes("search", "move", "--json").stdout)
    store.correct_quote(first["id"], QuoteChange("a test", rejected=True))
    [article] = decode(quotes("export", "--format", "annotation").stdout)
    store.withdraw_correction(first["id"])
    store.close()
    assert (article["id"], [one["kind"] for one in article["quotations"]]) == ("one", ["other"])
    done = quotes("export", "--format", "annotation", "--speaker", "doe")
    assert done.returncode == 2


def test_csv_for_excel_is_as_over_http(quotes: Run) -> None:
    done = quotes("export", "--format", "csv", "--excel")
    assert done.stdout.startswith("\ufeffid,".encode())
    refused = quotes("export", "--excel")
    assert refused.returncode == 2
    assert b"--excel is for --format csv" in refused.stderr
