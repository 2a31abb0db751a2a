"""Articles over HTTP: stored once, replaced, read back as sent, listed, taken out."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from tests.api.running import Service

ARTICLE = {
    "text": "“We will not move,” said Jane Doe.\n\n“They must,” said John Smith.",
    "title": "Council holds out",
    "url": "https://news.example/1",
    "source": "The Example",
    "author": "Sam Roe",
    "published_at": "2026-03-31T20:30:00+02:00",
    "language": "en",
}


def test_new_article_is_201_with_its_address(service: Service) -> None:
    reply = service.post("/v1/articles", {**ARTICLE, "id": "new"})
    assert (reply.status, reply.json) == (201, {"id": "new", "status": "created", "quotes": 2})
    assert reply.headers["Location"] == "/v1/articles/new"


def test_article_is_read_back_as_it_was_sent(service: Service) -> None:
    text = "\u00a0“Wir gehen,”\r\nsaid\tNoe\u0308l O’Neil 😀\u2028."
    service.post("/v1/articles", {**ARTICLE, "id": "back", "text": text})
    article = service.get("/v1/articles/back").json
    assert article["text"] == text
    assert article["published_at"] == "2026-03-31T18:30:00Z"
    assert {name: article[name] for name in ("title", "url", "source", "author", "language")} == {
        name: ARTICLE[name] for name in ("title", "url", "source", "author", "language")
    }


def test_same_article_twice_is_stored_once(service: Service) -> None:
    first = service.post("/v1/articles", {"text": "“Once only,” said Ann Twice."})
    second = service.post("/v1/articles", {"text": "“Once only,” said Ann Twice."})
    assert (first.status, second.status) == (201, 200)
    assert second.json == {**first.json, "status": "unchanged"}
    assert "Location" not in second.headers
    assert len(service.get("/v1/quotes?speaker=ann+twice").json["items"]) == 1


def test_same_article_sent_at_once_is_stored_once(service: Service) -> None:
    def post(_: int) -> int:
        return service.post("/v1/articles", {"text": "“All at once,” said Ann Race."}).status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(post, range(16))) == [200] * 15 + [201]
    assert len(service.get("/v1/quotes?speaker=ann+race").json["items"]) == 1


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_changed_text_replaces_the_quotes(service: Service, method: str) -> None:
    article_id = f"changed-{method}"
    path = "/v1/articles" if method == "POST" else f"/v1/articles/{article_id}"
    service.send("PUT", f"/v1/articles/{article_id}", {"text": "“Before,” said Peter Lane."})
    reply = service.send(method, path, {"id": article_id, "text": "“After,” said Mary Lane."})
    assert (reply.status, reply.json["status"]) == (200, "replaced")
    quotes = service.get(f"/v1/articles/{article_id}/quotes").json["items"]
    assert [item["speaker"]["name"] for item in quotes] == ["Mary Lane"]


def test_put_creates_and_then_changes_nothing(service: Service) -> None:
    path = f"/v1/articles/{quote('id with ünusual?&#%', safe='')}"
    first, second = service.send("PUT", path, ARTICLE), service.send("PUT", path, ARTICLE)
    assert (first.status, first.headers["Location"]) == (201, path)
    assert (second.status, second.json["status"]) == (200, "unchanged")
    assert service.get(first.headers["Location"]).json["id"] == "id with ünusual?&#%"


def test_address_that_is_no_utf8_is_404(service: Service) -> None:
    service.send("PUT", "/v1/articles/%FF", ARTICLE).problem(404)


def test_put_of_another_id_is_409(service: Service) -> None:
    reply = service.send("PUT", "/v1/articles/one", {**ARTICLE, "id": "two"})
    assert "'two'" in reply.problem(409)["id"]
    service.get("/v1/articles/one").problem(404)
    service.get("/v1/articles/two").problem(404)


def test_deleted_article_is_gone_with_its_quotes(service: Service) -> None:
    service.send("PUT", "/v1/articles/gone", {"text": "“Gone,” said Ann Gone."})
    reply = service.send("DELETE", "/v1/articles/gone")
    assert (reply.status, reply.body) == (204, b"")
    service.send("DELETE", "/v1/articles/gone").problem(404)
    service.get("/v1/articles/gone").problem(404)
    assert service.get("/v1/quotes?speaker=ann+gone").json == {"items": [], "next": None}


def test_null_is_the_same_as_left_out(service: Service) -> None:
    optional = ("id", "title", "url", "source", "author", "published_at")
    sent = service.post("/v1/articles", {"text": "Nobody spoke.", **dict.fromkeys(optional)})
    again = service.post("/v1/articles", {"text": "Nobody spoke."})
    assert sent.json["id"] == again.json["id"]
    assert again.json["status"] == "unchanged"


def test_articles_are_listed_newest_first_between_dates(service: Service) -> None:
    for day in ("2019-05-02", "2019-05-04", "2019-05-03"):
        article = {**ARTICLE, "source": "Daily List", "published_at": f"{day}T23:59:59Z"}
        service.send("PUT", f"/v1/articles/day-{day}", article)

    def list_ids(query: str) -> list[str]:
        return [
            article["id"] for article in service.get(f"/v1/articles?source=daily+LIST&{query}").json["items"]
        ]

    assert list_ids("") == ["day-2019-05-04", "day-2019-05-03", "day-2019-05-02"]
    assert list_ids("to=2019-05-03") == ["day-2019-05-03", "day-2019-05-02"]
    assert list_ids("from=2019-05-03&to=2019-05-03") == ["day-2019-05-03"]
    assert list_ids("to=2019-05-03T23:59:58Z") == ["day-2019-05-02"]
    assert list_ids("from=2019-05-04T01:59:59%2B02:00&to=2019-05-03T23:59:59Z") == ["day-2019-05-03"]


def test_lists_of_articles_leave_out_the_text(service: Service) -> None:
    service.send("PUT", "/v1/articles/long", ARTICLE)
    assert all("text" not in article for article in service.get("/v1/articles").json["items"])


def test_an_article_that_looks_like_html_is_stored_with_a_warning(service: Service) -> None:
    article = {**ARTICLE, "id": "html", "text": "<p>“We will not move,” said Jane Doe.</p>"}
    created = service.post("/v1/articles", article)
    replaced = service.send("PUT", "/v1/articles/html", article)

    for reply in (created, replaced, service.get("/v1/articles/html")):
        [warning] = reply.json["warnings"]
        assert warning.startswith("looks like HTML: <p> at 0")


def test_an_article_of_plain_words_has_no_warnings(service: Service) -> None:
    created = service.post("/v1/articles", {**ARTICLE, "id": "plain"})

    assert "warnings" not in created.json
    assert "warnings" not in service.get("/v1/articles/plain").json
