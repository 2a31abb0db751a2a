"""`quotes shape`, run as a user runs it."""

import pytest

from tests.cli.test_extract import run

GIVEN = "“We will not move,” said Jane Doe (R-Ky.). She left."
PRINTED = """\
“We will not move,”         said  Jane  Doe   (                R-Ky.  )                .
passage              comma  say   name  name  opening_bracket  other  closing_bracket  stop

She      left  .
pronoun  verb  stop
"""


def test_each_token_stands_above_the_name_of_its_tag() -> None:
    done = run("shape", GIVEN)

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == PRINTED


def test_text_is_read_from_standard_input() -> None:
    assert run("shape", input=GIVEN.encode()).stdout.decode() == PRINTED


def test_a_title_is_read_as_a_name() -> None:
    [words, tags] = run("shape", "She wrote the novel “A Lamp in the Hall” here").stdout.decode().splitlines()

    assert tags[words.index("“") :].split()[0] == "name"


def test_long_sentences_are_wrapped_and_long_passages_are_cut() -> None:
    lines = run("shape", f"“{'We will not move. ' * 9}” said Jane Doe, " * 9).stdout.decode().splitlines()

    assert len(lines) > 4
    assert max(map(len, lines)) <= 100
    assert lines[0].startswith("“We will not move. We w…")


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_no_text_gives_no_lines(text: str) -> None:
    done = run("shape", text)

    assert (done.returncode, done.stdout) == (0, b"")


def test_what_would_move_the_cursor_is_escaped() -> None:
    assert b"\x1b" not in run("shape", "Jane \x1b[2J Doe said so.").stdout
