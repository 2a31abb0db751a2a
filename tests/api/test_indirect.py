"""Indirect quotes over HTTP: kept, given where they are asked for, and shown as nobody's very words."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest

from service.formats.citron import write_citron
from tests.api.records import SAID_BY_NOBODY
from tests.api.running import Service

TEXT = "Ana Pell said the tide was “a thief” that night. The pier, she said, would hold."
ARTICLES = (
    {"id": "tide", "text": TEXT, "published_at": "2021-03-10", "source": "Tide Times"},
    {
        "id": "ebb",
        "text": "“It is over,” Bo Pell said.",
        "published_at": "2021-04-10",
        "source": "Tide Times",
    },
)


@pytest.fixture(scope="module")
def filled(service: Service) -> Service:
    assert [service.post("/v1/articles", article).json["quotes"] for article in ARTICLES] == [1, 1]
    return service


def list_items(service: Service, query: str) -> list[Any]:
    items: list[Any] = service.get(f"/v1/quotes?source=tide+times&{query}").json["items"]
    return items


def test_they_are_listed_where_they_are_asked_for(filled: Service) -> None:
    [over, mixed] = list_items(filled, "")
    assert mixed["clause"] == {"start": 14, "end": 47, "text": "the tide was “a thief” that night"}
    [indirect] = list_items(filled, "kind=indirect")
    assert (indirect["text"], indirect["kind"]) == ("The pier … would hold", "indirect")
    assert indirect["clause"] is None
    assert list_items(filled, "kind=any") == [over, mixed, indirect]
    assert filled.get(f"/v1/quotes/{indirect['id']}").json == indirect
    speaker_id = indirect["speaker"]["id"]
    for address in ("/v1/articles/tide/quotes", f"/v1/speakers/{speaker_id}/quotes"):
        assert filled.get(address).json["items"] == [mixed]
        assert filled.get(f"{address}?kind=indirect").json["items"] == [indirect]
        first = filled.get(f"{address}?kind=any&limit=1").json
        assert first["items"] + filled.get(first["next"]).json["items"] == [mixed, indirect]
    speaker = filled.get(f"/v1/speakers/{speaker_id}").json
    assert (speaker["quotes"], speaker["indirect"]) == (1, 1)


@pytest.mark.parametrize("unique", ["false", "true"])
def test_they_are_occurrences_of_nothing(filled: Service, unique: str) -> None:
    [indirect] = list_items(filled, f"kind=indirect&unique={unique}")
    assert (indirect["quotation"], indirect["occurrences"]) == (None, 1)


def test_facets_count_what_the_list_holds(filled: Service) -> None:
    for query, counts in (
        ("", {"direct": 1, "mixed": 1}),
        ("&kind=any", {"direct": 1, "mixed": 1, "indirect": 1}),
        ("&kind=indirect", {"indirect": 1}),
    ):
        facets = filled.get(f"/v1/quotes?source=tide+times&facets=kind,month{query}").json["facets"]
        assert {one["value"]: one["quotes"] for one in facets["kind"]} == counts
        assert {one["value"] for one in facets["month"]} <= {"2021-03", "2021-04"}
        assert sum(one["quotes"] for one in facets["month"]) == facets["quotes"] == sum(counts.values())


def test_timelines_leave_them_out(filled: Service) -> None:
    [indirect] = list_items(filled, "kind=indirect")
    timeline = filled.get(f"/v1/speakers/{indirect['speaker']['id']}/timeline").json
    assert [(one["month"], one["quotes"]) for one in timeline["months"]] == [("2021-03", 1)]


def test_a_feed_gives_them_without_marks(filled: Service) -> None:
    address = "/v1/quotes.atom?source=tide+times"
    assert len(feedparser.parse(filled.get(address).body).entries) == 2
    entries = feedparser.parse(filled.get(f"{address}&kind=any").body).entries
    assert [entry.title for entry in entries] == [
        "Bo Pell: “It is over”",
        "Ana Pell: “a thief”",
        "Ana Pell: The pier … would hold",
    ]
    assert ["blockquote" in entry.content[0].value for entry in entries] == [True, True, False]


def test_rows_have_the_clause_and_the_kind(filled: Service) -> None:
    reply = filled.get("/v1/quotes?source=tide+times&kind=any&format=csv")
    rows = csv.DictReader(io.StringIO(reply.body.decode(), newline=""))
    assert [(row["kind"], row["clause"]) for row in rows] == [
        ("direct", ""),
        ("mixed", "the tide was “a thief” that night"),
        ("indirect", ""),
    ]


def test_citron_gets_no_marks_around_them() -> None:
    quote = replace(SAID_BY_NOBODY, kind="indirect", quotation=None)
    for one, expected in ((quote, "Ja"), (replace(quote, kind="mixed"), "„Ja“")):
        [line] = write_citron([one], lambda _: "„Ja“, sagte wer.")
        assert [one["text"] for one in json.loads(line)["quotes"][0]["contents"]] == [expected]


@pytest.mark.parametrize("kind", ["any", "indirect"])
def test_corenlp_has_no_indirect_quotes(service: Service, kind: str) -> None:
    reply = service.get(f"/v1/quotes?format=corenlp&kind={kind}")

    assert reply.problem(400) == {"kind": "must be direct or mixed: format=corenlp has no indirect quotes"}


def test_they_cannot_become_words_in_marks(filled: Service) -> None:
    [indirect] = list_items(filled, "kind=indirect")
    reply = filled.send("PATCH", f"/v1/quotes/{indirect['id']}", {"kind": "direct", "reason": "Spoken."})
    assert "indirect" in reply.problem(422)["kind"]
    assert list_items(filled, "kind=indirect") == [indirect]
