"""The list of people you know over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.running import Service

PERSON = {
    "name": "Orla Finch",
    "kind": "person",
    "gender": "f",
    "external_id": "Q4711",
    "aliases": ["Orla B. Finch"],
    "description": "chair of the Weir Club",
    "since": "2026-01-01T00:00:00Z",
    "until": None,
}
NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(autouse=True)
def _empty_list(service: Service) -> Iterator[None]:
    yield
    assert service.send("DELETE", "/v1/people").status == 200


def put_lines(service: Service, *people: Any) -> list[Any]:
    body = b"".join(json.dumps(person).encode() + b"\n" for person in people)
    reply = service.send("PUT", "/v1/people", body, NDJSON)
    assert reply.status == 200
    return [json.loads(line) for line in reply.body.splitlines()]


def test_a_person_is_put_read_and_deleted(service: Service) -> None:
    reply = service.send("PUT", "/v1/people/orla", PERSON)
    assert reply.json == {"id": "orla", **PERSON}
    assert service.get("/v1/people/orla").json == reply.json
    assert service.get("/v1/people?name=orla+b+finch").json["items"] == [reply.json]
    assert service.get("/v1/people?external_id=Q4711").json["items"] == [reply.json]
    assert service.send("DELETE", "/v1/people/orla").status == 204
    assert service.send("DELETE", "/v1/people/orla").status == 404
    assert service.get("/v1/people/orla").status == 404


def test_each_line_is_answered_in_its_place(service: Service) -> None:
    answers = put_lines(service, PERSON, {"name": "?"}, [1], {"name": "Bo Vik", "id": "bo"})
    assert [answer["line"] for answer in answers] == [1, 2, 3, 4]
    assert [answer.get("id") for answer in answers] == ["Q4711", None, None, "bo"]
    assert answers[1]["error"]["errors"] == [{"field": "name", "message": "has no letter or digit"}]
    assert [one["id"] for one in service.get("/v1/people").json["items"]] == ["Q4711", "bo"]
    assert service.send("DELETE", "/v1/people").json == {"people": 2}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "x" * 201}, "name", "the limit is 200"),
        ({"aliases": ["a"] * 101}, "aliases", "the limit is 100"),
        ({"aliases": ["?"]}, "aliases", "no letter or digit"),
        ({"gender": "x"}, "gender", "must be one of: f, m"),
        ({"kind": "group"}, "kind", "must be one of: person, organisation"),
        ({"external_id": "Q 42"}, "external_id", "no blank"),
        ({"since": "soon"}, "since", "ISO 8601"),
        ({"since": "2027", "until": "2026-01-01"}, "since", "ISO 8601"),
        ({"since": "2027-01-01", "until": "2026-01-01"}, "since", "must not be after until"),
        ({"birthday": "2027"}, "birthday", "is not known here"),
    ],
)
def test_a_wrong_field_is_named(service: Service, change: dict[str, Any], field: str, message: str) -> None:
    reply = service.send("PUT", "/v1/people/orla", {**PERSON, **change})
    assert message in reply.problem(422)[field]
