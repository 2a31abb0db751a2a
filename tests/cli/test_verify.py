"""`quotes verify`: a quotation or a draft against an article."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import cli

ARTICLE = "“We will not move the harbour wall,” said Jane Doe. “I went home,” Sam Roe said."
GOOD = "“We will not move the … wall,” Doe said."
WRONG = (
    "“We will never move the harbour wall,” said Jane Doe. “We will not move the harbour wall,” said Sam Roe."
)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, "utf8")
    return path


def run(article: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["verify", "--article", str(article), *arguments])


def write_draft(folder: Path, text: str) -> str:
    path = folder / "draft.txt"
    path.write_text(text, "utf8")
    return str(path)


def test_a_draft_of_exact_quotations_passes(article: Path, tmp_path: Path) -> None:
    done = run(article, write_draft(tmp_path, GOOD))

    assert (done.exit_code, done.output) == (
        0,
        "exact    “We will not move the … wall”\n    Jane Doe, at 1\n",
    )


def test_a_draft_with_any_other_fails(article: Path, tmp_path: Path) -> None:
    done = run(article, write_draft(tmp_path, WRONG))

    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "altered  “We will never move the harbour wall”",
        "    We will [-not-] {+never+} move the harbour wall",
        "    Jane Doe, at 1",
        "not_said “We will not move the harbour wall”",
        "    We will not move the harbour wall",
        "    Jane Doe, not Sam Roe, at 1",
    ]


def test_one_quotation_as_json(article: Path) -> None:
    done = run(article, "--quote", "I went home", "--speaker", "Roe", "--json")

    answer = json.loads(done.output)
    assert done.exit_code == 0
    assert (answer["verdict"], answer["speaker_matches"], answer["place"]["start"]) == ("exact", True, 53)


@pytest.mark.parametrize("quotation", ["…", "we " * 301])
def test_what_cannot_be_read_is_not_exact(article: Path, quotation: str) -> None:
    assert run(article, "--quote", quotation).exit_code == 1


@pytest.mark.parametrize("arguments", [(), ("--quote", "a", "draft")])
def test_a_draft_or_a_quotation_is_needed(article: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write_draft(tmp_path, GOOD)
    given = [str(tmp_path / "draft.txt") if one == "draft" else one for one in arguments]

    assert run(article, *given).exit_code == 2


def test_without_an_article_the_store_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/quotes.db")
    (tmp_path / "stored.txt").write_text(ARTICLE, "utf8")
    runner = CliRunner()
    assert runner.invoke(cli, ["db", "upgrade"]).exit_code == 0
    assert runner.invoke(cli, ["load", str(tmp_path / "stored.txt")]).exit_code == 0

    good = runner.invoke(cli, ["verify", "--quote", "We will not move the harbour wall", "--speaker", "Doe"])
    wrong = runner.invoke(cli, ["verify", "--quote", "We will never move the harbour wall"])
    assert (good.exit_code, wrong.exit_code) == (0, 1)
    assert good.output == "exact    “We will not move the harbour wall”\n    Jane Doe: stored  [stored]\n"
    assert "We will [-not-] {+never+} move the harbour wall" in wrong.output


def run_lines(lines: list[str], *arguments: str) -> tuple[int, list[Any]]:
    done = CliRunner().invoke(cli, ["verify", "--lines", "-", *arguments], input="\n".join(lines))
    return done.exit_code, [json.loads(line) for line in done.output.splitlines()]


def test_lines_are_answered_in_order_with_their_numbers(article: Path) -> None:
    lines = [
        '{"quote": "We will not move"}',
        "",
        "nonsense",
        '{"quote": "I went home", "speaker": "Doe"}',
        '{"quote": "We stay", "text": "“We stay,” said Ann Poe."}',
        '{"quote": "We stay", "source": "Wire"}',
    ]
    status, answers = run_lines(lines, "--article", str(article))

    assert status == 1
    assert [one["line"] for one in answers] == [1, 3, 4, 5, 6]
    assert [one.get("verdict") for one in answers] == ["exact", None, "not_said", "exact", None]
    assert answers[1]["error"]["errors"][0]["field"] == "line"
    assert answers[4]["error"]["errors"][0]["field"] == "source"


def test_lines_that_are_all_exact_pass(article: Path) -> None:
    assert run_lines(['{"quote": "We will not move"}'], "--article", str(article))[0] == 0


def test_a_line_without_text_asks_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/quotes.db")
    (tmp_path / "stored.txt").write_text(ARTICLE, "utf8")
    for command in (["db", "upgrade"], ["load", str(tmp_path / "stored.txt")]):
        assert CliRunner().invoke(cli, command).exit_code == 0

    status, [answer] = run_lines(['{"quote": "We will not move", "speaker": "Doe"}'])
    assert (status, answer["verdict"]) == (0, "exact")
    assert answer["items"][0]["quote"]["article"]["id"] == "stored"


def test_lines_name_their_own_speakers() -> None:
    done = CliRunner().invoke(cli, ["verify", "--lines", "-", "--speaker", "Doe"], input="")

    assert (done.exit_code, "--lines takes no --speaker" in done.output) == (2, True)
