"""The `quotes` command, run as a user runs it."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from service.archive.lines import ExtractionOptions, answer_line
from service.files import ndjson
from service.files.sources import Line, Place

QUOTES = str(Path(sys.executable).parent / "quotes")
SENTENCE = "“Why should we move?” asked Jane Doe."


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([QUOTES, *arguments], capture_output=True, timeout=60, check=False, **options)


def article_line(article_id: str, text: str = SENTENCE) -> bytes:
    return json.dumps({"id": article_id, "text": text}).encode() + b"\n"


def decode(output: bytes) -> list[Any]:
    return [json.loads(line) for line in output.splitlines()]


def test_each_article_gives_its_quotes_in_the_public_shape() -> None:
    done = run("extract", input=article_line("a"))
    assert done.returncode == 0
    [answer] = decode(done.stdout)
    [quote] = answer.pop("quotes")
    assert answer == {"id": "a"}
    assert quote["segments"] == [{"start": 1, "end": 20, "text": "Why should we move?"}]
    assert quote["speaker"] == {
        "name": "Jane Doe",
        "kind": "person",
        "role": None,
        "affiliation": None,
        "roles": [],
        "gender": "f",
        "gender_evidence": "given_name",
    }
    fields = ["text", "kind", "segments", "speaker", "mention", "cue", "rule", "confidence", "clause"]
    fields.append("co_speakers")
    assert list(quote) == fields


def test_a_line_that_looks_like_html_has_a_warning_and_others_have_none() -> None:
    done = run("extract", input=article_line("a", f"<p>{SENTENCE}</p>") + article_line("b", "Five < six."))
    html, plain = decode(done.stdout)
    assert [warning[:20] for warning in html["warnings"]] == ["looks like HTML: <p>"]
    assert "warnings" not in plain


def test_kinds_pick_what_is_told() -> None:
    article = article_line("a", "“No,” said Jane Doe. She said it was late.")
    for kinds, wanted in (
        ("direct", ["direct"]),
        ("indirect", ["indirect"]),
        ("any", ["direct", "indirect"]),
    ):
        done = run("extract", "--kinds", kinds, input=article)
        [answer] = decode(done.stdout)
        assert [quote["kind"] for quote in answer["quotes"]] == wanted


def test_kinds_are_those_of_the_environment_unless_they_are_given() -> None:
    article = article_line("a", "“No,” said Jane Doe. She said it was late.")
    environment = {**os.environ, "QUOTES_KINDS": "indirect"}
    for options, wanted in (((), "indirect"), (("--kinds", "direct"), "direct")):
        [answer] = decode(run("extract", *options, input=article, env=environment).stdout)
        assert [quote["kind"] for quote in answer["quotes"]] == [wanted]


def test_unknown_kinds_are_refused() -> None:
    done = run("extract", "--kinds", "spoken", input=article_line("a"))

    assert done.returncode == 2
    assert b"--kinds: must be any, or one or more of: direct, mixed, indirect" in done.stderr


@pytest.mark.parametrize(
    ("line", "article_id", "field"),
    [
        (b"nonsense", None, None),
        (b"[1]", None, None),
        (b"\xff\xfe", None, None),
        (b'{"id": "x"}', "x", "text"),
        (b'{"id": "x", "text": null}', "x", "text"),
        (b'{"id": "x", "text": 3}', "x", "text"),
        (b'{"id": "x", "text": "a\\u0000b"}', "x", "text"),
        (b'{"id": "x", "text": "\\ud800"}', None, None),
        (b'{"id": "x", "text": "a", "language": "xx"}', "x", "language"),
        (b'{"id": "x", "text": "a", "language": [1]}', "x", "language"),
        (b"[" * 100_000, None, None),
    ],
)
def test_a_bad_line_gives_an_error_in_its_place(
    line: bytes, article_id: str | None, field: str | None
) -> None:
    done = run("extract", input=article_line("first") + line + b"\n" + article_line("last"))
    assert done.returncode == 1
    first, bad, last = decode(done.stdout)
    assert (first["id"], last["id"]) == ("first", "last")
    assert bad["id"] == article_id
    assert (bad["error"]["line"], bad["error"]["field"]) == (2, field)
    assert bad["error"]["message"]


@pytest.mark.parametrize("given", [b"", b"\n\n", b" \r\n"])
def test_no_article_gives_no_line(given: bytes) -> None:
    done = run("extract", input=given)
    assert (done.returncode, done.stdout) == (0, b"")


def test_an_id_may_be_missing_or_repeated_and_a_byte_order_mark_is_no_error() -> None:
    lines = b"\xef\xbb\xbf" + json.dumps({"text": "a"}).encode() + b"\n" + article_line("b") * 2
    done = run("extract", input=lines.rstrip())
    assert done.returncode == 0
    assert [answer["id"] for answer in decode(done.stdout)] == [None, "b", "b"]


def test_an_article_that_takes_too_long_gives_an_error_in_its_place() -> None:
    line = Line(Place(None, "line", 3), article_line("slow"))
    answer = answer_line(line, ExtractionOptions(seconds=0))
    message = "could not be read within the limit of 0 seconds (EXTRACT_SECONDS)"
    assert answer.is_bad
    assert decode(answer.content) == [
        {"id": "slow", "error": {"line": 3, "field": "text", "message": message}}
    ]


def test_several_workers_answer_as_one_does(tmp_path: Path) -> None:
    articles = tmp_path / "articles.ndjson"
    bad = b"nonsense\n"
    lines = [article_line(str(number), SENTENCE * (number % 40)) for number in range(1_000)]
    articles.write_bytes(b"".join(lines[:500]) + bad + b"".join(lines[500:]))
    one, several = run("extract", str(articles)), run("extract", "--workers", "3", str(articles))
    assert one.returncode == several.returncode == 1
    assert one.stdout == several.stdout
    ids = [answer["id"] for answer in decode(one.stdout)]
    assert ids == [*map(str, range(500)), None, *map(str, range(500, 1_000))]


def test_extract_imports_no_web_framework_and_no_database(tmp_path: Path) -> None:
    articles = tmp_path / "articles.ndjson"
    articles.write_bytes(article_line("a"))
    code = """
import sys
from service.cli import cli
cli(["extract", sys.argv[1]], standalone_mode=False)
unwanted = {"flask", "marshmallow", "sqlalchemy", "alembic", "gunicorn", "tqdm", "multiprocessing"}
loaded = unwanted & sys.modules.keys()
sys.exit(", ".join(loaded) or None)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(articles)], capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")


@contextmanager
def extracting(folder: Path, workers: str) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]]:
    """The command when it has written one line and, as a pipe does not hold the rest, is still at work."""
    articles = folder / "articles.ndjson"
    articles.write_bytes(b"".join(article_line(str(number)) for number in range(20_000)))
    command = [QUOTES, "extract", "--workers", workers, str(articles)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        yield process, process.stdout, process.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path, workers: str) -> None:
    with extracting(tmp_path, workers) as (process, output, errors):
        output.close()
        assert errors.read() == b""
        assert process.wait(60) == 1


def test_a_full_disk_is_said_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [QUOTES, "extract"],
            input=article_line("a"),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (1, b"Error: [Errno 28] No space left on device\n")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_ends_it_quietly(tmp_path: Path, workers: str) -> None:
    with extracting(tmp_path, workers) as (process, output, errors):
        process.send_signal(signal.SIGINT)
        output.read()
        assert errors.read().strip() == b""
        assert process.wait(60) == 130


def test_a_bar_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    articles = tmp_path / "articles.ndjson"
    articles.write_bytes(article_line("a"))
    terminal, its_end = pty.openpty()
    termios.tcsetwinsize(its_end, (24, 80))
    subprocess.run(
        [QUOTES, "extract", str(articles)], stdout=subprocess.PIPE, stderr=its_end, check=True, timeout=60
    )
    os.close(its_end)
    assert b"100%" in os.read(terminal, 4096)
    os.close(terminal)
    assert run("extract", str(articles)).stderr == b""


def test_a_line_over_the_limit_is_not_kept_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "MAX_LINE_BYTES", 40)
    at_the_limit = b'{"text":"' + b"x" * 29 + b'"}'
    beyond = b'{"text":"' + b"x" * 300 + b'"}'
    assert len(at_the_limit) == 40
    lines = list(ndjson.read_lines(io.BytesIO(b"\n".join([at_the_limit, beyond, at_the_limit]))))
    assert [(number, len(line)) for number, line in lines] == [(1, 40), (2, 41), (3, 40)]
    assert ndjson.parse_article(lines[0][1])["text"] == "x" * 29
    assert ndjson.parse_article(lines[2][1])["text"] == "x" * 29
    with pytest.raises(ndjson.BadLine, match="longer than 40 bytes"):
        ndjson.parse_article(lines[1][1])
