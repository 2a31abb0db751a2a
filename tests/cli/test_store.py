"""The commands that use a store, run as a user runs them, each test on a store of its own."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.server import free_address, wait_until_ready
from service.store import Store
from tests.api.running import running_service
from tests.cli.test_extract import QUOTES, decode

Run = Callable[..., subprocess.CompletedProcess[bytes]]


def command_on(url: str) -> Run:
    """Return a function that runs `quotes` on the store at `url`."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(
            [QUOTES, *arguments], capture_output=True, check=False, timeout=60, env=environment
        )

    return run


def write_articles(folder: Path) -> None:
    """Write three articles, in NDJSON and as text, with a quote each, and a file that is no article."""
    (folder / "2026").mkdir(parents=True)
    line = {
        "id": "one",
        "text": "“Why should we move?” asked Jane Doe.",
        "source": "The Example",
        "gold": [1],
    }
    (folder / "b.jsonl").write_text(json.dumps(line) + "\n")
    text = "Council holds out\n\n“Who will pay for it?” asked John Smith.\n"
    (folder / "2026" / "council.txt").write_bytes(text.encode())
    (folder / "windows.TXT").write_bytes("\ufeff“Is it raining?” asked Ann Lee.\r\nIt was.".encode())
    (folder / "notes.md").write_text("“Read me?” asked Nobody Atall.")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/quotes.db"


@pytest.fixture
def quotes(url: str) -> Run:
    """The command, on a store that is new."""
    store = Store(url)
    store.upgrade()
    store.close()
    return command_on(url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "articles")
    return tmp_path / "articles"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command, on a store that it has made and loaded, for tests that change nothing."""
    place = tmp_path_factory.mktemp("loaded")
    write_articles(place / "articles")
    run = command_on(f"sqlite:///{place}/quotes.db")
    assert run("db", "upgrade").returncode == 0
    assert run("load", place / "articles").returncode == 0
    return run


def summary(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode().strip()


def test_a_folder_is_loaded_and_loading_it_again_changes_nothing(quotes: Run, folder: Path) -> None:
    first, again = quotes("load", folder), quotes("load", folder)
    assert (first.returncode, again.returncode, first.stderr, again.stderr) == (0, 0, b"", b"")
    assert summary(first) == "3 articles with 3 quotes: 3 created, 0 replaced, 0 unchanged; 0 failed"
    assert summary(again) == "3 articles with 3 quotes: 0 created, 0 replaced, 3 unchanged; 0 failed"


def test_a_text_file_has_its_id_from_its_path_and_its_title_from_its_first_line(
    loaded: Run,
) -> None:
    articles = {quote["article"]["id"]: quote["article"] for quote in decode(loaded("export").stdout)}
    assert set(articles) == {"one", "2026.council", "windows"}
    assert articles["2026.council"]["title"] == "Council holds out"
    assert articles["windows"]["title"] is None


def test_a_changed_file_replaces_its_quotes(quotes: Run, folder: Path) -> None:
    quotes("load", folder)
    (folder / "2026" / "council.txt").write_text("“Who else?” asked John Smith.")
    again = quotes("load", folder)
    assert summary(again) == "3 articles with 3 quotes: 0 created, 1 replaced, 2 unchanged; 0 failed"
    texts = {quote["text"] for quote in decode(quotes("search", "--speaker", "smith", "--json").stdout)}
    assert texts == {"Who else?"}


def test_each_failure_is_named_and_the_rest_is_loaded(quotes: Run, folder: Path) -> None:
    lines = (folder / "b.jsonl").read_bytes()
    (folder / "b.jsonl").write_bytes(b'nonsense\n{"id": "a/b", "text": "a"}\n\n{"id": "x"}\n' + lines)
    (folder / "latin.txt").write_bytes("Café".encode("latin-1"))
    done = quotes("load", folder)
    assert done.returncode == 1
    assert summary(done) == "3 articles with 3 quotes: 3 created, 0 replaced, 0 unchanged; 4 failed"
    places = [line.removeprefix(f"{folder}/").split(": ")[:2] for line in done.stderr.decode().splitlines()]
    assert [place for place, _ in places] == ["b.jsonl:1", "b.jsonl:2", "b.jsonl:4", "latin.txt"]
    assert [field for _, field in places[1:]] == ["id", "text", "text"]


def test_a_file_that_cannot_be_read_does_not_keep_out_the_others(quotes: Run, folder: Path) -> None:
    done = quotes("load", "/proc/self/mem", folder)  # a file that opens, and gives an error when read
    assert done.returncode == 1
    assert done.stderr == b"/proc/self/mem: cannot be read: Input/output error\n"
    assert summary(done) == "3 articles with 3 quotes: 3 created, 0 replaced, 0 unchanged; 1 failed"


def test_a_load_that_was_killed_goes_on_where_it_stopped(quotes: Run, tmp_path: Path, url: str) -> None:
    articles = tmp_path / "articles.ndjson"
    text = "“Why should we move?” asked Jane Doe. " * 20
    articles.write_text(
        "".join(json.dumps({"id": str(number), "text": text}) + "\n" for number in range(600))
    )
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    lines = articles.read_bytes().splitlines(keepends=True)
    environment = {**os.environ, "DATABASE_URL": url}
    # What a pipe holds is less than what is written, so batches were saved when the write returns.
    with subprocess.Popen([QUOTES, "load", pipe], env=environment) as process, pipe.open("wb") as sink:
        sink.write(b"".join(lines[:400]))
        process.kill()
    done = quotes("load", articles)
    assert done.returncode == 0
    counts = re.search(r"(\d+) created, 0 replaced, (\d+) unchanged; 0 failed", summary(done))
    assert counts is not None
    created, unchanged = map(int, counts.groups())
    assert created + unchanged == 600
    assert unchanged > 0
    assert len(decode(quotes("export").stdout)) == 600 * 20


@pytest.mark.parametrize(
    ("arguments", "speakers"),
    [
        ((), {"Jane Doe", "John Smith", "Ann Lee"}),
        (("pay",), {"John Smith"}),
        (('"why should"',), {"Jane Doe"}),
        (("--speaker", "DOE"), {"Jane Doe"}),
        (("--article", "windows"), {"Ann Lee"}),
        (("--source", "the example"), {"Jane Doe"}),
        (("pay", "--speaker", "doe"), set()),
    ],
)
def test_search_finds_by_words_and_filters(
    loaded: Run, arguments: tuple[str, ...], speakers: set[str]
) -> None:
    done = loaded("search", "--json", *arguments)
    assert done.returncode == 0
    assert {quote["speaker"]["name"] for quote in decode(done.stdout)} == speakers


def test_search_prints_the_quote_its_speaker_and_its_article(loaded: Run) -> None:
    shown = loaded("search", "move").stdout.decode()
    assert "“Why should we move?”" in shown
    assert "Jane Doe: The Example  [one]" in shown
    assert len(loaded("search", "--limit", "2", "--json").stdout.splitlines()) == 2


def test_search_shows_what_is_told_without_marks_where_it_is_asked_for(quotes: Run, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Jane Doe said the bridge was shut. “Why should we move?” asked Jane Doe.")
    quotes("load", article)
    for options, expected in (
        ((), ["“Why should we move?”"]),
        (("--kind", "indirect"), ["the bridge was shut"]),
        (("--kind", "any"), ["the bridge was shut", "“Why should we move?”"]),
    ):
        assert quotes("search", *options).stdout.decode().splitlines()[::2] == expected
    refused = quotes("export", "--format", "corenlp", "--kind", "any")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"corenlp has no indirect quotes" in refused.stderr


def test_search_sends_no_control_characters_to_the_terminal(quotes: Run, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("“Is it \x1b[31mred\x9b2J or\nblue?” asked Jane Doe.")
    quotes("load", article)
    shown = quotes("search", "--speaker", "doe").stdout.decode()
    assert "“Is it  [31mred 2J or blue?”\n" in shown


def test_export_gives_more_than_a_page_once_each(quotes: Run, tmp_path: Path) -> None:
    articles = tmp_path / "articles.txt"
    articles.write_text("\n\n".join(f"“Is it number {number}?” asked Jane Doe." for number in range(1_201)))
    quotes("load", articles)
    exported = decode(quotes("export").stdout)
    assert len(exported) == len({quote["id"] for quote in exported}) == 1_201


def test_a_store_without_tables_says_what_to_do(url: str, folder: Path) -> None:
    for command in (("load", folder), ("search", "a"), ("export",)):
        done = command_on(url)(*command)
        assert done.returncode == 1
        assert "quotes db upgrade" in done.stderr.decode()
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [("export",), ("serve",), ("db", "upgrade")])
def test_a_wrong_setting_is_said_in_one_line(command: tuple[str, ...]) -> None:
    done = command_on("mysql://somewhere")(*command)
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: DATABASE_URL: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_search_that_cannot_be_read_says_where(loaded: Run) -> None:
    done = loaded("search", "pay", '"for it')
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_health_tells_a_service_that_is_ready_from_one_that_is_not(
    quotes: Run, url: str, tmp_path: Path
) -> None:
    with running_service(url) as service:
        assert service.get("/readyz").status == 200
        assert quotes("health", "--url", f"http://127.0.0.1:{service.port}/readyz").returncode == 0
        stopped = f"http://127.0.0.1:{service.port}/readyz"
    with running_service(f"sqlite:///{tmp_path}/other.db") as service:
        assert service.get("/readyz").status == 503
        unready = quotes("health", "--url", f"http://127.0.0.1:{service.port}/readyz")
    assert unready.returncode == 1
    assert b"503" in unready.stderr
    assert quotes("health", "--url", stopped).returncode == 1
    assert quotes("health", "--url", "file:///etc/hostname").returncode == 2


def test_serve_upgrades_answers_and_stops_when_told(url: str) -> None:
    address = free_address()
    command = [QUOTES, "serve", "--upgrade", "--bind", address, "--workers", "1"]
    with subprocess.Popen(
        command, env={**os.environ, "DATABASE_URL": url}, stderr=subprocess.PIPE
    ) as process:
        wait_until_ready(f"http://{address}/readyz", process)
        process.terminate()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(60) == 0
