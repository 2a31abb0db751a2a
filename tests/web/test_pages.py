"""The pages as they are sent: valid, escaped, small, and in need of no other host."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tinyhtml5.parser import HTMLParser as StrictParser  # type: ignore[import-untyped]  # it ships no types

from service.app import create_app
from service.config import Config
from service.web.blueprint import CONTENT_SECURITY_POLICY
from service.web.reference import format_example
from tests.api.running import Reply
from tests.web.conftest import HOSTILE, KEY, Site
from tests.web.screenshots import PAGES
from tests.web.seeded import fill_store

BROWSER = {"Accept": "text/html,*/*;q=0.8"}
MOST_BYTES = 100_000
# Other addresses of the pages than those that have pictures.
OTHERS = (
    "/?speaker=a&from=2024-01-01&to=2030-01-01&kind=direct&source=meridian+wire",
    "/?q=nowhere+to+be+found",
    "/articles/hostile?passages=true",
    "/articles/right-to-left",
    "/articles/harrow-quay-strike?passages=true",
    "/compare?speaker=doe&by=year",
    "/compare?speaker=doe&by=source",
    "/quotes?limit=3",
    "/docs/schemas",
)
ADDRESSES = (*PAGES.values(), *OTHERS)


class Collector(HTMLParser):
    """Collects the addresses, ids and labels of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.scripts: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.addresses.extend(value for name in ("href", "src", "data-part") if (value := values.get(name)))
        self.ids.extend(value for name, value in attrs if name == "id" and value)
        if tag == "script":
            self.scripts.append(values)
        assert not [name for name in values if name.startswith("on") or name == "style"]
        assert tag not in ("style", "iframe", "img", "object")


def check_page(reply: Reply) -> Collector:
    """Check what holds of every page; what is in it."""
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    parser = StrictParser()
    parser.parse(io.BytesIO(reply.body), transport_encoding="utf-8")
    assert parser.errors == []
    collector = Collector()
    collector.feed(reply.body.decode())
    assert len(collector.ids) == len(set(collector.ids))
    assert all(script.keys() == {"type", "src"} for script in collector.scripts)
    return collector


def get_page(site: Site, path: str, status: int = 200) -> Reply:
    reply = site.service.get(path.format(speaker=site.speaker), BROWSER)
    assert reply.status == status, reply.body
    return reply


@pytest.mark.parametrize("path", ADDRESSES)
def test_page_is_valid_small_and_leads_somewhere(site: Site, path: str) -> None:
    reply = get_page(site, path)
    page = check_page(reply)
    assert len(reply.body) < MOST_BYTES
    for address in sorted(set(page.addresses)):
        if address.startswith("#"):
            assert address[1:] in page.ids
        elif not address.startswith("https://"):
            assert address.startswith("/")
            assert site.service.get(address, BROWSER).status == 200, address


def test_page_of_a_long_article_is_small_and_says_where_the_rest_is(site: Site) -> None:
    text = "\n\n".join(f"“We counted {number} <ships> today,” said Jane Doe." for number in range(1_000))
    article = {"id": "long", "text": text, "published_at": "2001-01-01"}
    assert site.service.post("/v1/articles", article, Authorization=f"Bearer {KEY}").status == 201
    reply = get_page(site, "/articles/long")
    check_page(reply)
    assert len(reply.body) < MOST_BYTES
    assert "the article goes on" in reply.body.decode()
    # A paragraph that is shown has its quote marked.
    assert reply.body.count(b"<mark") == reply.body.count(b"We counted") == 70
    key = {"Authorization": f"Bearer {KEY}"}
    assert site.service.send("DELETE", "/v1/articles/long", headers=key).status == 204


def test_reference_shows_every_operation_and_field(site: Site) -> None:
    reply = get_page(site, "/docs")
    page, words = check_page(reply), re.sub(r"<[^>]+>", "", reply.body.decode())
    document = site.service.get("/openapi.json").json
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            assert f"{method.upper()} {path}" in words
            assert item[method]["operationId"] in page.ids
            assert all(parameter["name"] in words for parameter in item[method].get("parameters", []))
    schemas = check_page(get_page(site, "/docs/schemas"))
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= set(schemas.ids)
    linked = {address for address in page.addresses if address.startswith("/docs/schemas#")}
    assert linked
    assert {address.partition("#")[2] for address in linked} <= set(schemas.ids)


def test_start_is_json_for_programs(site: Site) -> None:
    reply = site.service.get("/")
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.json["docs"] == "/docs"
    assert "Accept" in reply.headers["Vary"]


def test_examples_are_readable() -> None:
    assert format_example({"text": "“é”"}) == '{\n  "text": "“é”"\n}'


def test_blank_fields_of_the_form_leave_the_address(site: Site) -> None:
    reply = get_page(site, "/?q=library&speaker=&from=&to=&kind=", 302)
    assert reply.headers["Location"] == "/?q=library"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"q": '"open'}, "not closed (at character 1)"),
        ({"q": "-only"}, "only words to leave out"),
        ({"q": "x", "from": "yesterday"}, "must be an ISO 8601 date"),
        ({"from": "2025-02-01", "to": "2025-01-01"}, "must not be after to"),
        ({"nonsense": "<b>"}, "is not known here"),
        ({"cursor": "nonsense"}, "is not a cursor"),
        ({"limit": "0"}, "must be a whole number"),
    ],
)
def test_search_that_cannot_be_read_says_why_beside_the_field(
    site: Site, query: dict[str, str], message: str
) -> None:
    reply = get_page(site, f"/?{urlencode(query)}", 400)
    check_page(reply)
    assert message in reply.body.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/articles/none",
        "/speakers/none",
        "/speakers/none/candidates",
        "/quotes/none/context",
        "/none",
        "/articles/a/b",
    ],
)
def test_what_is_not_there_is_a_page_to_browsers(site: Site, path: str) -> None:
    check_page(get_page(site, path, 404))


def test_what_is_not_there_is_a_problem_to_programs(site: Site) -> None:
    assert "path" in site.service.get("/none").problem(404)
    assert "path" in site.service.get("/v1/none", BROWSER).problem(404)
    assert "article_id" in site.service.get("/v1/articles/none", BROWSER).problem(404)


@pytest.mark.parametrize(
    "query",
    [
        "by=sideways&speaker=a",
        "speaker=a&speaker=b&speaker=c&speaker=d&speaker=e",
        "speaker=a&q=%22",
        "speaker=*",
    ],
)
def test_comparison_that_cannot_be_made_says_why(site: Site, query: str) -> None:
    reply = get_page(site, f"/compare?{query}", 400)
    check_page(reply)
    assert 'class="error"' in reply.body.decode()


def test_results_go_on_by_cursor_and_hold_each_quote_once(site: Site) -> None:
    pattern = re.compile(r'data-part="(/quotes/[^"?]+/context)"')
    address, seen = "/?limit=40", []
    while address:
        text = get_page(site, address).body.decode()
        seen += pattern.findall(text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == site.service.get("/v1/stats").json["quotes"]


def test_months_lead_to_no_more_quotes_than_they_count(site: Site) -> None:
    for asked, address in (
        ("from=2024-02-10", "/?from=2024-02-10&amp;to=2024-02-29"),
        ("from=2024-02-10T08:00", "/?from=2024-02-10T08%3A00&amp;to=2024-02-29"),
        ("to=2024-02-20", "/?to=2024-02-20&amp;from=2024-02-01"),
        ("to=2024-12-31", "/?to=2024-02-29&amp;from=2024-02-01"),
    ):
        assert f'href="{address}">February 2024' in get_page(site, f"/?{asked}").body.decode()


def test_same_words_twice_in_an_article_stand_in_two_places(site: Site) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    said = "“The same words come round again in one article,” said Jane Doe."
    site.service.send("PUT", "/v1/articles/twice", {"text": f"{said}\n\n{said}"}, key)
    page = get_page(site, "/?article=twice").body.decode()
    site.service.send("DELETE", "/v1/articles/twice", headers=key)
    assert page.count("said in 2 places") == 2


def test_list_that_is_not_counted_whole_is_not_said_to_hold_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    fill_store(url)
    monkeypatch.setattr("service.store.facets.COUNTED_QUOTES", 60)
    client = create_app(Config(database_url=url)).test_client()
    number = client.get("/v1/quotes?kind=mixed&facets=kind").get_json()["facets"]["quotes"]
    assert f">{number} quotes or more<" in client.get("/?kind=mixed", headers=BROWSER).get_data(as_text=True)


def test_text_of_articles_is_escaped_everywhere(site: Site) -> None:
    quote = site.service.get("/v1/quotes?article=hostile").json["items"][0]
    paths = [
        "/?article=hostile",
        "/articles/hostile",
        f"/quotes/{quote['id']}/context",
        f"/speakers/{quote['speaker']['id']}",
        "/compare?speaker=doe",
        f"/?{urlencode({'q': '<script>alert(3)</script>'})}",
        f"/?{urlencode({'source': HOSTILE['source']})}",
    ]
    for path in paths:
        reply = get_page(site, path)
        check_page(reply)
        text = reply.body.decode()
        assert not re.search(r"<(?!script type=\"module\" src=)script|<img|<i>|<b>|javascript:", text), path


def test_pages_are_not_read_again_while_nothing_changes(site: Site) -> None:
    for path in ("/?q=library", "/articles/hostile", f"/speakers/{site.speaker}", "/compare?speaker=doe"):
        reply = get_page(site, path)
        known = {**BROWSER, "If-None-Match": reply.headers["ETag"]}
        unchanged = site.service.get(path, known)
        # A policy of this answer would take the place of that of the page.
        assert (unchanged.status, unchanged.headers["Content-Security-Policy"]) == (304, None)
        # The answer that is kept is the page still.
        assert get_page(site, path).body == reply.body


def test_trial_shows_marks_json_and_command_and_stores_nothing(site: Site) -> None:
    before = site.service.get("/v1/stats").json
    text = "“We won't move,” said Jane Doe.\r\nShe read “The Lamp” twice."
    reply = try_text(site, text=text)
    assert reply.status == 200
    check_page(reply)
    shown = reply.body.decode()
    assert "We won&#39;t move</mark>" in shown
    assert "curl -s http://127.0.0.1" in shown
    assert "&#34;rule&#34;: &#34;quote_cue_name&#34;" in shown
    assert site.service.get("/v1/stats").json == before


def try_text(site: Site, **fields: str) -> Reply:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return site.service.send("POST", "/try", urlencode(fields).encode(), form)


def test_trial_shows_reported_speech_where_it_is_asked_for(site: Site) -> None:
    text = "Jane Doe said that the bridge was unsafe. “It must close,” she said."
    spoken, told = (try_text(site, text=text, **kinds).body.decode() for kinds in ({}, {"kinds": "any"}))
    assert "&#34;kind&#34;: &#34;indirect&#34;" not in spoken
    assert "1 quote<" in spoken
    assert "&#34;kind&#34;: &#34;indirect&#34;" in told
    assert "2 quotes<" in told
    assert ("/v1/extract -H" in spoken, "/v1/extract?kinds=any&#39; -H" in told) == (True, True)
    assert ('value="any" checked' in spoken, 'value="any" checked' in told) == (False, True)


def test_trial_of_kinds_that_are_not_known_says_so(site: Site) -> None:
    reply = try_text(site, text="“We go,” she said.", kinds="all")
    assert reply.status == 422
    check_page(reply)
    assert "The kinds must be one of: any." in reply.body.decode()


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [("“We go,” she said. ", "The first 50 are shown"), ("The “a” and “b”. ", "passages that are no speech")],
)
def test_trial_of_much_stays_small(site: Site, sentence: str, shown: str) -> None:
    reply = try_text(site, text=sentence * 500)
    assert shown in reply.body.decode()
    assert len(reply.body) < 100_000


@pytest.mark.parametrize(
    ("text", "message"), [("", "must not be empty"), ("x" * 10_001, "the limit is 10000")]
)
def test_trial_of_what_cannot_be_read_says_why(site: Site, text: str, message: str) -> None:
    reply = try_text(site, text=text)
    assert reply.status == 422
    check_page(reply)
    assert message in reply.body.decode()


def test_form_that_is_too_long_is_a_problem_on_a_page(site: Site) -> None:
    body = b"text=" + b"x" * 3_000_000
    reply = site.service.send("POST", "/try", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert reply.status == 413
    check_page(reply)


def test_merged_speaker_leads_to_the_one_who_has_the_quotes(site: Site) -> None:
    def ask(method: str, path: str, body: Any = None) -> Any:
        return site.service.send(method, path, body, {"Authorization": f"Bearer {KEY}"})

    [one, other] = [
        site.service.get(f"/v1/speakers?q={name}").json["items"][0]["id"] for name in ("ostrander", "marwaha")
    ]
    assert ask("POST", f"/v1/speakers/{one}/merge", {"into": other}).status == 200
    assert get_page(site, f"/speakers/{one}", 302).headers["Location"] == f"/speakers/{other}"
    assert ask("DELETE", f"/v1/speakers/{one}/merge").status == 200
    get_page(site, f"/speakers/{one}")


def test_what_is_retold_is_said_to_be_in_the_words_of_the_article(site: Site) -> None:
    text = "Orla Finch said that the bridge was unsafe. “It must close,” she said."
    site.service.send(
        "POST", "/v1/articles", {"id": "retold", "text": text}, {"Authorization": f"Bearer {KEY}"}
    )
    spoken, told = (
        get_page(site, f"/?article=retold&kind={kind}").body.decode() for kind in ("direct", "indirect")
    )
    assert "in the article’s words" not in spoken
    assert "in the article’s words" in told
    assert "the bridge was unsafe" in told


def test_page_shows_no_more_quotes_than_fit(site: Site) -> None:
    spoken = " ".join(f"“We will count to {number},” said Ida Moss." for number in range(60))
    site.service.send(
        "POST", "/v1/articles", {"id": "many", "text": spoken}, {"Authorization": f"Bearer {KEY}"}
    )
    shown = get_page(site, "/?article=many&limit=200").body.decode()
    assert shown.count('<li class="result">') == 50
    assert "Older quotes" in shown
