"""Conditions of requests, and what proxies and forms say that is not so."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.app import create_app
from service.config import Config
from service.store import Store
from tests.api.running import Service, make_store, running_service

ARTICLE = {"text": "“We stand by it,” said Ann Condition."}
ADDRESS = "/v1/articles/conditional"


def test_writes_hold_to_their_conditions(service: Service) -> None:
    service.send("DELETE", ADDRESS)
    assert "If-Match" in service.send("PUT", ADDRESS, ARTICLE, {"If-Match": "*"}).problem(412)
    assert service.send("PUT", ADDRESS, ARTICLE, {"If-None-Match": "*"}).status == 201
    assert "If-None-Match" in service.send("PUT", ADDRESS, ARTICLE, {"If-None-Match": "*"}).problem(412)
    assert service.send("PUT", ADDRESS, ARTICLE, {"If-Match": "*"}).status == 200
    service.send("PUT", ADDRESS, ARTICLE, {"If-Match": '"other"'}).problem(412)
    service.send("DELETE", ADDRESS, headers={"If-None-Match": "*"}).problem(412)
    assert service.send("DELETE", ADDRESS, headers={"If-Match": "*"}).status == 204
    service.send("DELETE", ADDRESS, headers={"If-Match": "*"}).problem(412)


def test_writes_hold_to_the_tag_that_the_client_knows(service: Service) -> None:
    service.send("PUT", ADDRESS, ARTICLE)
    tag = service.get(ADDRESS).headers["ETag"]
    assert not tag.startswith("W/")
    service.send("PUT", "/v1/articles/another", {**ARTICLE, "title": tag})
    assert service.get(ADDRESS).headers["ETag"] == tag
    for other in (f"W/{tag}", '"other"', "nonsense"):
        service.send("PUT", ADDRESS, {**ARTICLE, "title": "Refused"}, {"If-Match": other}).problem(412)
    service.send("PUT", ADDRESS, ARTICLE, {"If-None-Match": f'"other", {tag}'}).problem(412)
    changed = {**ARTICLE, "title": "Changed"}
    assert service.send("PUT", ADDRESS, changed, {"If-Match": f'"other", {tag}'}).status == 200
    for method, body in (("PUT", ARTICLE), ("PUT", changed), ("DELETE", None)):
        assert "If-Match" in service.send(method, ADDRESS, body, {"If-Match": tag}).problem(412)
    assert service.get(ADDRESS).json["title"] == "Changed"
    [quote] = service.get(f"{ADDRESS}/quotes").json["items"]
    for path, change in (
        (f"/v1/quotes/{quote['id']}", {"rejected": False, "reason": "Heard it."}),
        (f"/v1/speakers/{quote['speaker']['id']}", {"external_id": "Q42"}),
    ):
        tag = service.get(path).headers["ETag"]
        assert service.send("PATCH", path, change, {"If-Match": tag}).status == 200
        service.send("PATCH", path, change, {"If-Match": tag}).problem(412)
    tag = service.get(ADDRESS).headers["ETag"]
    assert service.send("DELETE", ADDRESS, headers={"If-Match": tag}).status == 204


def test_packed_answers_have_tags_of_their_own_that_writes_know(service: Service) -> None:
    long = {"text": ARTICLE["text"] + "\n\n" + "Nobody else spoke. " * 100}
    service.send("PUT", ADDRESS, long)
    plain = service.get(ADDRESS).headers["ETag"]
    packed = service.get(ADDRESS, {"Accept-Encoding": "gzip"}).headers["ETag"]
    assert plain != packed
    assert service.get(ADDRESS, {"Accept-Encoding": "gzip", "If-None-Match": packed}).status == 304
    assert service.send("PUT", ADDRESS, ARTICLE, {"If-Match": packed}).status == 200


def test_of_writers_who_know_the_same_one_alone_gets_through(service: Service) -> None:
    service.send("PUT", ADDRESS, ARTICLE)
    tag = service.get(ADDRESS).headers["ETag"]

    def write(number: int) -> int:
        return service.send("PUT", ADDRESS, {**ARTICLE, "title": str(number)}, {"If-Match": tag}).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(write, range(8))) == [200, *[412] * 7]


def test_condition_is_checked_again_when_no_other_writer_can_come_between(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    url = make_store(tmp_path_factory.mktemp("held"))
    store = Store(url)
    client = create_app(Config(database_url=url)).test_client()
    client.put(ADDRESS, json=ARTICLE)
    tag = client.get(ADDRESS).headers["ETag"]
    save = Store.save_articles

    def save_behind_another(*arguments: Any, **options: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(store.delete_article, "conditional").result()
        return save(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "save_articles", save_behind_another)
        changed = client.put(ADDRESS, json={**ARTICLE, "title": "Changed"}, headers={"If-Match": tag})
    assert changed.status_code == 412
    assert store.get_article("conditional") is None
    store.close()


def test_reads_under_the_condition_that_nothing_is_there(service: Service) -> None:
    service.send("PUT", ADDRESS, ARTICLE)
    for _ in range(2):
        reply = service.get(ADDRESS, {"If-None-Match": "*"})
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["ETag"] == service.get(ADDRESS).headers["ETag"]
    service.get("/v1/articles/none", {"If-None-Match": "*"}).problem(404)


@pytest.mark.parametrize("name", ["%2E", "%2E%2E", "%20"])
def test_ids_that_a_body_may_not_have_are_refused_in_addresses(service: Service, name: str) -> None:
    assert "id" in service.send("PUT", f"/v1/articles/{name}", ARTICLE).problem(422)


def test_form_in_broken_chunks_is_400(service: Service) -> None:
    head = b"POST /try HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    reply = service.send_raw(head + b"Transfer-Encoding: chunked\r\n\r\n5\r\ntext\r\n")
    assert reply.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "/\\evil.example", "evil.example", "/ok, //evil.example"]
)
def test_prefix_that_is_no_path_is_not_believed(
    tmp_path_factory: pytest.TempPathFactory, prefix: str
) -> None:
    url = make_store(tmp_path_factory.mktemp("prefix"))
    with running_service(url, WORKERS="1", TRUSTED_PROXIES="1") as service:
        reply = service.post("/v1/articles", {**ARTICLE, "id": "prefixed"}, **{"X-Forwarded-Prefix": prefix})
        assert reply.headers["Location"] == "/v1/articles/prefixed"
