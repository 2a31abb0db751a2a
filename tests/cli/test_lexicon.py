"""`quotes extract --explain --lexicon` and `quotes rules`, run as a user runs them."""

import json
from pathlib import Path

import pytest

from service.extractor import load_language
from service.extractor.rules import EVERY_RULE
from tests.cli.test_extract import article_line, decode, run

TEXT = "“We will not move,” gronked Dubya. He likes “The Long Lamp”."
LEXICON = {"verbs": [{"lemma": "gronk"}], "people": [{"name": "George Bush", "aliases": ["Dubya"]}]}


@pytest.fixture
def lexicon(tmp_path: Path) -> str:
    path = tmp_path / "lexicon.json"
    path.write_text(json.dumps(LEXICON))
    return str(path)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_lexicon_is_read_with_every_article(lexicon: str, workers: str) -> None:
    given = article_line("a", TEXT) * 1_000
    done = run("extract", "--workers", workers, "--lexicon", lexicon, input=given)

    assert (done.returncode, done.stderr) == (0, b"")
    answers = decode(done.stdout)
    assert len(answers) == 1_000
    assert all(answer["quotes"][0]["speaker"]["name"] == "George Bush" for answer in answers)


def test_explanations_are_added_and_nothing_else_is_changed() -> None:
    [plain] = decode(run("extract", input=article_line("a")).stdout)
    [explained] = decode(run("extract", "--explain", input=article_line("a")).stdout)
    [explanation] = [quote.pop("explanation") for quote in explained["quotes"]]

    assert explained.pop("passages") == []
    assert explained == plain
    assert list(explanation) == ["rule", "form", "example", "tried", "passage", "near"]


def test_passages_that_are_no_quotes_are_listed_with_explanations(lexicon: str) -> None:
    [answer] = decode(run("extract", "--explain", "--lexicon", lexicon, input=article_line("a", TEXT)).stdout)

    assert [(passage["text"], passage["reason"]) for passage in answer["passages"]] == [
        ("The Long Lamp", "title")
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", b"is not JSON"),
        (b"[]", b"must be a JSON object"),
        (b'{"verbs": [{"lemma": ""}]}', b"verbs.0.lemma: must not be empty or blank"),
        (
            b'{"verbs": [' + b",".join([b'{"lemma": "a"}'] * 201) + b"]}",
            b"holds 201 entries, the limit is 200",
        ),
        (b'{"people": [{"name": "\xff"}]}', b"is not JSON"),
    ],
)
def test_an_unusable_lexicon_is_refused_in_one_line(tmp_path: Path, content: bytes, message: bytes) -> None:
    path = tmp_path / "lexicon.json"
    path.write_bytes(content)
    done = run("extract", "--lexicon", str(path), input=article_line("a"))

    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.splitlines()[-1]


def test_rules_are_listed_in_order_with_how_often_they_were_right() -> None:
    listed = decode(run("rules", "--json").stdout)
    evidence = load_language("en").evidence

    assert [line["rule"] for line in listed] == [rule.__name__ for rule in EVERY_RULE]
    for line in listed:
        tally = evidence.get(line["rule"])
        assert (line["passages"], line["right"]) == ((tally.passages, tally.right) if tally else (0, 0))
        assert line["confidence"] == load_language("en").confidences.rules.of(line["rule"])
        assert line["example"]


def test_rules_are_listed_for_people_too() -> None:
    heading, *lines = run("rules").stdout.decode().splitlines()

    assert heading.split() == ["rule", "passages", "right", "confidence", "example"]
    assert [line.split()[0] for line in lines] == [rule.__name__ for rule in EVERY_RULE]
