"""Files of articles: which are found, and that shards hold each of their lines once, however they are cut."""

import gzip
import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.files.sources import (
    Cut,
    Line,
    UnreadableSource,
    find_sources,
    read_shards,
    read_source,
    strip_suffix,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".ndjson": bytes,
    ".ndjson.gz": gzip.compress,
    ".ndjson.zst": zstd.compress,
}
CONTENTS = st.lists(
    st.sampled_from([b"", b" ", b"{}", b"x" * 40, b"long" * 200, b"\xef\xbb\xbf"]), max_size=30
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sources")


def nothing_done(_number: int) -> bool:
    return False


def read_in_shards(path: Path, shard_bytes: int, parts: int) -> dict[int, list[Line]]:
    """What all parts together give, each shard read whole before the next."""
    found: dict[int, list[Line]] = {}
    for part in range(parts):
        for number, lines in read_shards(str(path), Cut(shard_bytes, part, parts, nothing_done)):
            assert number not in found
            assert number % parts == part
            found[number] = list(lines)
    return found


def contents(lines: Iterator[Line] | list[Line]) -> list[bytes]:
    return [line.content for line in lines]


@pytest.mark.parametrize("suffix", PACK)
@given(lines=CONTENTS, ends_open=st.booleans(), shard_bytes=st.integers(1, 300), parts=st.integers(1, 5))
def test_shards_hold_each_line_once_and_in_order(
    folder: Path, suffix: str, lines: list[bytes], ends_open: bool, shard_bytes: int, parts: int
) -> None:
    plain = b"\n".join(lines) + (b"" if ends_open else b"\n")
    path = folder / f"lines{suffix}"
    path.write_bytes(PACK[suffix](plain))
    shards = read_in_shards(path, shard_bytes, parts)
    together = [line for number in sorted(shards) for line in shards[number]]
    assert contents(together) == contents(read_source(str(path)))
    for number, some in shards.items():
        for line in some:
            offset = line.place.number
            assert offset // shard_bytes == number
            assert (
                plain[offset:].removeprefix(b"\xef\xbb\xbf" if offset == 0 else b"").startswith(line.content)
            )


@given(
    rows=st.integers(0, 60),
    group=st.integers(1, 40),
    shard_bytes=st.integers(1, 4_000),
    parts=st.integers(1, 5),
)
def test_shards_hold_each_row_once_and_in_order(
    folder: Path, rows: int, group: int, shard_bytes: int, parts: int
) -> None:
    path = folder / "rows.parquet"
    table = pyarrow.table({"id": range(rows), "text": [f"{row}" * (row % 7) for row in range(rows)]})
    pyarrow.parquet.write_table(table, path, row_group_size=group)
    shards = read_in_shards(path, shard_bytes, parts)
    together = [line for number in sorted(shards) for line in shards[number]]
    assert [json.loads(line.content)["id"] for line in together] == list(range(rows))
    assert [line.place.number for line in together] == list(range(rows))


def test_a_shard_that_is_done_is_passed_over(folder: Path) -> None:
    for suffix, pack in PACK.items():
        path = folder / f"done{suffix}"
        path.write_bytes(pack(b"{}\n" * 10))
        numbers = [number for number, _ in read_shards(str(path), Cut(6, 0, 1, lambda number: number != 3))]
        assert numbers == [3]


def test_rows_are_lines_with_the_fields_of_an_article(folder: Path) -> None:
    path = folder / "fields.parquet"
    columns: dict[str, Any] = {
        "id": [7],
        "text": pyarrow.array([b"\xe2\x80\x9cNo\xe2\x80\x9d"]),
        "published_at": [datetime(2025, 3, 1, 12, 0)],
        "title": pyarrow.array([None], pyarrow.string()),
        "url": [datetime(2025, 3, 1, tzinfo=UTC)],
        "source": [date(2025, 3, 1)],
        "views": [10],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    [line] = read_source(str(path))
    assert json.loads(line.content) == {
        "id": 7,
        "text": "“No”",
        "published_at": "2025-03-01T12:00:00Z",
        "url": "2025-03-01T00:00:00Z",
        "source": "2025-03-01",
    }


def test_a_row_that_is_no_text_is_a_line_without_one(folder: Path) -> None:
    path = folder / "bytes.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": [1, 2], "text": [b"\xff", b"a"]}), path)
    assert [json.loads(line.content) for line in read_source(str(path))] == [
        {"id": "1", "text": None},
        {"id": 2, "text": "a"},
    ]


def test_folders_give_their_files_of_articles_in_order(tmp_path: Path) -> None:
    for name in (
        "b/2.jsonl.zst",
        "a.ndjson",
        "b/1.NDJSON.gz",
        "c.parquet",
        "notes.txt",
        ".hidden/d.ndjson",
        "_e.ndjson",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "f.ndjson").write_bytes(b"")
    found = find_sources([str(tmp_path), str(tmp_path / "notes.txt")], leave_out=str(tmp_path / "out"))
    names = ["a.ndjson", "b/1.NDJSON.gz", "b/2.jsonl.zst", "c.parquet", "notes.txt"]
    assert [file.relative for file in found] == names
    assert [strip_suffix(name) for name in names] == ["a", "b/1", "b/2", "c", "notes.txt"]
    assert {file.size for file in found} == {1}


def test_addresses_give_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.ndjson", "sub/b.ndjson"):
        (tmp_path / name).write_bytes(b'{"id": 1}\n')
    by_path = find_sources([str(tmp_path)])
    by_address = find_sources([f"file://{tmp_path}"])
    assert [(file.relative, file.size) for file in by_path] == [
        (file.relative, file.size) for file in by_address
    ]
    assert [file.path for file in by_address] == [f"file://{file.path}" for file in by_path]
    assert contents(read_source(by_address[0].path)) == [b'{"id": 1}']


def write_parquet_without_text(path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"body": ["a"]}), path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.ndjson.gz", b"no gzip", "Not a gzipped file"),
        ("a.ndjson.gz", gzip.compress(b"{}\n" * 1000, mtime=0)[:-9], "ended before the end-of-stream"),
        ("a.ndjson.zst", b"no zstd, whatever", "nknown|agic|ecompress"),
        ("a.ndjson.zst", zstd.compress(b"{}\n" * 1000)[:-3], "ended before the end"),
        ("a.parquet", b"no parquet", "Parquet"),
        ("a.parquet", None, "has no column `text`"),
        ("missing.ndjson", None, "No such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    elif name == "a.parquet":
        write_parquet_without_text(path)
    for read in (lambda: list(read_source(str(path))), lambda: read_in_shards(path, 1000, 1)):
        with pytest.raises(UnreadableSource, match=reason) as raised:
            read()
        assert str(raised.value).startswith(f"{path}: ")


def test_a_spoilt_page_of_parquet_is_told_of(tmp_path: Path) -> None:
    target = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a" * 5_000]}), target, compression="zstd")
    spoilt = bytearray(target.getvalue())
    spoilt[4:60] = bytes(56)
    path = tmp_path / "spoilt.parquet"
    path.write_bytes(spoilt)
    with pytest.raises(UnreadableSource, match=r"spoilt\.parquet: "):
        read_in_shards(path, 10_000, 1)
