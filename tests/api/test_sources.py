"""Who is quoted, over HTTP: groups, formats, filters, and what is refused."""

import csv
import io

import pytest

from tests.api.running import Service

OUTLET = "source=Census+Times"
TEXT = """“The census begins,” said Mayor Ida Kell, who counted her staff.

“We wait for 3 forms,” said Ida Kell. “Nobody counts,” said Mr Olaf Brandt."""


@pytest.fixture(scope="module")
def counted(service: Service) -> Service:
    """The service with an article that nothing else quotes."""
    article = {
        "id": "census",
        "text": TEXT,
        "source": "Census Times",
        "author": "=Cora Pace",
        "published_at": "2019-05-05",
    }
    assert service.post("/v1/articles", article).status in (200, 201)
    return service


def test_groups_have_quotes_words_and_speakers(counted: Service) -> None:
    answer = counted.get(f"/v1/sources?by=gender&per=month&{OUTLET}").json
    assert [list(item.values())[:7] for item in answer["items"]] == [
        ["2019-05", "f", 2, 8, 1, 2, 1],
        ["2019-05", "m", 1, 2, 1, 1, 1],
    ]
    assert list(answer["items"][0])[:2] == ["month", "gender"]
    assert answer["items"][0]["evidence"]["pronoun"] == 2
    assert (answer["groups"], answer["total"]["quotes"], answer["total"]["speakers"]) == (2, 3, 2)


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("by=kind", [("person", 3)]),
        ("by=role", [("mayor", 2), (None, 1)]),
        ("by=role&limit=1", [("mayor", 2)]),
        ("q=census", [("f", 1)]),
        ("q=nothing", []),
        ("kind=indirect", []),
        ("from=2019-05-06", []),
        ("to=2019-05-05", [("f", 2), ("m", 1)]),
        ("min_confidence=1", []),
        ("gender=f&by=role", [("mayor", 2)]),
        ("role=Mayor&speaker_kind=person", [("f", 2)]),
        ("speaker_kind=group", []),
    ],
)
def test_filters_and_groups(counted: Service, query: str, values: list[object]) -> None:
    items = counted.get(f"/v1/sources?{OUTLET}&{query}").json["items"]
    assert [(next(iter(item.values())), item["quotes"]) for item in items] == values


def test_a_gender_can_be_stated_and_taken_back(counted: Service) -> None:
    [quote] = counted.get(f"/v1/quotes?gender=m&{OUTLET}").json["items"]
    address = f"/v1/speakers/{quote['speaker']['id']}"
    assert counted.send("PATCH", address, {"gender": "f"}).json["gender"] == "f"
    [item] = counted.get(f"/v1/sources?gender=f&q=nobody&{OUTLET}").json["items"]
    assert item["evidence"]["stated"] == 1
    assert counted.send("PATCH", address, {"gender": None}).json["gender"] is None
    assert counted.get(f"/v1/quotes?gender=m&{OUTLET}").json["items"] == [quote]
    assert counted.send("PATCH", address, {"gender": "w"}).problem(422)["gender"] == "must be one of: f, m"
    described = counted.get(f"/v1/speakers/{quote['speaker']['id']}").json
    assert described["genders"] == [{"gender": "m", "gender_evidence": "title", "quotes": 1}]


@pytest.mark.parametrize("headers", [{}, {"Accept": "text/csv"}])
def test_csv_has_a_row_a_group(counted: Service, headers: dict[str, str]) -> None:
    query = f"/v1/sources?per=author&{OUTLET}" + ("" if headers else "&format=csv")
    reply = counted.get(query, headers)
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "Accept" in reply.headers["Vary"]
    rows = list(csv.DictReader(io.StringIO(reply.body.decode())))
    # A spreadsheet takes no name for a formula.
    assert [(row["author"], row["gender"], row["words"]) for row in rows] == [
        ("'=Cora Pace", "f", "8"),
        ("'=Cora Pace", "m", "2"),
    ]
    assert rows[0]["pronoun"] == "2"


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("by=age", "by", "must be one of: gender, role, kind"),
        ("per=day", "per", "must be one of: source, month, author"),
        ("per=", "per", "must be one of"),
        ("limit=0", "limit", "from 1 to 10000"),
        ("limit=10&format=csv", "limit", "csv gives all groups"),
        ("format=ndjson", "format", "must be one of: json, csv"),
        ("from=2026-03-02&to=2026-03-01", "from", "must not be after to"),
        ("q=%22", "q", "position"),
        ("speaker=doe", "speaker", "allowed: by, per, q"),
        ("cursor=x", "cursor", "is not known here"),
    ],
)
def test_unusable_parameter_is_400(counted: Service, query: str, field: str, message: str) -> None:
    assert message in counted.get(f"/v1/sources?{query}").problem(400)[field]
