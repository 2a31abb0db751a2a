"""The same quotation in several articles, over HTTP."""

import pytest

from tests.api.running import Service

WORDS = "The estuary will be closed to all traffic until Monday"
TEXTS = {
    "copy-a": f"“{WORDS},” said Nia Copy.",
    "copy-b": f"“{WORDS.upper()},” said Harbour Master Nia Copy.",
    "copy-c": "“Closed to all traffic until Monday … and longer perhaps,” said Nia Copy. “Yes,” she said.",
    "copy-d": f"The statement said: “😀 {WORDS} and longer perhaps.” “Yes,” said Nia Copy.",
}


@pytest.fixture(scope="module")
def copied(service: Service) -> Service:
    for number, (name, text) in enumerate(TEXTS.items()):
        article = {"id": name, "text": text, "published_at": f"2016-01-0{number + 1}", "source": "Copy Wire"}
        assert service.post("/v1/articles", article).status in (200, 201)
    return service


def test_occurrences_stand_oldest_first(copied: Service) -> None:
    [first] = copied.get("/v1/articles/copy-a/quotes").json["items"]
    assert first["occurrences"] == 4
    found = copied.get(f"/v1/quotations/{first['quotation']}").json
    assert [*found] == ["id", "text", "occurrences", "items", "next"]
    assert (found["id"], found["occurrences"], found["next"]) == (first["quotation"], 4, None)
    assert found["text"] == f"😀 {WORDS} and longer perhaps."
    assert [one["article"]["id"] for one in found["items"]] == [*TEXTS]
    assert {one["quotation"] for one in found["items"]} == {found["id"]}
    assert copied.get(f"/v1/quotes/{first['id']}").json["occurrences"] == 4


def test_a_quotation_is_paged(copied: Service) -> None:
    [first] = copied.get("/v1/articles/copy-a/quotes").json["items"]
    address, seen = f"/v1/quotations/{first['quotation']}?limit=3&offsets=utf-16", []
    while address:
        found = copied.get(address).json
        seen += found["items"]
        address = found["next"]
    assert [one["article"]["id"] for one in seen] == [*TEXTS]
    last = seen[-1]["segments"][0]
    assert last["end"] - last["start"] == len(last["text"]) + 1
    assert "cursor" in copied.get(f"/v1/quotations/{first['quotation']}?cursor=x").problem(400)


def test_unique_leaves_out_copies(copied: Service) -> None:
    found = copied.get("/v1/quotes?source=copy+wire&unique=true&facets=speaker").json
    assert [one["article"]["id"] for one in found["items"]] == ["copy-d", "copy-c", "copy-a"]
    assert found["facets"]["quotes"] == 3
    assert len(copied.get("/v1/quotes?source=copy+wire&unique=false").json["items"]) == 6
    lines = copied.get("/v1/quotes?source=copy+wire&unique=true&format=ndjson").body.splitlines()
    assert len(lines) == 3
    assert "unique" in copied.get("/v1/quotes?unique=1").problem(400)


def test_an_id_that_is_none_is_not_found(copied: Service) -> None:
    for identifier in ("w0000000000000000", "wzz", "copy-a"):
        assert "quotation_id" in copied.get(f"/v1/quotations/{identifier}").problem(404)
