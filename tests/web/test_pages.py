"""The pages as they are sent: valid, escaped, small, and in need of no other host."""

import io
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tinyhtml5.parser import HTMLParser as StrictParser  # type: ignore[import-untyped]  # it ships no types

from service.app import create_app
from service.config import Config
from service.extractor.rules import EVERY_RULE
from service.web.blueprint import PAGE_POLICY
from service.web.reference import ASSETS, REFERENCE_POLICY
from service.web.rules import WAY_OF, describe_way
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
    "/sources",
    "/sources?by=role&per=month&speaker_kind=person&min_confidence=0.1",
    "/sources?q=nowhere+to+be+found",
    "/quotes?limit=3",
    "/verify?quote=Zebras+are+rarely+seen&from=2024-01-01",
    "/verify?quote=It+was+%F0%9F%98%80+and+more",
    "/speakers?q=lu&limit=2",
    "/speakers?q=nobody",
    "/outlets?limit=3",
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


def check_page(reply: Reply, policy: str = PAGE_POLICY) -> Collector:
    """Check what holds of every page; what is in it."""
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.headers["Content-Security-Policy"] == policy
    assert "unsafe" not in policy
    parser = StrictParser()
    parser.parse(io.BytesIO(reply.body), transport_encoding="utf-8")
    assert parser.errors == []
    collector = Collector()
    collector.feed(reply.body.decode())
    assert len(collector.ids) == len(set(collector.ids))
    assert all(script.keys() in ({"type", "src"}, {"defer", "src"}) for script in collector.scripts)
    return collector


def get_page(site: Site, path: str, status: int = 200) -> Reply:
    reply = site.service.get(path.format(speaker=site.speaker), BROWSER)
    assert reply.status == status, reply.body
    return reply


@pytest.mark.parametrize("path", ADDRESSES)
def test_page_is_valid_small_and_leads_somewhere(site: Site, path: str) -> None:
    reply = get_page(site, path)
    page = check_page(reply, REFERENCE_POLICY if path == "/docs" else PAGE_POLICY)
    assert len(reply.body) < MOST_BYTES
    for address in sorted(set(page.addresses)):
        if address.startswith("#"):
            assert address[1:] in page.ids
        elif not address.startswith("https://"):
            assert address.startswith("/")
            assert site.service.get(address, BROWSER).status == 200, address


def test_page_of_a_long_article_is_small_and_says_where_the_rest_is(site: Site) -> None:
    text = "\n\n".join(f"“We counted {number} <ships> today,” said Jane Doe." for number in range(1_000))
    article = {"id": "long", "title": "Ships", "text": text, "published_at": "2001-01-01"}
    assert site.service.post("/v1/articles", article, Authorization=f"Bearer {KEY}").status == 201
    reply = get_page(site, "/articles/long")
    check_page(reply)
    assert len(reply.body) < MOST_BYTES
    assert "The article continues" in reply.body.decode()
    # A paragraph that is shown has its quote marked.
    assert reply.body.count(b"<mark") == reply.body.count(b"We counted") == 70
    key = {"Authorization": f"Bearer {KEY}"}
    assert site.service.send("DELETE", "/v1/articles/long", headers=key).status == 204


def test_the_reference_may_show_images_as_data_and_no_more_than_other_pages() -> None:
    assert set(REFERENCE_POLICY.replace(" data:", "").split("; ")) == set(PAGE_POLICY.split("; "))


@pytest.mark.parametrize("name", ASSETS)
def test_what_the_reference_is_made_of_is_kept_by_browsers_and_packed(site: Site, name: str) -> None:
    page = get_page(site, "/docs").body.decode()
    [address] = re.findall(rf"/docs/{re.escape(name)}\?v=[0-9.]+", page)
    reply = site.service.get(address, {"Accept-Encoding": "gzip"})
    assert reply.status == 200
    assert reply.headers["Content-Type"] == f"{ASSETS[name]}; charset=utf-8"
    assert "immutable" in reply.headers["Cache-Control"]
    assert reply.headers["Content-Encoding"] == "gzip"
    assert len(reply.body) < 500_000
    site.service.get("/docs/swagger-ui.js").problem(404)


def test_start_is_json_for_programs(site: Site) -> None:
    reply = site.service.get("/")
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.json["docs"] == "/docs"
    assert "Accept" in reply.headers["Vary"]


def test_blank_fields_of_the_form_leave_the_address(site: Site) -> None:
    reply = get_page(site, "/?q=library&speaker=&from=&to=&kind=", 302)
    assert reply.headers["Location"] == "/?q=library"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"q": '"open'}, "not closed (at character 1)"),
        ({"q": "-only"}, "only words to leave out"),
        ({"q": "x", "from": "yesterday"}, "must be a date"),
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
        "/quotes/none",
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


def test_fragment_stands_in_its_sentence_and_quotes_under_their_article(site: Site) -> None:
    page = get_page(site, "/?article=harrow-quay-strike&limit=50").body.decode()
    assert page.count('class="group"') == 1
    assert page.count('<li class="result">') == 8
    assert 'that the demand was &#34;<mark class="said">detached from reality</mark>&#34; and that' in page


def test_article_without_a_title_is_called_by_its_first_words(site: Site) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    text = "A <b>ferry</b> was late.\n\n“We will not wait,” said Jane Doe."
    site.service.send("PUT", "/v1/articles/untitled", {"text": text}, key)
    quote = site.service.get("/v1/quotes?article=untitled").json["items"][0]["id"]
    for path in ("/?article=untitled", "/articles/untitled", f"/quotes/{quote}"):
        assert "A &lt;b&gt;ferry&lt;/b&gt; was late." in get_page(site, path).body.decode()
    site.service.send("DELETE", "/v1/articles/untitled", headers=key)


def test_page_of_a_quote_lists_everywhere_it_was_said(site: Site) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    for number in range(2):
        article = {
            "text": "“Everybody on the quay heard that sentence,” said Jane Doe." + "\n" * number,
            "title": f"Part {number}",
            "published_at": f"2001-01-0{number + 1}",
        }
        site.service.send("PUT", f"/v1/articles/said-{number}", article, key)
    quote = site.service.get("/v1/quotes?article=said-1").json["items"][0]["id"]
    lists = get_page(site, "/?article=said-1").body.decode()
    assert f'href="/quotes/{quote}#places">said in 2 places' in lists
    page = get_page(site, f"/quotes/{quote}").body.decode()
    assert ">Said in 2 places, oldest first<" in page
    assert page.index("Part 0") < page.rindex("Part 1")
    for number in range(2):
        site.service.send("DELETE", f"/v1/articles/said-{number}", headers=key)


@pytest.mark.parametrize(
    ("path", "title", "said"),
    [
        ("/articles/harrow-quay-strike", "Dockers at Harrow Quay", "8 quotes: Dolores Prentiss, "),
        ("/speakers/{speaker}", "Lucan Osei", "5 quotes. Latest: “"),
        (
            "/quotes/qec7ef6d79bca9738ea8c",
            "Dolores Prentiss: “They have",
            "“They have our phone number too” – Dolores",
        ),
        ("/?q=phone+number+too", "phone number too", "1 quote. Dolores Prentiss: “They have"),
    ],
    ids=["article", "speaker", "quote", "search"],
)
def test_link_to_a_page_has_a_preview(site: Site, path: str, title: str, said: str) -> None:
    page = get_page(site, path).body.decode()
    assert f'<meta property="og:title" content="{title}' in page
    assert f'<meta property="og:description" content="{said}' in page
    address = path.format(speaker=site.speaker)
    assert f'<meta property="og:url" content="{site.base}{address}">' in page


def test_speaker_with_indirect_quotes_alone_is_not_said_to_have_none(site: Site) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    text = "Ottoline Quist said that the bridge was unsafe."
    site.service.send("PUT", "/v1/articles/retold", {"text": text}, key)
    page = get_page(site, "/?q=quist").body.decode()
    assert "Ottoline Quist</a> <small>1 indirect</small>" in page
    site.service.send("DELETE", "/v1/articles/retold", headers=key)


@pytest.mark.parametrize(
    ("query", "offers"),
    [
        (
            "q=library&source=fathom",
            {"Without Words: library": "source=fathom", "Without Source: fathom": "q=library"},
        ),
        ("q=library+choir", {"Any of the words: library OR choir": "q=library+OR+choir"}),
        ("q=library+choir&limit=3", {"Any of the words: library OR choir": "q=library+OR+choir"}),
    ],
    ids=["conditions", "words", "page size"],
)
def test_search_that_finds_nothing_offers_what_finds_something(
    site: Site, query: str, offers: dict[str, str]
) -> None:
    page = get_page(site, f"/?{query}").body.decode()
    assert "No quotes found." in page
    listed = page.partition('class="offers"')[2].partition("</ul>")[0]
    found = re.findall(r'<a href="/\?([^"]+)">(.+?) <span class="count">([0-9]+)<', listed)
    assert {re.sub("<[^>]+>", "", label): address for address, label, _ in found} == offers
    for address, _, number in found:
        assert f">{number} quote" in get_page(site, f"/?{address.replace('&amp;', '&')}").body.decode()


def test_condition_that_no_quote_meets_is_named(site: Site) -> None:
    page = get_page(site, "/?q=library&source=Nowhere+Times").body.decode()
    assert 'No quote at all has <strong>Source: <span dir="auto">Nowhere Times</span></strong>.' in page


def test_words_to_leave_out_alone_are_no_search_of_their_own(site: Site) -> None:
    check_page(get_page(site, "/?q=-library+-the&source=fathom", 400))


def test_every_speaker_and_outlet_is_listed_once_with_its_quotes(site: Site) -> None:
    names: list[str] = []
    for path, total in (
        ("/speakers?limit=20", site.service.get("/v1/stats").json["speakers"]),
        ("/outlets?limit=5", 0),
    ):
        address, seen = path, list[str]()
        while address:
            text = get_page(site, address).body.decode()
            seen += re.findall(
                r'<li><a (?:dir="auto" )?href="(/[^"]+)"', text.partition('class="entries"')[2]
            )
            following = re.search(r'rel="next" href="([^"]+)"', text)
            address = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen))
        assert not total or len(seen) == total
        names = seen
    sources = {item["source"] for item in site.service.get("/v1/articles?limit=100").json["items"]}
    assert len(names) == len(sources - {None})


def test_page_of_a_speaker_has_what_articles_say_of_them_and_leads_to_their_quotes(site: Site) -> None:
    [speaker] = site.service.get("/v1/speakers?q=dolores+prentiss").json["items"]
    page = get_page(site, f"/speakers/{speaker['id']}").body.decode()
    assert (
        '<span dir="auto">president of the Allied Wharf Workers</span> <a class="when" href="/articles/'
        in page
    )
    assert f'href="/?speaker_id={speaker["id"]}">2 quotes</a>' in page
    assert f'<input type="hidden" name="speaker_id" value="{speaker["id"]}">' in page
    assert f'/v1/quotes.atom?speaker_id={speaker["id"]}"' in page
    assert f"/v1/quotes?speaker_id={speaker['id']}&amp;format=csv" in page
    # Two quotes of one month are no chart.
    assert "<svg" not in page
    assert ">2 in March 2025</a>" in page


def test_page_of_a_speaker_who_is_only_paraphrased_shows_that(site: Site) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    text = "Ottoline Quist said that the bridge was unsafe."
    site.service.send("PUT", "/v1/articles/paraphrased", {"text": text}, key)
    [speaker] = site.service.get("/v1/speakers?q=ottoline").json["items"]
    page = get_page(site, f"/speakers/{speaker['id']}").body.decode()
    assert "the bridge was unsafe" in page
    assert ">1 indirect</a>" in page
    assert "0 quotes" not in page
    site.service.send("DELETE", "/v1/articles/paraphrased", headers=key)


def test_each_rule_is_described_in_words() -> None:
    assert WAY_OF.keys() == {rule.__name__ for rule in EVERY_RULE}
    assert (describe_way("quote_cue_name"), describe_way("gone")) == ("Named beside the quote", "gone")


def test_months_lead_to_no_more_quotes_than_they_count(site: Site) -> None:
    for asked, address in (
        ("from=2024-02-10", "/?from=2024-02-10&amp;to=2024-02-29"),
        ("from=2024-02-10T08:00", "/?from=2024-02-10T08%3A00&amp;to=2024-02-29"),
        ("to=2024-02-20", "/?to=2024-02-20&amp;from=2024-02-01"),
        ("to=2024-12-31", "/?to=2024-02-29&amp;from=2024-02-01"),
    ):
        assert f'href="{address}"><span>February 2024' in get_page(site, f"/?{asked}").body.decode()


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
    monkeypatch.setattr("service.store.quotes.facets.COUNTED_QUOTES", 60)
    client = create_app(Config(database_url=url)).test_client()
    number = client.get("/v1/quotes?kind=mixed&facets=kind").get_json()["facets"]["quotes"]
    assert f">{number} quotes or more<" in client.get("/?kind=mixed", headers=BROWSER).get_data(as_text=True)


def test_sources_have_the_numbers_of_the_api(site: Site) -> None:
    counts = site.service.get("/v1/sources?by=gender&per=source").json
    text = get_page(site, "/sources?by=gender&per=source").body.decode()
    assert text.count('<th scope="row"') == counts["groups"]
    assert f"{counts['total']['quotes']} quotes of {counts['total']['speakers']} speakers" in text
    assert "how anybody sees themselves" in text
    link = re.search(r'href="([^"]+)">All numbers as CSV', text)
    assert link is not None
    reply = site.service.get(unescape(link[1]))
    assert reply.headers["Content-Type"].startswith("text/csv")


def test_a_count_that_cannot_be_read_says_so_beside_the_field(site: Site) -> None:
    text = get_page(site, "/sources?by=age&q=%22", 400).body.decode()
    assert 'id="error-by"' in text
    assert "must be one of: gender, role, kind" in text
    assert 'id="error-q"' in get_page(site, "/sources?q=%22", 400).body.decode()
    assert site.service.get("/sources?q=&by=role", BROWSER).headers["Location"].endswith("/sources?by=role")


def test_text_of_articles_is_escaped_everywhere(site: Site) -> None:
    quote = site.service.get("/v1/quotes?article=hostile").json["items"][0]
    paths = [
        "/?article=hostile",
        "/articles/hostile",
        f"/quotes/{quote['id']}/context",
        f"/speakers/{quote['speaker']['id']}",
        "/compare?speaker=doe",
        f"/sources?{urlencode({'per': 'source', 'role': '<script>alert(4)</script>'})}",
        "/sources?by=role&per=author",
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
    direct, indirect = (try_text(site, text=text, **kinds).body.decode() for kinds in ({}, {"kinds": "any"}))
    assert "&#34;kind&#34;: &#34;indirect&#34;" not in direct
    assert "1 quote<" in direct
    assert "&#34;kind&#34;: &#34;indirect&#34;" in indirect
    assert "2 quotes<" in indirect
    assert ("/v1/extract -H" in direct, "/v1/extract?kinds=any&#39; -H" in indirect) == (True, True)
    assert ('value="any" checked' in direct, 'value="any" checked' in indirect) == (False, True)


def test_trial_of_kinds_that_are_not_known_says_so(site: Site) -> None:
    reply = try_text(site, text="“We go,” she said.", kinds="all")
    assert reply.status == 422
    check_page(reply)
    assert "The kinds must be one of: any." in reply.body.decode()


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [("“We go,” she said. ", "The first 50 are shown"), ("The “a” and “b”. ", "that are not speech")],
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


def test_quotation_is_shown_beside_what_was_said_with_a_link_to_its_place(site: Site) -> None:
    query = urlencode({"quote": "She told me to go straight to bed", "speaker": "tsiga"})
    shown = get_page(site, f"/verify?{query}").body.decode()
    assert "<strong>Altered</strong>" in shown
    assert re.search(r"<ins><span[^>]*>quoted, but not said: </span>straight</ins>", shown)
    assert re.search(r'href="/articles/abyssal-choir#q\w+"', shown)
    assert "88 % of the words agree" in shown


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("quote=%E2%80%A6", "has no word to look for"),
        ("speaker=doe", "is required"),
        ("quote=" + "a" * 1_001, "the limit in an address is 1000"),
        ("quote=we&from=yesterday", "ISO 8601"),
        ("quote=we&from=2026-03-02&to=2026-03-01", "must not be after to"),
        ("quote=we&speaker=%E2%80%A6", 'id="error-speaker"'),
        ("quote=we&text=we", "<code>text</code> is not known here"),
        ("quote=a%00b", "NUL"),
        ("quote=" + "a" * 5_000, "the limit is 4000"),
    ],
)
def test_quotation_that_cannot_be_looked_up_says_why(site: Site, query: str, message: str) -> None:
    reply = get_page(site, f"/verify?{query}", 400)
    check_page(reply)
    assert message in reply.body.decode()


def verify_draft(site: Site, **fields: str) -> Reply:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return site.service.send("POST", "/verify", urlencode(fields).encode(), form)


def test_draft_is_held_against_an_article(site: Site) -> None:
    draft = (
        "“We will never move,” said Jane Doe.\r\n“We will not move,” said Sam Roe."
        " Doe said the bridge “would close”. The hall was “open for <b>all</b> of us”."
    )
    article = "“We will not move,” said Jane Doe. The bridge would close in May, <i>said</i> nobody."
    reply = verify_draft(site, draft=draft, article=article)
    check_page(reply)
    shown = reply.body.decode()
    assert "4 quotations" in shown
    assert re.findall(r'<p class="verdict (\w+)">', shown) == ["altered", "not_said", "not_said", "absent"]
    assert "These are another speaker’s words. The quotation names" in " ".join(shown.split())
    assert "These words are the writer’s own." in shown
    assert "&lt;b&gt;all&lt;/b&gt;" in shown


def test_draft_is_held_against_the_store(site: Site) -> None:
    shown = verify_draft(site, draft="“She told me to go to bed,” said Tsiga.").body.decode()
    assert re.findall(r'<p class="verdict (\w+)">', shown) == ["exact"]
    assert "abyssal-choir#q" in shown


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        ("", "must not be empty"),
        ("x" * 10_001, "the limit is 10000"),
        ("a\0b", "NUL"),
    ],
)
def test_draft_that_cannot_be_read_says_why(site: Site, draft: str, message: str) -> None:
    reply = verify_draft(site, draft=draft)
    assert reply.status == 422
    check_page(reply)
    assert message in reply.body.decode()


def test_draft_without_quotations_says_so(site: Site) -> None:
    assert "No quotation was found" in verify_draft(site, draft="We went home.").body.decode()


def test_quotation_of_a_draft_beyond_the_limits_is_not_checked(site: Site) -> None:
    draft = f"“{'we go on ' * 150}home,” said Jane Doe."
    assert (
        "<strong>Not checked</strong> It has 451 words, the limit is 300."
        in verify_draft(site, draft=draft, article="“We went home,” said Jane Doe.").body.decode()
    )


def test_draft_of_much_is_checked_in_part(site: Site) -> None:
    reply = verify_draft(site, draft="“We go home,” she said. " * 200, article="“We go,” she said.")
    assert "The first 50 are checked" in reply.body.decode()
    assert len(reply.body) < MOST_BYTES


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


def test_indirect_quotes_are_said_to_be_in_the_words_of_the_article(site: Site) -> None:
    text = "Orla Finch said that the bridge was unsafe. “It must close,” she said."
    site.service.send(
        "POST", "/v1/articles", {"id": "retold", "text": text}, {"Authorization": f"Bearer {KEY}"}
    )
    direct, indirect = (
        get_page(site, f"/?article=retold&kind={kind}").body.decode() for kind in ("direct", "indirect")
    )
    assert "in the article’s words" not in direct
    assert "in the article’s words" in indirect
    assert "the bridge was unsafe" in indirect


def test_page_shows_no_more_quotes_than_fit(site: Site) -> None:
    direct = " ".join(f"“We will count to {number},” said Ida Moss." for number in range(60))
    site.service.send(
        "POST", "/v1/articles", {"id": "many", "text": direct}, {"Authorization": f"Bearer {KEY}"}
    )
    shown = get_page(site, "/?article=many&limit=200").body.decode()
    assert shown.count('<li class="result">') == 50
    assert "Older quotes" in shown
