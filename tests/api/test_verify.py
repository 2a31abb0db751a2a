"""`/v1/verify`: quotations, checked against what was said."""

import json
from typing import Any

import pytest

from service.api.verify import MOST_LINES
from tests.api.running import Service

NDJSON = {"Content-Type": "application/x-ndjson"}

TEXT = "😀 “We will not move the harbour wall,” said Jane Doe."


def verify(service: Service, query: str = "", **body: Any) -> Any:
    reply = service.post(f"/v1/verify{query}", {"text": TEXT, **body})
    assert reply.status == 200, reply.body
    return reply.json


def test_a_quotation_is_checked_against_a_text(service: Service) -> None:
    answer = verify(service, quote="We will never move the harbour wall", speaker="Doe")

    assert (answer["verdict"], answer["speaker_matches"]) == ("altered", True)
    assert answer["place"] == {"start": 3, "end": 36, "text": "We will not move the harbour wall"}
    assert answer["quote"]["speaker"]["name"] == "Jane Doe"
    assert answer["quote"]["rule"] == "quote_cue_name"
    assert answer["differences"][1] == {
        "kind": "changed",
        "given": {"start": 8, "end": 13, "text": "never"},
        "said": {"start": 11, "end": 14, "text": "not"},
        "editorial": False,
    }


def test_offsets_are_converted_in_the_quotation_and_in_the_text(service: Service) -> None:
    plain = verify(service, quote="😀 We will not move")
    converted = verify(service, "?offsets=utf-16", quote="😀 We will not move")

    assert plain["differences"][0]["given"]["start"] == 2
    assert converted["differences"][0]["given"]["start"] == 3
    assert converted["place"]["start"] == plain["place"]["start"] + 1
    assert converted["quote"]["mention"]["start"] == plain["quote"]["mention"]["start"] + 1


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"quote": "“…”"}, "quote", "has no word to look for"),
        ({"quote": " "}, "quote", "must not be empty or blank"),
        ({"quote": "a" * 2_001}, "quote", "the limit is 2000"),
        ({"quote": "a " * 301}, "quote", "has 301 words, the limit is 300"),
        ({"quote": 3}, "quote", "must be a string"),
        ({}, "quote", "is required"),
        ({"quote": "a", "speaker": "x" * 201}, "speaker", "the limit is 200"),
        ({"quote": "a", "quotes": []}, "quotes", "allowed: quote, speaker, text"),
        ({"quote": "a", "language": "tlh"}, "language", "must be one of: en"),
    ],
)
def test_what_cannot_be_checked_is_422(service: Service, body: Any, field: str, message: str) -> None:
    reply = service.post("/v1/verify", {"text": TEXT, **body})

    assert message in reply.problem(422)[field]


def test_a_quotation_is_checked_against_the_store(service: Service) -> None:
    text = "😀 “Nobody verified the lighthouse keeper's diary,” said Vera Check."
    service.post("/v1/articles", {"id": "verified", "text": text, "source": "Verifier"})
    body = {"quote": "Nobody checked the lighthouse keeper's diary", "speaker": "check", "source": "verifier"}

    plain = service.post("/v1/verify", body).json
    converted = service.post("/v1/verify?offsets=utf-16", body).json
    assert plain["verdict"] == "altered"
    [near] = plain["items"]
    assert near["quote"]["article"]["id"] == "verified"
    assert near["place"]["text"] == text[near["place"]["start"] : near["place"]["end"]]
    assert converted["items"][0]["place"]["start"] == near["place"]["start"] + 1


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, "from", "must not be after to"),
        ({"from": "yesterday"}, "from", "ISO 8601"),
        ({"source": "x" * 201}, "source", "the limit is 200"),
    ],
)
def test_conditions_that_cannot_be_used_are_422(
    service: Service, body: Any, field: str, message: str
) -> None:
    assert message in service.post("/v1/verify", {"quote": "We wait", **body}).problem(422)[field]


def test_a_speaker_without_letters_is_refused(service: Service) -> None:
    reply = service.post("/v1/verify", {"quote": "We wait here for you", "speaker": "…"})

    assert "speaker" in reply.problem(reply.status)
    assert reply.status in (400, 422)


def verify_lines(service: Service, lines: list[Any], query: str = "") -> list[Any]:
    body = b"".join(one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n" for one in lines)
    reply = service.send("POST", f"/v1/verify/bulk{query}", body, NDJSON)
    assert (reply.status, reply.headers["Content-Type"]) == (200, NDJSON["Content-Type"])
    return [json.loads(line) for line in reply.body.splitlines()]


def test_each_line_is_answered_as_the_quotation_alone_is(service: Service) -> None:
    text = "😀 “Nobody counted the lines of the harbour master,” said Vera Check."
    service.post("/v1/articles", {"id": "lined", "text": text})
    bodies = [
        {"quote": "😀 We will never move", "text": TEXT},
        {"quote": "Nobody counted all the lines of the harbour master"},
    ]
    for query in ("", "?offsets=utf-16"):
        alone = [service.post(f"/v1/verify{query}", body).json for body in bodies]
        answers = verify_lines(service, [bodies[0], b"\n", bodies[1]], query)
        assert answers == [{"line": 1, **alone[0]}, {"line": 3, **alone[1]}]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"nonsense\n", "line"),
        (b"[]\n", "line"),
        (b"[" * 60 + b"\n", "line"),
        (b"\xff\n", "line"),
        ({"text": TEXT}, "quote"),
        ({"quote": "We wait", "text": ""}, "text"),
        ({"quote": "We wait", "text": "a\0b"}, "text"),
        ({"quote": "We wait", "text": TEXT, "source": "Wire"}, "source"),
        ({"quote": "We wait", "from": "2026-03-02", "to": "2026-03-01"}, "from"),
        ({"quote": "We wait", "speaker": "…"}, "speaker"),
        ({"quote": "We wait", "other": 1}, "other"),
    ],
)
def test_a_faulty_line_stops_no_other(service: Service, line: Any, field: str) -> None:
    good = {"quote": "We will not move", "text": TEXT}
    answers = verify_lines(service, [good, line, good])

    assert [one["line"] for one in answers] == [1, 2, 3]
    assert [one.get("verdict") for one in answers] == ["exact", None, "exact"]
    assert answers[1]["error"]["errors"][0]["field"] == field


def test_a_body_has_a_limit_of_quotations(service: Service) -> None:
    line = {"quote": "We will not move", "text": TEXT}
    *answers, last = verify_lines(service, [line] * (MOST_LINES + 1))

    assert len(answers) == MOST_LINES
    assert last["line"] == MOST_LINES + 1
    assert f"more than {MOST_LINES}" in last["error"]["errors"][0]["message"]


def test_lines_must_be_called_so(service: Service) -> None:
    reply = service.send("POST", "/v1/verify/bulk", b"{}", {"Content-Type": "application/json"})

    assert "application/x-ndjson" in reply.problem(415)["Content-Type"]


def test_conditions_for_the_store_are_refused_beside_a_text(service: Service) -> None:
    body = {"quote": "We wait", "text": TEXT, "source": "Wire", "from": "2026-01-01", "to": "2026-02-01"}

    assert set(service.post("/v1/verify", body).problem(422)) == {"source", "from", "to"}
