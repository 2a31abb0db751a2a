"""Facets, timelines and Atom feeds over HTTP."""

import re
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.formats.atom import NO_XML, make_address
from tests.api.running import Service

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "feed-a",
        "text": "“The tide & <b>the moon</b> decide,” said Ida Feed.\n\n“We wait,” said Ida Feed.",
        "title": "Tide <i>turns</i> & stays \u0007",
        "url": "https://news.example/tide?a=1&b=ü x",
        "source": "Feed & Times",
        "published_at": "2019-03-31T23:30:00-02:00",
    },
    {
        "id": "feed-b",
        "text": "“It was high,” said Ida Feed. “The sea is here,” said Otto Feed.",
        "url": "javascript:alert(1)",
        "published_at": "2019-05-01",
        "source": "Feed Herald",
    },
    {"id": "feed-c", "text": "“We have no date,” said Ida Feed."},
]
ATOM = "{http://www.w3.org/2005/Atom}"
UNIQUE_IN_FEED = ("id", "title", "updated", "generator", "subtitle", "rights", "logo", "icon")
UNIQUE_IN_ENTRY = ("id", "title", "updated", "published", "content", "summary", "rights", "source")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture(scope="module")
def filled(service: Service) -> Service:
    for article in ARTICLES:
        assert service.post("/v1/articles", article).status in (200, 201)
    return service


def read_feed(service: Service, path: str) -> ElementTree.Element:
    reply = service.get(path)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/atom+xml")
    read = feedparser.parse(reply.body, response_headers={"content-type": reply.headers["Content-Type"]})
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    feed = ElementTree.fromstring(reply.body)
    check_feed(feed)
    return feed


def check_feed(feed: ElementTree.Element) -> None:
    """Hold a feed against what RFC 4287 says that feeds and entries must have, and must not."""
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    check_counts(feed, UNIQUE_IN_FEED)
    for entry in entries:
        check_counts(entry, UNIQUE_IN_ENTRY)
    # 4.1.1: an author in the feed, unless each entry has one.
    assert feed.find(f"{ATOM}author") is not None
    assert all(author.findtext(f"{ATOM}name") for author in feed.iter(f"{ATOM}author"))
    for parent in (feed, *entries):
        links = parent.findall(f"{ATOM}link")
        # 4.1.1, 4.1.2: no two alternates of the same type and language.
        alternates = [link.get("type") for link in links if link.get("rel") == "alternate"]
        assert len(alternates) == len(set(alternates))
        assert all(is_absolute(link.attrib["href"]) for link in links)
    identities = [element.text or "" for element in feed.iter(f"{ATOM}id")]
    assert len(set(identities)) == len(identities)
    assert all(urlsplit(identity).scheme == "urn" for identity in identities)
    for name in ("updated", "published"):
        assert all(MOMENT.fullmatch(element.text or "") for element in feed.iter(ATOM + name))
    # 4.1.3.3: HTML has no child elements: its markup is escaped.
    assert all(len(content) == 0 for content in feed.iter(f"{ATOM}content"))


def check_counts(parent: ElementTree.Element, unique: tuple[str, ...]) -> None:
    for name in ("id", "title", "updated"):
        assert parent.find(ATOM + name) is not None
    for name in unique:
        assert len(parent.findall(ATOM + name)) <= 1


def is_absolute(address: str) -> bool:
    parts = urlsplit(address)
    return address.isascii() and " " not in address and parts.scheme in ("http", "https")


def find_link(parent: ElementTree.Element, relation: str) -> str | None:
    links = [link for link in parent.findall(f"{ATOM}link") if link.get("rel") == relation]
    return links[0].get("href") if links else None


def text_of(parent: ElementTree.Element, name: str) -> str:
    return parent.findtext(ATOM + name) or ""


def test_a_feed_holds_the_list(filled: Service) -> None:
    feed = read_feed(filled, "/v1/quotes.atom?speaker=ida+feed&to=2020-01-01")
    quotes = filled.get("/v1/quotes?speaker=ida+feed&to=2020-01-01").json["items"]
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(quotes) == 3
    for entry, found in zip(entries, quotes, strict=True):
        assert found["text"][:20] in text_of(entry, "title")
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ida Feed"
        assert text_of(entry, "published") == found["article"]["published_at"]
        # Stored after it was published.
        assert text_of(entry, "updated") > text_of(entry, "published")
    assert text_of(feed, "updated") == max(text_of(entry, "updated") for entry in entries)
    assert text_of(feed, "title") == "Quotes; speaker ida feed; to 2020-01-01"


def test_markup_of_an_article_is_text(filled: Service) -> None:
    feed = read_feed(filled, "/v1/quotes.atom?article=feed-a&limit=1")
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    content = text_of(entry, "content")
    assert "The tide &amp; &lt;b&gt;the moon&lt;/b&gt; decide" in content
    assert "Tide &lt;i&gt;turns&lt;/i&gt; &amp; stays" in content
    assert "\u0007" not in content
    assert 'href="https://news.example/tide?a=1&amp;b=%C3%BC%20x"' in content
    assert find_link(entry, "alternate") == "https://news.example/tide?a=1&b=%C3%BC%20x"
    assert text_of(entry, "title") == "Ida Feed: “The tide & <b>the moon</b> decide”"


def test_only_addresses_of_the_web_are_links(filled: Service) -> None:
    feed = read_feed(filled, "/v1/quotes.atom?article=feed-b")
    for entry in feed.findall(f"{ATOM}entry"):
        assert "javascript" not in (find_link(entry, "alternate") or "")
        assert "href" not in text_of(entry, "content")
        path = urlsplit(find_link(entry, "alternate") or "").path
        assert filled.get(path).json["text"] in text_of(entry, "content")


def test_addresses_are_those_of_the_request(filled: Service) -> None:
    path = "/v1/quotes.atom?speaker=ida+feed&limit=2"
    reply = filled.get(path, {"Host": "quotes.localhost:81"})
    feed = ElementTree.fromstring(reply.body)
    assert find_link(feed, "self") == f"http://quotes.localhost:81{path}"
    assert find_link(feed, "alternate") == "http://quotes.localhost:81/v1/quotes?speaker=ida+feed"
    following = find_link(feed, "next") or ""
    assert following.startswith("http://quotes.localhost:81/v1/quotes.atom?speaker=ida+feed&limit=2&cursor=")
    here = read_feed(filled, path)
    assert [one.text for one in feed.iter(f"{ATOM}id")] == [one.text for one in here.iter(f"{ATOM}id")]


def test_own_address_keeps_a_question_mark_at_its_end(filled: Service) -> None:
    host = f"http://127.0.0.1:{filled.port}"
    for path in ("/v1/quotes.atom", "/v1/quotes.atom?q=high?"):
        assert find_link(read_feed(filled, path), "self") == host + path


def test_next_links_lead_through_the_list(filled: Service) -> None:
    path, texts, feeds = "/v1/quotes.atom?source=feed+herald&limit=1", [], set()
    while path:
        feed = read_feed(filled, path)
        feeds.add(text_of(feed, "id"))
        texts += [text_of(entry, "title") for entry in feed.findall(f"{ATOM}entry")]
        parts = urlsplit(find_link(feed, "next") or "")
        path = f"{parts.path}?{parts.query}" if parts.path else ""
    assert texts == ["Ida Feed: “It was high”", "Otto Feed: “The sea is here”"]
    assert len(feeds) == 1


def test_a_correction_is_an_update(filled: Service) -> None:
    path = "/v1/quotes.atom?article=feed-c"
    before = read_feed(filled, path)
    [found] = filled.get("/v1/articles/feed-c/quotes").json["items"]
    tag = filled.get(path).headers["ETag"]
    assert filled.get(path, {"If-None-Match": tag}).status == 304
    while True:  # until the second, in which the article was stored, is over
        filled.send("PATCH", f"/v1/quotes/{found['id']}", {"kind": "mixed", "reason": "a test"})
        after = read_feed(filled, path)
        if text_of(after, "updated") > text_of(before, "updated"):
            break
    assert filled.get(path, {"If-None-Match": tag}).status == 200
    assert text_of(after, "id") == text_of(before, "id")
    filled.send("DELETE", f"/v1/quotes/{found['id']}/correction")


def test_an_empty_feed_is_a_feed(filled: Service) -> None:
    feed = read_feed(filled, "/v1/quotes.atom?speaker=nobody+feed")
    assert (feed.find(f"{ATOM}entry"), text_of(feed, "updated")) == (None, "1970-01-01T00:00:00Z")


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_search_is_a_feed_or_a_problem(filled: Service, text: str) -> None:
    path = f"/v1/quotes.atom?q={quote(text, errors='surrogatepass')}"
    if filled.get(path).status == 400:
        return
    read_feed(filled, path)


@given(st.text(st.characters(codec="utf-8")))
def test_no_character_is_left_that_xml_has_not(text: str) -> None:
    element = ElementTree.Element("a")
    element.text = NO_XML.sub("", text)
    assert ElementTree.fromstring(ElementTree.tostring(element)).text or True


@given(st.text() | st.text().map("http://{}".format) | st.text("[]:/@.a").map("https://{}".format))
def test_any_address_of_an_article_is_a_link_or_none(url: str) -> None:
    address = make_address(url)
    assert address is None or is_absolute(address)


def test_facets_stand_beside_the_items(filled: Service) -> None:
    found = filled.get("/v1/quotes?speaker=feed&to=2019-12-31&facets=kind,speaker,month&limit=1").json
    assert [*found] == ["facets", "items", "next"]
    speakers = {one["name"]: one["quotes"] for one in found["facets"].pop("speaker")}
    assert speakers == {"Ida Feed": 3, "Otto Feed": 1}
    assert found["facets"] == {
        "quotes": 4,
        "complete": True,
        "kind": [{"value": "direct", "name": "direct", "quotes": 4}],
        "month": [
            {"value": "2019-05", "name": "2019-05", "quotes": 2},
            {"value": "2019-04", "name": "2019-04", "quotes": 2},
        ],
    }
    assert filled.get(found["next"]).json["facets"]["quotes"] == 4
    assert "facets" not in filled.get("/v1/quotes?speaker=feed").json


@pytest.mark.parametrize("value", ["", "rule", "kind,", "kind,rule", "KIND"])
def test_facets_are_of_a_few_names(filled: Service, value: str) -> None:
    message = filled.get(f"/v1/quotes?facets={value}").problem(400)["facets"]
    names = "speaker, source, month, kind, gender, role, speaker_kind"
    assert message == f"must be some of these, separated by commas: {names}"


def test_facets_are_for_json(filled: Service) -> None:
    assert "whole list" in filled.get("/v1/quotes?facets=kind&format=csv").problem(400)["facets"]


def test_timeline(filled: Service) -> None:
    [ida] = filled.get("/v1/speakers?q=ida+feed").json["items"]
    found = filled.get(f"/v1/speakers/{ida['id']}/timeline?to=2019-12-31").json
    assert found["speaker"] == {"id": ida["id"], "name": "Ida Feed", "kind": "person"}
    assert (found["quotes"], found["complete"]) == (3, True)
    tides, herald = ({"value": name.lower(), "name": name} for name in ("Feed & Times", "Feed Herald"))
    assert found["sources"] == [{**tides, "quotes": 2}, {**herald, "quotes": 1}]
    assert found["months"] == [
        {"month": "2019-04", "quotes": 2, "sources": [{**tides, "quotes": 2}]},
        {"month": "2019-05", "quotes": 1, "sources": [{**herald, "quotes": 1}]},
    ]
    filled.get("/v1/speakers/none/timeline").problem(404)
    assert "from" in filled.get("/v1/speakers/none/timeline?from=2020-01-02&to=2020-01-01").problem(400)
