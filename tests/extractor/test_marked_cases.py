"""The harness itself: a wrong answer must show."""

from pathlib import Path

import pytest

from service.extractor import Quote, Span, Speaker
from tests.extractor.marked_cases import put_marks_back, read_cases


def _quote(text: str, words: str, name: str | None, rule: str = "quote_cue_name") -> Quote:
    start = text.index(words)
    segment = Span(start, start + len(words), words)
    speaker = Speaker(name, "person") if name else None
    return Quote(words, "direct", (segment,), speaker, None, None, rule, 1.0)


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "en" / "quote_cue_name.txt"
    path.parent.mkdir()
    return path


def test_right_answer_gives_the_case_back(case_file: Path) -> None:
    case_file.write_text('# plain\n<q by="Jane Doe" rule="quote_cue_name">“No,”</q> said Jane Doe.\n', "utf8")
    (case,) = read_cases(case_file)

    assert case.text == "“No,” said Jane Doe."
    assert put_marks_back(case, (_quote(case.text, "No", "Jane Doe"),)) == case.marked


@pytest.mark.parametrize(
    ("words", "name", "rule"),
    [
        ("No", "Ann Roe", "quote_cue_name"),
        ("No", None, "quote_cue_name"),
        ("No", "Jane Doe", "split_quote"),
        ("said", "Jane Doe", "quote_cue_name"),
    ],
)
def test_wrong_answer_differs(case_file: Path, words: str, name: str | None, rule: str) -> None:
    case_file.write_text('# plain\n<q by="Jane Doe" rule="quote_cue_name">“No,”</q> said Jane Doe.\n', "utf8")
    (case,) = read_cases(case_file)

    assert put_marks_back(case, (_quote(case.text, words, name, rule),)) != case.marked
    assert put_marks_back(case, ()) != case.marked


def test_speaker_where_none_is_wanted_differs(case_file: Path) -> None:
    case_file.write_text("# nobody says\n<q>“No.”</q>\n", "utf8")
    (case,) = read_cases(case_file)

    assert put_marks_back(case, (_quote(case.text, "No.", None),)) == case.marked
    assert put_marks_back(case, (_quote(case.text, "No.", "Jane Doe"),)) != case.marked


def test_blocks_keep_blank_lines_and_several_segments(case_file: Path) -> None:
    block = '<q id="1" by="Jane Doe">“One.</q>\n\n<q id="1">“Two,”</q> said Jane Doe.'
    case_file.write_text(f"# runs on\n{block}\n---\n# another\nNothing.\n", "utf8")
    first, second = read_cases(case_file)
    one, two = _quote(first.text, "One.", "Jane Doe"), _quote(first.text, "Two", "Jane Doe")
    joined = Quote("One. … Two", "direct", one.segments + two.segments, one.speaker, None, None, "x", 1.0)

    assert put_marks_back(first, (joined,)) == block
    assert put_marks_back(first, (one, two)) != block
    assert second.marks == ()


@pytest.mark.parametrize("block", ["no comment line", "# no article"])
def test_block_of_another_form_is_refused(case_file: Path, block: str) -> None:
    case_file.write_text(block + "\n", "utf8")

    with pytest.raises(ValueError, match="a block is"):
        list(read_cases(case_file))
