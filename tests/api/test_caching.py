"""ETags: 304 while nothing has changed, a new tag after any change, nothing read to say so."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response

from service.app import create_app
from service.config import Config
from service.http.answer_cache import LARGEST_ANSWER_BYTES, OVERHEAD_BYTES, RememberedAnswers
from service.http.current import current_store
from tests.api.running import Service

ARTICLE = {"id": "cached", "text": "“It is cached,” said Etta Gray.", "published_at": "2017-01-01"}


@pytest.fixture(scope="module")
def addresses(service: Service) -> list[str]:
    """Every address that is read, and the parameters that it may have."""
    service.post("/v1/articles", ARTICLE)
    [quote] = service.get("/v1/articles/cached/quotes").json["items"]
    service.send("PATCH", f"/v1/quotes/{quote['id']}", {"kind": "mixed", "reason": "to be read"})
    speaker = quote["speaker"]["id"]
    person = service.send("PUT", "/v1/people/cached", {"name": "Ina Cached"}).json["id"]
    return [
        "/v1/articles?limit=1",
        "/v1/articles/cached",
        "/v1/articles/cached/quotes",
        "/v1/quotes?speaker=etta+gray",
        "/v1/quotes?speaker=etta+gray&format=csv",
        "/v1/quotes?speaker=etta+gray&facets=speaker",
        "/v1/quotes/count?speaker=etta+gray",
        "/v1/quotes.atom?speaker=etta+gray",
        f"/v1/quotations/{quote['quotation']}",
        f"/v1/quotes/{quote['id']}",
        f"/v1/quotes/{quote['id']}/correction",
        "/v1/corrections",
        "/v1/annotations",
        "/v1/speakers?q=etta",
        f"/v1/speakers/{speaker}",
        f"/v1/speakers/{speaker}/quotes",
        f"/v1/speakers/{speaker}/candidates",
        f"/v1/speakers/{speaker}/timeline",
        "/v1/sources?q=etta",
        "/v1/changes",
        "/v1/people",
        f"/v1/people/{person}",
        "/v1/stats",
    ]


def test_every_read_has_a_tag_of_its_own(service: Service, addresses: list[str]) -> None:
    document = service.get("/openapi.json").json
    reads = [path for path, item in document["paths"].items() if path.startswith("/v1") and "get" in item]
    assert len({address.split("?")[0] for address in addresses}) == len(reads)
    tags = []
    for address in addresses:
        reply = service.get(address)
        assert reply.status == 200
        assert reply.headers["Cache-Control"] == "no-cache"
        tags.append(reply.headers["ETag"])
    assert len(set(tags)) == len(addresses)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("form", ["{}", '{}, W/"other"', '"other",{}'])
def test_what_is_known_is_304_without_a_body(
    service: Service, addresses: list[str], method: str, form: str
) -> None:
    for address in addresses:
        tag = service.get(address).headers["ETag"]
        reply = service.send(method, address, headers={"If-None-Match": form.format(tag)})
        assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize("known", ['W/"other"', "nonsense", "W/", '"'])
def test_what_is_not_known_is_answered_whole(service: Service, addresses: list[str], known: str) -> None:
    for address in addresses:
        reply = service.get(address, {"If-None-Match": known})
        assert (reply.status, bool(reply.body)) == (200, True)


def test_tag_of_one_address_or_form_is_not_taken_for_another(service: Service, addresses: list[str]) -> None:
    tag = service.get("/v1/quotes?speaker=etta+gray").headers["ETag"]
    assert addresses
    for address in ("/v1/quotes?speaker=etta", "/v1/articles/nothing-here"):
        assert service.get(address, {"If-None-Match": tag}).status in (200, 404)
    reply = service.get("/v1/quotes?speaker=etta+gray", {"If-None-Match": tag, "Accept": "text/csv"})
    assert reply.status == 200


def test_each_change_gives_a_new_tag(service: Service) -> None:
    service.post("/v1/articles", {"id": "tagged", "text": "“It changes,” said Tess Tagged."})
    [quote] = service.get("/v1/articles/tagged/quotes").json["items"]
    path, speaker = f"/v1/quotes/{quote['id']}", f"/v1/speakers/{quote['speaker']['id']}"
    read = "/v1/articles/tagged/quotes"
    tags = [service.get(read).headers["ETag"]]
    changes = [
        ("PATCH", path, {"kind": "mixed", "reason": "a test"}),
        ("DELETE", f"{path}/correction", None),
        ("PATCH", speaker, {"name": "Tess Retagged"}),
        ("POST", "/v1/articles", {"id": "tagged-too", "text": "Nobody spoke."}),
        ("PUT", "/v1/articles/tagged", {"text": "“It changes,” said Tess Tagged.", "title": "New"}),
        ("DELETE", "/v1/articles/tagged-too", None),
    ]
    for method, address, body in changes:
        assert service.send(method, address, body).status in (200, 201, 204)
        tags.append(service.get(read).headers["ETag"])
    assert len(set(tags)) == len(tags)
    same = service.send(
        "PUT", "/v1/articles/tagged", {"text": "“It changes,” said Tess Tagged.", "title": "New"}
    )
    assert same.json["status"] == "unchanged"
    assert service.get(read).headers["ETag"] == tags[-1]


def test_errors_have_no_tag(service: Service) -> None:
    for address in ("/v1/quotes?limit=0", "/v1/quotes/none", "/v1/none"):
        assert "ETag" not in service.get(address).headers


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    built = create_app(Config(database_url=f"sqlite:///{tmp_path}/quotes.db", allowed_hosts=("*",)))
    with built.app_context():
        current_store().upgrade()
    return built


def test_nothing_is_read_to_say_that_nothing_changed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    tag = client.get("/v1/quotes").headers["ETag"]
    read: list[str] = []
    monkeypatch.setattr(type(app.extensions["store"]), "list_quotes", lambda *_: read.append("quotes"))
    assert client.get("/v1/quotes", headers={"If-None-Match": tag}).status_code == 304
    assert read == []


def test_what_was_answered_is_not_read_again_until_something_changes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    store = app.extensions["store"]
    read: list[str] = []
    list_quotes = type(store).list_quotes

    def count(*arguments: Any) -> Any:
        read.append("quotes")
        return list_quotes(*arguments)

    monkeypatch.setattr(type(store), "list_quotes", count)
    headers = {"X-Request-ID": "one"}
    first = client.get("/v1/quotes?limit=1", headers=headers)
    for method, body in (("GET", first.data), ("HEAD", b"")):
        again = client.open("/v1/quotes?limit=1", method=method, headers=headers)
        assert (again.data, list(again.headers)) == (body, list(first.headers))
    assert len(read) == 1
    client.post("/v1/articles", json=ARTICLE)
    assert client.get("/v1/quotes?limit=1").data != first.data
    client.get("/v1/quotes?limit=1", headers={"Host": "quotes.example"})
    assert len(read) == 3


def kept(remembered: RememberedAnswers, tags: str) -> str:
    return "".join(tag for tag in tags if remembered.recall(tag) is not None)


def test_only_so_much_is_kept_and_what_was_used_last_stays() -> None:
    remembered = RememberedAnswers(3 * (OVERHEAD_BYTES + 10))
    for tag in "abc":
        remembered.keep(tag, Response(tag * 10))
    assert kept(remembered, "bca") == "bca"
    remembered.keep("d", Response("d" * 10))
    assert kept(remembered, "abcd") == "acd"
    remembered.keep("e", Response("e" * 2 * OVERHEAD_BYTES))
    assert kept(remembered, "abcde") == "e"
    again = remembered.recall("e")
    assert again is not None
    assert again.get_data(as_text=True) == "e" * 2 * OVERHEAD_BYTES


def test_what_is_no_answer_or_too_much_is_not_kept() -> None:
    remembered = RememberedAnswers(1_000_000)
    remembered.keep("a", Response("x", status=404))
    remembered.keep("b", Response(iter(["x"])))
    remembered.keep("c", Response("x" * (LARGEST_ANSWER_BYTES + 1)))
    assert kept(remembered, "abc") == ""
    nothing = RememberedAnswers(0)
    nothing.keep("a", Response("x"))
    assert kept(nothing, "a") == ""
