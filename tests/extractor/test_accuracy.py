"""bench.accuracy counts what its docstring says, and puts its table where documents show one."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from bench.accuracy import DOCUMENTS, PRINTED, Score, format_table, score_article, score_file, write_table
from bench.machine import describe_machine

TEXT = "“We will not move,” said Jane Doe, the mayor. “Never,” she added.\n\nRichard Roe called it “unwise”."


def annotate(text: str, *quotations: tuple[str, str, str | None], **others: Any) -> dict[str, Any]:
    """Annotate a text: words quoted, the words of it that are their source, and the speaker's name."""
    return {
        "id": "a1",
        "text": text,
        "quotations": [
            {
                "kind": "direct",
                "content": [[text.index(words), text.index(words) + len(words)]],
                "source": [[text.index(source), text.index(source) + len(source)]] if source else [],
                "speaker": speaker,
            }
            for words, source, speaker in quotations
        ],
        **others,
    }


def test_all_is_right() -> None:
    score = score_article(
        annotate(
            TEXT,
            ("“We will not move,”", "Jane Doe, the mayor", "Jane Doe"),
            ("“Never,”", "she", "Jane Doe"),
            ("“unwise”", "Richard Roe", "Richard Roe"),
        )
    )
    assert score == Score(articles=1, units=3, claims=3, found=3, right=3, named=3, exact=3)


def test_a_quote_that_nobody_annotated_is_a_claim_too_many() -> None:
    score = score_article(annotate(TEXT, ("“Never,”", "she", "Jane Doe")))
    assert score == Score(articles=1, units=1, claims=3, found=1, right=1, named=1, exact=1)
    assert score.extraction == pytest.approx(0.5)
    assert score.end_to_end == pytest.approx(0.5)


def test_a_missed_passage_counts_against_recall() -> None:
    text = "The “Blue Lamp” is closed."
    score = score_article(annotate(text, ("“Blue Lamp”", "The", None)))
    assert score == Score(articles=1, units=1)
    assert score.attribution == score.full_name == 0


def test_a_wrong_speaker_is_found_and_not_right() -> None:
    score = score_article(annotate(TEXT, ("“unwise”", "the mayor", "Jane Doe")))
    assert (score.found, score.right, score.named, score.exact) == (1, 0, 1, 0)


def test_a_part_of_the_name_is_right_and_not_the_full_name() -> None:
    score = score_article(annotate(TEXT, ("“unwise”", "Richard Roe", "Richard Gordon Roe")))
    assert (score.right, score.exact) == (1, 0)


@pytest.mark.parametrize(
    ("speaker", "names", "exact"),
    [
        ("Dame Jane Doe", [], 1),
        ("jane doe; Richard Roe", [], 1),
        ("Jane Ann Doe", ["Jane Doe"], 1),
        ("Jane Ann Doe", [], 0),
    ],
)
def test_full_names_are_compared_without_courtesy(speaker: str, names: list[str], exact: int) -> None:
    article = annotate(TEXT, ("“Never,”", "she", speaker))
    article["quotations"][0]["names"] = names
    assert score_article(article).exact == exact


def test_a_quotation_without_a_source_counts_neither_way() -> None:
    score = score_article(annotate(TEXT, ("“Never,”", "", None)))
    assert (score.units, score.found, score.claims) == (0, 0, 2)


def test_a_relative_pronoun_is_its_own_head() -> None:
    text = "It was Jane Doe who said: “We will not move.”"
    score = score_article(annotate(text, ("“We will not move.”", "who", None)))
    assert score.found == score.right == 1


def test_single_marks_and_paragraphs_are_units() -> None:
    text = "‘We will not move.\n\n‘Not this year,’ said Jane Doe."
    score = score_article(
        annotate(text, (text[: text.index(" said")], "Jane Doe", None), quote_marks="single")
    )
    assert score.units == 2


def test_the_table_replaces_the_one_in_a_document(tmp_path: Path) -> None:
    gold, document = tmp_path / "mine.jsonl", tmp_path / "page.md"
    gold.write_bytes(orjson.dumps(annotate(TEXT, ("“Never,”", "she", None))) + b"\n")
    table = format_table({gold.stem: score_file(gold)})
    document.write_text("before\n\n```text\n2026-01-01, another; accuracy\n\nold 0.1\n```\n\nafter\n", "utf8")
    write_table(document, table)
    assert document.read_text("utf8") == f"before\n\n```text\n{table}```\n\nafter\n"
    assert table.startswith(f"{describe_machine()}; accuracy\n")
    assert table.splitlines()[-1].split() == ["mine", "1", "1", "0.500", "1.000", "0.500", "-"]
    document.write_text("no table\n", "utf8")
    with pytest.raises(SystemExit, match=r"page\.md has no block"):
        write_table(document, table)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_show_the_table_once(document: Path) -> None:
    assert len(PRINTED.findall(document.read_text("utf8"))) == 1
