"""`quotes export --parquet`: a file a month, whole or not at all, with the quotes that the store has."""

import random
import subprocess
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.extractor import Span
from service.formats import parquet_by_month as months
from service.formats.parquet_by_month import Month, find_month, is_within, write_months
from service.store import ArticleReference, QuoteFilter, QuoteRecord, Store
from tests.cli.test_extract import QUOTES
from tests.cli.test_store import Run, command_on
from tests.duckdb_rows import ask_duckdb
from tests.store.build import day, quote, save

UNDATED = "year=__HIVE_DEFAULT_PARTITION__/month=__HIVE_DEFAULT_PARTITION__/quotes.parquet"
Quoted = tuple[Month, str]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with quotes of three months and, among them in every list, one without a date."""
    opened = Store(f"sqlite:///{tmp_path}/quotes.db")
    opened.upgrade()
    save(opened, "later", quote("It is later."), published_at=datetime.max.replace(tzinfo=UTC))
    save(opened, "undated", quote("Nobody knows when."), quote("Nor do I.", 40, speaker=None))
    last_hour = datetime.fromisoformat("2024-04-01T01:00:00+02:00")  # of March, in UTC
    save(opened, "march", quote("It is March."), quote("Still March.", 40), published_at=last_hour)
    save(opened, "february", quote("It is cold."), published_at=day("2024-02-01"))
    yield opened
    opened.close()


@pytest.fixture
def quotes(store: Store, tmp_path: Path) -> Run:
    del store
    return command_on(f"sqlite:///{tmp_path}/quotes.db")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exported"


def list_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def read_by_pyarrow(folder: Path) -> list[Quoted]:
    """The months and ids of quotes, in the order of the files."""
    # Types are found where there is a month at all.
    types = pyarrow.schema({"year": pyarrow.int32(), "month": pyarrow.int32()})
    hive = pyarrow.dataset.partitioning(types, flavor="hive")
    rows = pyarrow.dataset.dataset(folder, partitioning=hive).to_table(columns=["year", "month", "id"])
    return [(row["year"] and (row["year"], row["month"]), row["id"]) for row in rows.to_pylist()]


def read_by_duckdb(folder: Path) -> list[Quoted]:
    types = "{'year': INTEGER, 'month': INTEGER}"
    rows = ask_duckdb(
        folder, f"SELECT year, month, id FROM read_parquet('*/*/*.parquet', hive_types = {types})"
    )
    return [(row[0] and (row[0], row[1]), row[2]) for row in rows]


def read_by_store(store: Store, wanted: QuoteFilter | None = None) -> list[Quoted]:
    found = store.stream_quotes(wanted or QuoteFilter())
    return [(find_month(each.article.published_at), each.id) for each in found]


def in_any_order(read: Iterable[Quoted]) -> list[Quoted]:
    return sorted(read, key=lambda each: (each[0] or (0, 0), each[1]))


def test_each_month_has_its_file_in_the_columns_of_the_csv(store: Store, quotes: Run, folder: Path) -> None:
    done = quotes("export", "--parquet", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    dated = {f"year={place}/quotes.parquet" for place in ("9999/month=12", "2024/month=03", "2024/month=02")}
    assert list_files(folder) == {*dated, UNDATED}
    expected = in_any_order(read_by_store(store))
    assert in_any_order(read_by_pyarrow(folder)) == in_any_order(read_by_duckdb(folder)) == expected
    whole = folder.parent / "quotes.parquet"
    quotes("export", "--format", "parquet", "--output", whole)
    # Without the folder's name as a column.
    march = pyarrow.parquet.ParquetFile(folder / "year=2024/month=03/quotes.parquet").read()
    assert march == pyarrow.parquet.ParquetFile(whole).read().slice(3, 2)


def test_run_again_leaves_what_the_store_holds_and_what_is_not_its_own(
    store: Store, quotes: Run, folder: Path
) -> None:
    quotes("export", "--parquet", folder)
    others = ("notes.txt", "year=2024/month=02/notes.txt", "year=2024/month=3/quotes.parquet")
    for name in others:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("mine")
    left = folder / f"year=2024/month=03/.quotes-{uuid4().hex}.partial"
    left.write_bytes(b"PAR1")
    for article in ("later", "february", "undated"):
        store.delete_article(article)
    save(store, "new", quote("It is March again."), published_at=day("2024-03-02"))
    assert quotes("export", "--parquet", folder).returncode == 0
    assert list_files(folder) == {*others, "year=2024/month=03/quotes.parquet"}
    assert not (folder / "year=9999").exists()
    renewed = pyarrow.parquet.ParquetFile(folder / "year=2024/month=03/quotes.parquet")
    assert renewed.read(["id"])["id"].to_pylist() == [each for _, each in read_by_store(store)]


def test_dates_renew_their_months_alone(store: Store, quotes: Run, folder: Path) -> None:
    quotes("export", "--parquet", folder)
    before = read_by_pyarrow(folder)
    for article in ("later", "march", "february", "undated"):
        store.delete_article(article)
    save(store, "new", quote("It is March again."), published_at=day("2024-03-02"))
    save(store, "newer", quote("It is April."), published_at=day("2024-04-02"))
    assert quotes("export", "--parquet", folder, "--from", "2024-02-01", "--to", "2024-03-31").returncode == 0
    kept = [each for each in before if each[0] not in ((2024, 2), (2024, 3))]
    march = read_by_store(store, QuoteFilter(to=day("2024-03-31")))
    assert len(march) == 1
    assert in_any_order(read_by_pyarrow(folder)) == in_any_order([*kept, *march])


def test_conditions_hold_of_exports_and_searches(store: Store, quotes: Run, folder: Path) -> None:
    quotes("export", "--parquet", folder, "--q", "march", "--speaker", "doe")
    assert {month for month, _ in read_by_pyarrow(folder)} == {(2024, 3)}
    dates = ("--from", "2024-02-01T12:00Z", "--to", "2024-03-30")
    for command in (("export",), ("search", "--json")):
        lines = quotes(*command, *dates).stdout.splitlines()
        [(_, found)] = read_by_store(store, QuoteFilter(q="cold"))
        assert [found in line.decode() for line in lines] == [True]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from", "2024"), b"must be a date"),
        (("--from", "2024-03-02", "--to", "2024-03-01"), b"must not be after --to, which is 2024-03-01T23"),
        (("--parquet", "x", "--format", "csv"), b"--parquet takes neither"),
        (("--parquet", "x", "--output", "y"), b"--parquet takes neither"),
        (("--format", "annotation", "--from", "2024-03-02"), b"takes no conditions"),
    ],
)
def test_senseless_options_are_refused(quotes: Run, options: tuple[str, ...], message: bytes) -> None:
    done = quotes("export", *options)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr


def test_disk_that_fails_leaves_whole_files_and_one_line(store: Store, quotes: Run, folder: Path) -> None:
    quotes("export", "--parquet", folder)
    before = in_any_order(read_by_pyarrow(folder))
    chance = random.Random(1)
    large = [quote(chance.randbytes(1_000).hex(), place * 3_000) for place in range(200)]
    save(store, "march", *large, published_at=day("2024-03-31"), version="2")
    limited = f"ulimit -f 64; exec {QUOTES} export --parquet {folder}"
    done = subprocess.run(
        ["bash", "-c", limited],
        capture_output=True,
        check=False,
        timeout=60,
        # Compiled modules are files too, and would be left cut off for all who import them.
        env={"DATABASE_URL": f"sqlite:///{folder.parent}/quotes.db", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: ")
    assert len(done.stderr.splitlines()) == 1
    assert in_any_order(read_by_pyarrow(folder)) == before
    assert not list(folder.rglob(".*"))


def test_folder_that_cannot_be_made_is_said_in_one_line(quotes: Run, folder: Path) -> None:
    folder.write_text("a file")
    for place in (folder, folder / "inside"):
        done = quotes("export", "--parquet", place)
        assert done.returncode in (1, 2)
        assert done.stderr.splitlines()[-1].startswith(b"Error: ")
        assert b"Traceback" not in done.stderr


def test_export_that_is_cut_off_is_not_seen_by_readers(folder: Path) -> None:
    moments = [datetime(2024, month, 5, tzinfo=UTC) for month in (3, 3, 2, 2)]
    write_months(build_quotes(moments), folder)
    before = in_any_order(read_by_pyarrow(folder))

    def cut_off() -> Iterator[QuoteRecord]:
        yield from build_quotes([*moments[:2], datetime(2024, 2, 9, tzinfo=UTC)])
        assert list(folder.rglob(".quotes-*.partial"))
        assert in_any_order(read_by_pyarrow(folder)) == in_any_order(read_by_duckdb(folder)) == before
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_months(cut_off(), folder)
    assert in_any_order(read_by_pyarrow(folder)) == before
    assert not list(folder.rglob(".*"))


def build_quotes(moments: Iterable[datetime | None]) -> Iterator[QuoteRecord]:
    """Quotes of articles of these dates, numbered."""
    for number, moment in enumerate(moments):
        parts: dict[str, Any] = dict.fromkeys(QuoteRecord.__slots__)
        parts |= {"id": f"q{number}", "text": "Yes.", "kind": "direct", "segments": (Span(1, 5, "Yes."),)}
        parts |= {"article": ArticleReference("a1", None, None, None, moment)}
        yield QuoteRecord(**parts)


MONTHS = st.datetimes(datetime(2023, 11, 1), datetime(2024, 2, 28), timezones=st.just(UTC))


@settings(max_examples=40, deadline=None)
@given(
    first=st.lists(MONTHS | st.none(), max_size=12),
    second=st.lists(MONTHS | st.none(), max_size=12),
    from_=MONTHS | st.none(),
    to=MONTHS | st.none(),
)
def test_folder_holds_what_was_exported_last_for_each_month(
    first: list[datetime | None], second: list[datetime | None], from_: datetime | None, to: datetime | None
) -> None:
    def put_in_order(moments: list[datetime | None]) -> list[datetime | None]:
        """Those that have a date from the newest to the oldest; the others stay where they are."""
        dated = iter(sorted((moment for moment in moments if moment), reverse=True))
        return [moment and next(dated) for moment in moments]

    bounds = find_month(from_), find_month(to)
    expected: list[Quoted] = []
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(months, "ROWS_AT_ONCE", 3)
        folder = Path(name)
        for moments, limits in ((put_in_order(first), (None, None)), (put_in_order(second), (from_, to))):
            write_months(build_quotes(moments), folder, *limits)
            now = [(find_month(moment), f"q{number}") for number, moment in enumerate(moments)]
            held = (None, None) if limits == (None, None) else bounds
            expected = [each for each in expected if not is_within(each[0], *held)]
            expected += [each for each in now if is_within(each[0], *held)]
        by_month: dict[Month, list[str]] = {}
        for month, quote_id in read_by_pyarrow(folder) if expected else ():
            by_month.setdefault(month, []).append(quote_id)
        wanted: dict[Month, list[str]] = {}
        for month, quote_id in expected:
            wanted.setdefault(month, []).append(quote_id)
        assert by_month == wanted
        assert len(list_files(folder)) == len(wanted)
        for path in folder.rglob("*.parquet"):
            groups = pyarrow.parquet.ParquetFile(path).metadata
            assert all(groups.row_group(place).num_rows <= 3 for place in range(groups.num_row_groups))
