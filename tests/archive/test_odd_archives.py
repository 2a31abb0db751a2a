"""Archives as they are found: names of any bytes, ids of any depth, rows that Python cannot have."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from service.archive.lines import ExtractionOptions
from service.archive.plan import tidy
from service.archive.shards import Job, write_shard
from service.extractor.version import extractor_version
from service.files.paths import LocalFiles, write_aside
from service.files.sources import Line, Place, read_source
from tests.archive.running import list_shards, run, write_articles

SAID = "“Why should we move?” asked Jane Doe."
NOBODY = 65_534


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_a_name_may_be_no_utf8(tmp_path: Path, form: str) -> None:
    folder = os.fsencode(tmp_path / "archive")
    os.mkdir(folder)
    path = folder + b"/caf\xe9.ndjson"
    with open(path, "w", encoding="utf8") as stream:
        stream.write(json.dumps({"id": "a", "text": SAID}) + "\n{}\n")
    options = ("extract", tmp_path / "archive", "--output", tmp_path / "shards", "--format", form)
    for written, kept in ((1, 0), (0, 1)):
        done = run(*options)
        assert f"{written} shards written, {kept} were there\n" in done.stdout, done.stderr
    assert os.listdir(os.fsencode(tmp_path / "shards"))
    printed = run("extract", tmp_path / "archive").stdout.splitlines()
    assert json.loads(printed[1])["error"]["source"].endswith(r"/caf\xe9.ndjson")


def test_a_name_or_a_record_cannot_write_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\nError: none.parquet"
    path.write_bytes(b"")
    for command in (("extract", path), ("extract", path, "--output", tmp_path / "shards")):
        done = run(*command)
        assert r"a\x1b[31m\nError: none.parquet: Parquet file size is 0 bytes" in done.stderr
    record = tmp_path / "shards" / "_extraction.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "kinds": "\x1b[31m"}))
    done = run("extract", path, "--output", tmp_path / "shards")
    assert r"kinds was \x1b[31m, not" in done.stderr


@pytest.mark.parametrize("text", [SAID, None])
def test_an_id_that_is_nested_too_deeply_is_one_bad_line(tmp_path: Path, text: str | None) -> None:
    deep = "[" * 400 + "]" * 400
    given = f'{{"id": {deep}, "text": {json.dumps(text)}}}\n{{"id": [1], "text": "a"}}\n'
    (tmp_path / "a.ndjson").write_text(given)
    done = run("extract", tmp_path / "a.ndjson")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (1, "")
    assert (first["id"], first["error"]["field"]) == (None, "text" if text is None else "id")
    assert second == {"id": [1], "quotes": []}


@pytest.mark.parametrize(
    "change",
    [
        {"shard_bytes": "x"},
        {"shard_bytes": -5},
        {"shard_bytes": 0},
        {"shard_bytes": 1.5},
        {"shard_bytes": True},
        {"sources": {"a.ndjson": "\x1b"}},
        {"sources": []},
    ],
)
def test_a_spoilt_record_is_named(tmp_path: Path, change: dict[str, Any]) -> None:
    write_articles(tmp_path / "a.ndjson", 1)
    command = ("extract", tmp_path / "a.ndjson", "--output", tmp_path / "shards")
    run(*command)
    record = tmp_path / "shards" / "_extraction.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), **change}))
    done = run(*command)
    assert (done.returncode, done.stderr) == (1, f"Error: {record} was not written by extraction\n")


def test_workers_write_all_that_was_read_before_a_file_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    lines = "".join(json.dumps({"id": place, "text": "word " * 200}) + "\n" for place in range(1_500))
    path.write_bytes(gzip.compress(lines.encode())[:-9])
    alone, several = (run("extract", path, "--workers", number) for number in ("1", "2"))
    assert several.stdout == alone.stdout
    assert len(alone.stdout.splitlines()) > 1_000
    assert several.stderr == alone.stderr
    assert (several.returncode, alone.stderr.count(str(path))) == (1, 1)


@pytest.mark.skipif(os.getuid() != 0, reason="nobody else can be")
@pytest.mark.parametrize("command", ["extract", "load"])
def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path, command: str) -> None:
    write_articles(tmp_path / "closed" / "a.ndjson", 1)
    tmp_path.chmod(0o755)
    (tmp_path / "closed").chmod(0)
    module = {"extract": "service.files.sources", "load": "service.files.pieces"}[command]
    code = (
        f"import os, pathlib; from {module} import find_sources; os.chroot({str(tmp_path)!r});"
        f"os.setuid({NOBODY}); list(find_sources([{'pathlib.Path' if command == 'load' else 'str'}('/')]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.endswith("PermissionError: [Errno 13] Permission denied: '/closed'\n")


def test_shards_are_no_sources_by_whatever_link_the_folder_is_called(tmp_path: Path) -> None:
    write_articles(tmp_path / "archive" / "a.ndjson", 1)
    (tmp_path / "link").symlink_to(tmp_path / "archive")
    for path, output in (("archive", "link/out"), ("link", "archive/out")):
        done = run("extract", tmp_path / path, "--output", tmp_path / output)
        assert done.returncode == 0, done.stdout
    assert len(list_shards(tmp_path / "archive" / "out")) == 1


def test_a_file_in_the_folder_of_shards_is_refused(tmp_path: Path) -> None:
    write_articles(tmp_path / "a.ndjson", 1)
    write_articles(tmp_path / "b" / "b.ndjson", 1)
    done = run("extract", "a.ndjson", "b", "--output", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "a.ndjson is in ., which is only for shards" in done.stderr


def test_standard_input_is_read_by_itself(tmp_path: Path) -> None:
    write_articles(tmp_path / "a.ndjson", 1)
    done = run("extract", tmp_path / "a.ndjson", "-")
    assert done.returncode == 2
    assert "standard input (-) is read by itself" in done.stderr


def test_a_cell_that_python_cannot_have_costs_its_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pyarrow.array([b"a", b"\xff\xfe", b"c"])
    columns = {
        "text": pyarrow.StringArray.from_buffers(3, *texts.buffers()[1:]),
        "published_at": pyarrow.array([0, 0, 2**62], pyarrow.timestamp("us")),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    assert [json.loads(line.content) for line in read_source(str(path))] == [
        {"text": "a", "published_at": "1970-01-01T00:00:00Z"},
        {"text": [], "published_at": "1970-01-01T00:00:00Z"},
        {"text": "c", "published_at": []},
    ]


def test_moments_may_have_nanoseconds_and_zones_of_any_name(tmp_path: Path) -> None:
    for kind in (pyarrow.timestamp("ns"), pyarrow.timestamp("ns", "Mars/Olympus")):
        path = tmp_path / "a.parquet"
        columns = {"text": ["a"], "published_at": pyarrow.array([1_577_836_800_000_000_001], kind)}
        pyarrow.parquet.write_table(pyarrow.table(columns), path)
        [line] = read_source(str(path))
        assert json.loads(line.content)["published_at"] == "2020-01-01T00:00:00Z"


def test_an_id_that_is_true_is_no_number(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text('{"id": true, "text": "a"}\n{"id": 1, "text": "a"}\n')
    run("extract", tmp_path / "a.ndjson", "--output", tmp_path / "shards", "--format", "parquet")
    [shard] = list_shards(tmp_path / "shards")
    bad, good = pyarrow.parquet.read_table(shard).to_pylist()
    assert (bad["error"]["field"], good["id"]) == ("id", "1")


def test_tidying_leaves_what_another_run_is_writing(tmp_path: Path) -> None:
    files, path = LocalFiles(), str(tmp_path / "a-00000.ndjson")
    with write_aside(files, path) as target:
        target.write(b"x")
        tidy(str(tmp_path))
    assert Path(path).read_bytes() == b"x"
    (tmp_path / f".a-00000.ndjson.{'0' * 32}.part").write_bytes(b"y")
    tidy(str(tmp_path))
    assert os.listdir(tmp_path) == ["a-00000.ndjson"]


def test_a_shard_that_another_run_has_written_meanwhile_is_kept(tmp_path: Path) -> None:
    job = Job(str(tmp_path), "ndjson", 1_000, ExtractionOptions(), extractor_version())
    path = tmp_path / "a-00000.ndjson"

    def read_while_another_ends() -> Any:
        yield Line(Place(None, "line", 1), b'{"text": "a"}')
        path.write_bytes(b"as here")
        tidy(str(tmp_path))

    outcome = write_shard(job, str(path), read_while_another_ends())
    assert (outcome.written, outcome.kept) == (0, 1)
    assert path.read_bytes() == b"as here"
