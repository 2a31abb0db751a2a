"""`quotes extract --output`: shards, as a user makes them."""

import gzip
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

from service.extractor import EVERY_KIND, EXTRACTOR_VERSION, extract
from service.files.extracted_columns import SCHEMA, name_reading, read_extracted
from tests.archive.running import list_shards, measure_peak, read_folder, run, start, write_articles

SMALL = ("--shard-bytes", "20000")
DEADLINE = 60


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plain and a packed file, and one in another format."""
    folder = tmp_path_factory.mktemp("archive")
    write_articles(folder / "2019" / "jan.ndjson", 300)
    write_articles(folder / "feb.ndjson", 200, first=300)
    packed = folder / "2019" / "feb.ndjson.gz"
    packed.write_bytes(gzip.compress((folder / "feb.ndjson").read_bytes()))
    (folder / "feb.ndjson").unlink()
    return folder


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shards of the archive, written by one process without a stop."""
    output = tmp_path_factory.mktemp("whole") / "shards"
    done = run("extract", archive, "--output", output, *SMALL)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("505 articles with 3000 quotes, 5 failed; ")
    return output


def test_shards_hold_what_standard_output_would(archive: Path, whole: Path) -> None:
    shards = list_shards(whole)
    assert len([path for path in shards if path.name.startswith("jan-")]) > 5
    assert len([path for path in shards if path.name.startswith("feb-")]) > 5
    assert {path.parent.name for path in shards} == {"2019"}
    in_shards = b"".join(path.read_bytes() for path in shards).splitlines()
    printed = run("extract", archive)
    assert printed.returncode == 1
    for ours, theirs in zip(in_shards, printed.stdout.splitlines(), strict=True):
        one, other = json.loads(ours), json.loads(theirs)
        assert one.pop("error", {}).get("message") == other.pop("error", {}).get("message")
        assert one == other


def test_an_error_says_where_the_article_stands(archive: Path, whole: Path) -> None:
    source = archive / "2019" / "jan.ndjson"
    content = source.read_bytes()
    lines = [line for path in list_shards(whole) for line in path.read_bytes().splitlines()]
    errors = [error for line in lines if (error := json.loads(line).get("error"))]
    ours = [error for error in errors if error["source"] == str(source)]
    assert len(errors) == 5
    assert [content[error["byte"] :].split(b"\n")[0] for error in ours] == [
        b'{"id": "bad99"}',
        b'{"id": "bad199"}',
        b'{"id": "bad299"}',
    ]
    assert {(error["field"], error["message"]) for error in errors} == {("text", "is missing")}


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_several_workers_write_the_same_bytes(archive: Path, tmp_path: Path, form: str) -> None:
    folders = [tmp_path / "one", tmp_path / "three"]
    for folder, workers in zip(folders, ("1", "3"), strict=True):
        done = run("extract", archive, "--output", folder, "--workers", workers, "--format", form, *SMALL)
        assert (done.returncode, done.stderr) == (1, "")
    one, three = map(read_folder, folders)
    assert len(one) > 10
    assert one == three


def test_a_run_that_was_killed_goes_on_where_it_was(archive: Path, whole: Path, tmp_path: Path) -> None:
    output = tmp_path / "shards"
    command = ("extract", archive, "--output", output, "--workers", "2", *SMALL)
    running = start(*command)
    wait_for_shards(output, 2)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    before = {path: path.stat().st_mtime_ns for path in list_shards(output)}
    left = len(list_shards(whole)) - len(before)
    assert left > 0, "all was done before the kill"
    (output / "2019" / ".jan-00000.ndjson.0123456789abcdef.part").write_bytes(b"half a sh")

    done = run(*command)

    assert f"; {left} shards written, {len(before)} were there" in done.stdout
    assert read_folder(output) == read_folder(whole)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_an_interrupted_run_ends_at_once_and_leaves_whole_shards_alone(tmp_path: Path) -> None:
    source, output = tmp_path / "a.ndjson", tmp_path / "shards"
    write_articles(source, 20_000)
    command = ("extract", source, "--output", output, "--workers", "2", "--shard-bytes", "3000000")
    running = start(*command)
    wait_until(lambda: list(output.rglob("*.ndjson.*.part")))
    os.killpg(running.pid, signal.SIGINT)
    printed, errors = running.communicate(timeout=DEADLINE)
    assert (running.returncode, printed, errors.strip()) == (130, "", "")
    assert list(output.rglob("*.ndjson.*.part")), "the workers wrote their shards to the end"
    assert not list_shards(output)


def wait_for_shards(output: Path, number: int) -> None:
    wait_until(lambda: len(list_shards(output)) >= number)


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_a_run_that_is_over_has_nothing_to_do(archive: Path, whole: Path) -> None:
    before = read_folder(whole)
    done = run("extract", archive, "--output", whole)
    assert done.returncode == 0
    assert (
        done.stdout == f"0 articles with 0 quotes, 0 failed; 0 shards written, {len(before) - 1} were there\n"
    )
    assert read_folder(whole) == before


def test_new_files_are_added_and_changed_ones_refused(tmp_path: Path) -> None:
    archive, output = tmp_path / "archive", tmp_path / "shards"
    write_articles(archive / "a.ndjson", 20)
    assert run("extract", archive, "--output", output).returncode == 0
    write_articles(archive / "b.ndjson", 20, first=20)
    done = run("extract", archive, "--output", output)
    assert "1 shards written, 1 were there" in done.stdout

    write_articles(archive / "a.ndjson", 21)
    done = run("extract", archive, "--output", output)
    assert done.returncode == 1
    assert "Error: a.ndjson has " in done.stderr
    assert "give another --output" in done.stderr


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("--kinds", "any"), "kinds was ['direct', 'mixed'], not ['direct', 'indirect', 'mixed']"),
        (("--format", "parquet"), "format was ndjson, not parquet"),
        (("--explain",), "explain was False, not True"),
        (("--shard-bytes", "30000"), "shard_bytes was 20000, not 30000"),
    ],
)
def test_shards_of_another_sort_are_not_mixed_in(
    archive: Path, whole: Path, options: tuple[str, ...], name: str
) -> None:
    before = read_folder(whole)
    done = run("extract", archive, "--output", whole, *options)
    assert done.returncode == 1
    assert f"holds shards of another run: {name}" in done.stderr
    assert read_folder(whole) == before


def test_shards_of_another_version_are_not_mixed_in(archive: Path, whole: Path, tmp_path: Path) -> None:
    output = tmp_path / "shards"
    output.mkdir()
    record = json.loads((whole / "_extraction.json").read_bytes())
    (output / "_extraction.json").write_text(json.dumps({**record, "extractor_version": "older"}))
    done = run("extract", archive, "--output", output)
    assert f"extractor_version was older, not {EXTRACTOR_VERSION}" in done.stderr
    (output / "_extraction.json").write_text("{}")
    done = run("extract", archive, "--output", output)
    assert "_extraction.json was not written by extraction" in done.stderr


def test_parquet_holds_the_articles_and_their_quotes(archive: Path, tmp_path: Path) -> None:
    output = tmp_path / "shards"
    run("extract", archive, "--output", output, "--format", "parquet", "--kinds", "any")
    table = pyarrow.parquet.read_table([str(path) for path in list_shards(output)])
    assert table.schema.equals(SCHEMA)
    rows = table.to_pylist()
    read = [read_extracted(row) for row in rows if row["error"] is None]
    assert len(read) == 500
    for article, extraction in read:
        assert extraction.quotes == extract(article.text, kinds=EVERY_KIND).quotes
        assert article.source == "Wire"
    assert {row["extractor_version"] for row in rows} == {name_reading(EVERY_KIND), None}
    [first, *others] = [row["error"] for row in rows if row["error"]]
    assert first["message"] == "is missing"
    assert first["place"].startswith("byte ")
    assert len(others) == 4


def test_an_article_that_the_store_would_refuse_is_an_error_in_parquet(tmp_path: Path) -> None:
    source = tmp_path / "a.ndjson"
    source.write_text(
        '{"id": 7, "text": "a"}\n{"id": "b", "text": "a", "published_at": "soon"}\n{"text": ""}\n[]\n'
    )
    run("extract", source, "--output", tmp_path / "shards", "--format", "parquet")
    rows = pyarrow.parquet.read_table(list_shards(tmp_path / "shards")[0]).to_pylist()
    assert [(row["id"], (row["error"] or {}).get("field")) for row in rows] == [
        ("7", None),
        ("b", "published_at"),
        (None, "text"),
        (None, None),
    ]
    assert rows[3]["error"]["message"] == "the line is not a JSON object"


def test_parquet_is_read_as_it_is_written(archive: Path, tmp_path: Path) -> None:
    """What extraction writes is a source again: of the same articles."""
    first, second = tmp_path / "first", tmp_path / "second"
    run("extract", archive, "--output", first, "--format", "parquet")
    done = run("extract", first, "--output", second, "--workers", "2")
    assert done.stdout.startswith("505 articles with 3000 quotes, 5 failed; ")


def test_a_file_that_breaks_off_costs_its_last_shard_alone(
    archive: Path, whole: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "archive"
    (broken / "2019").mkdir(parents=True)
    for path in (archive / "2019").iterdir():
        content = path.read_bytes()
        (broken / "2019" / path.name).write_bytes(content[:-20] if path.suffix == ".gz" else content)
    output = tmp_path / "shards"
    done = run("extract", broken, "--output", output, *SMALL)
    assert done.returncode == 1
    assert f"Error: {broken / '2019' / 'feb.ndjson.gz'}: Compressed file ended before" in done.stderr
    expected, found = read_folder(whole), read_folder(output)
    missing = expected.keys() - found.keys()
    assert missing == {max(name for name in expected if "feb-" in name)}
    for name in found.keys() - {"_extraction.json"}:
        assert found[name].replace(bytes(broken), bytes(archive)) == expected[name]


def test_shards_in_the_folder_that_is_read_are_no_sources(tmp_path: Path) -> None:
    write_articles(tmp_path / "a.ndjson", 5)
    for status in ("1 shards written, 0 were there", "0 shards written, 1 were there"):
        done = run("extract", ".", "--output", "shards", cwd=tmp_path)
        assert done.stdout.endswith(f"{status}\n")


def test_addresses_are_read_and_written_as_paths_are(archive: Path, whole: Path, tmp_path: Path) -> None:
    output = tmp_path / "shards"
    done = run("extract", f"file://{archive}", "--output", f"file://{output}", "--workers", "2", *SMALL)
    assert (done.returncode, done.stderr) == (1, "")
    by_path, by_address = read_folder(whole), read_folder(output)
    assert by_path.keys() == by_address.keys()
    for name, content in by_path.items():
        assert by_address[name].replace(b"file:///", b"/") == content


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--output", "shards"), "standard input cannot be read again"),
        (("missing.ndjson", "--output", "shards"), "missing.ndjson: No such file or directory"),
        (("empty", "--output", "shards"), "no file of articles in empty"),
        (
            ("a.ndjson", "b/a.ndjson", "--output", "shards"),
            "the shards of several files would be named a-...",
        ),
        (("a.ndjson", "--format", "parquet"), "need --output DIR"),
        (("a.ndjson", "--dask", "tcp://127.0.0.1:1"), "need --output DIR"),
        (("a.ndjson", "--output", "s", "--format", "parquet", "--explain"), "--explain is for NDJSON"),
        (("a.ndjson", "--output", "nowhere://x"), "nowhere://x: Protocol not known"),
        (("nowhere://x", "--output", "s"), "nowhere://x: Protocol not known"),
        (("a.ndjson", "--output", "a.ndjson"), "File exists"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    write_articles(tmp_path / "a.ndjson", 1)
    write_articles(tmp_path / "b" / "a.ndjson", 1)
    (tmp_path / "empty").mkdir()
    done = run("extract", *arguments, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_memory_stays_flat_however_long_the_input(tmp_path: Path, form: str) -> None:
    article = json.dumps({"text": "The road is long, and nothing was heard. " * 100}) + "\n"
    peaks = []
    for name, times in (("short", 2_000), ("long", 8_000)):
        source = tmp_path / f"{name}.ndjson.gz"
        source.write_bytes(gzip.compress((article * times).encode(), 1))
        peaks.append(measure_peak("extract", source, "--output", tmp_path / name, "--format", form))
    assert peaks[1] < peaks[0] * 1.2
