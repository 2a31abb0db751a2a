"""The pages in a real browser: what scripts add, what works without them, and what they look like."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Browser, Locator, Route, expect

from tests.web.browser import WIDTHS, Scheme, Visit, visiting
from tests.web.conftest import HOSTILE, KEY, RIGHT_TO_LEFT, Site
from tests.web.screenshots import IN_README, PAGES, open_page, take_pictures

PICTURES = Path(__file__).parent.parent.parent / "build" / "screenshots"
# The text of a page's paragraphs as it was cut into nodes, without the letters that were put between them.
TEXT_OF_PARAGRAPHS = """() => [...document.querySelectorAll(".reading > .text")].map((paragraph) => {
    const copy = paragraph.cloneNode(true);
    copy.querySelectorAll(".label").forEach((label) => label.remove());
    return copy.textContent;
})"""
TEXT_OF_MARKS = """() => [...document.querySelectorAll("mark[data-quote]")].map((mark) => mark.textContent)"""
SCROLL_UNTIL = """(number) => {
    window.scrollTo(0, document.body.scrollHeight);
    return document.querySelectorAll(".result").length >= number;
}"""
# What Swagger UI makes of the reference is not ours to change; its main element is the page's.
OURS = {"exclude": [["#reference"]]}
RULES = {"rules": {"landmark-one-main": {"enabled": False}}}
# What a quote says of its speaker whichever article it stands in.
WHO = ("id", "name", "kind")
WIDER_THAN_WINDOW = "() => document.documentElement.scrollWidth > window.innerWidth"


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """A window on the service; at its end nothing may have gone wrong in it."""
    with visiting(browser, site.base) as opened:
        yield opened
        assert opened.faults == []


def read_quotes(site: Site, article: str) -> list[dict[str, Any]]:
    quotes: list[dict[str, Any]] = site.service.get(f"/v1/articles/{article}/quotes?limit=200").json["items"]
    return quotes


def test_search_by_the_box_marks_the_words_and_is_in_the_address(visit: Visit) -> None:
    page = visit.go("/")
    page.get_by_label("Who said what in the news?").fill("library")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(visit.base + "/?q=library")
    marks = page.locator("mark.found").all_text_contents()
    assert marks
    assert {mark.lower() for mark in marks} == {"library"}
    assert page.locator(".result").count() <= len(marks)


def test_filters_are_seen_and_dropped(visit: Visit) -> None:
    page = visit.go("/?q=the")
    before = page.locator(".result").count()
    page.locator("details.filters summary").click()
    page.get_by_label("Source").fill("fathom")
    page.get_by_label("From").fill("2020-01-01")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(visit.base + "/?q=the&source=fathom&from=2020-01-01")
    results = page.locator(".result")
    assert 0 < results.count() < before
    assert all("Fathom" in text for text in page.locator(".group h3").all_text_contents())
    page.get_by_role("link", name="Drop Source: fathom").click()
    expect(page).to_have_url(visit.base + "/?q=the&from=2020-01-01")
    expect(results).to_have_count(before)


def test_facet_narrows_the_search(visit: Visit) -> None:
    page = visit.go("/")
    facet = page.locator(".facet", has_text="Speakers").locator("li", has_text="Lucan Osei")
    number = int(facet.locator(".count").inner_text())
    facet.get_by_role("link").click()
    expect(page.locator(".result")).to_have_count(number)
    assert set(page.locator(".by .who").all_text_contents()) == {"Lucan Osei"}
    expect(page.locator(".chips")).to_contain_text("Speaker: Lucan Osei")


def test_list_goes_on_by_itself_to_its_end(visit: Visit, site: Site) -> None:
    page = visit.go("/")
    number = site.service.get("/v1/stats").json["quotes"]
    results = page.locator(".result")
    assert results.count() == 20
    page.wait_for_function(SCROLL_UNTIL, arg=number)
    expect(results).to_have_count(number)
    expect(page.locator("a[rel=next]")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text(f"{number} in all")
    expect(page).to_have_url(visit.base + "/")


def test_click_while_a_part_is_on_its_way_adds_it_once(visit: Visit, site: Site) -> None:
    page = visit.go("/")
    number = site.service.get("/v1/stats").json["quotes"]
    held: list[Route] = []
    page.route("**/quotes?*", lambda route: held.append(route), times=1)
    link = page.locator("a[rel=next]")
    with page.expect_request("**/quotes?*"):
        link.scroll_into_view_if_needed()
    link.dispatch_event("click")
    held[0].continue_()
    page.wait_for_function(SCROLL_UNTIL, arg=number)
    expect(page.locator("a[rel=next]")).to_have_count(0)
    expect(page.locator(".result")).to_have_count(number)


def test_page_that_has_not_changed_keeps_its_style_and_scripts(visit: Visit) -> None:
    for _ in range(2):
        page = visit.go("/compare?speaker=lucan")
        assert page.evaluate("() => document.styleSheets.length") == 1


def test_quote_is_shown_in_its_place_on_demand(visit: Visit) -> None:
    page = visit.go("/?article=hostile")
    result = page.locator(".result").first
    result.get_by_text("In its place").click()
    part = result.locator(".part")
    expect(part).to_contain_text("wrote,” said Jane Doe of <i>Sons</i>.")
    assert "is what they wrote" in part.locator("mark").inner_text()


def test_part_of_the_list_goes_on_with_the_article_that_it_ended_in(visit: Visit) -> None:
    page = visit.go("/?limit=3")
    page.wait_for_function(SCROLL_UNTIL, arg=40)
    articles = page.eval_on_selector_all(".group", "groups => groups.map((group) => group.dataset.article)")
    assert len(articles) == len(set(articles))


def test_quote_is_copied_with_its_source_from_a_list(visit: Visit) -> None:
    page = visit.go("/?q=phone+number+too")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the quote with its citation").click()
    expect(page.locator(".acts button")).to_have_text("Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("“They have our phone number too” – Dolores Prentiss, president of the Allied")
    page.get_by_role("link", name="Link and citation").click()
    assert page.locator("#cite-1").inner_text() == copied


@pytest.mark.parametrize("article", ["harrow-quay-strike", "hostile", "right-to-left"])
def test_marks_are_the_segments_and_nothing_is_added_to_the_text(
    visit: Visit, site: Site, article: str
) -> None:
    page = visit.go(f"/articles/{article}")
    segments = [segment["text"] for quote in read_quotes(site, article) for segment in quote["segments"]]
    assert segments
    assert page.evaluate(TEXT_OF_MARKS) == segments
    text = site.service.get(f"/v1/articles/{article}").json["text"]
    shown = page.evaluate(TEXT_OF_PARAGRAPHS)
    assert "".join("".join(shown).split()) == "".join(text.split())
    for paragraph in shown:
        assert paragraph in text


def test_scripts_of_an_article_do_not_run(visit: Visit) -> None:
    page = visit.go("/articles/hostile")
    assert page.title() == f"{HOSTILE['title']} · Who said what"
    assert page.locator("main script, main img, main b, main i").count() == 0
    assert page.get_by_role("link", name="Where it was published").count() == 0


def test_text_from_right_to_left_is_set_so(visit: Visit) -> None:
    page = visit.go("/articles/right-to-left")
    assert page.locator("h1").inner_text() == RIGHT_TO_LEFT["title"]
    direction = "(element) => getComputedStyle(element).direction"
    assert page.locator("h1").evaluate(direction) == "rtl"
    assert page.locator(".reading .text").last.evaluate(direction) == "rtl"


def test_mention_and_cue_are_underlined_on_hover_and_on_focus(visit: Visit, site: Site) -> None:
    page = visit.go("/articles/harrow-quay-strike")
    [quote, *_] = read_quotes(site, "harrow-quay-strike")
    lit = page.locator(".lit.mention, .lit.cue")
    expect(lit).to_have_count(0)
    page.locator("mark").first.hover()
    assert set(lit.all_inner_texts()) == {quote["mention"]["text"], quote["cue"]["text"]}
    page.locator("h1").hover()
    expect(lit).to_have_count(0)
    page.get_by_role("link", name="Quote 1, Dolores Prentiss").focus()
    assert set(lit.all_inner_texts()) == {quote["mention"]["text"], quote["cue"]["text"]}
    expect(page.locator("#note-1.lit")).to_be_visible()


def test_one_speakers_words_alone(visit: Visit, site: Site) -> None:
    page = visit.go("/articles/harrow-quay-strike")
    page.get_by_role("navigation", name="Speakers of this article").get_by_text("Warren Ostrander").click()
    expect(page.locator(".voices a[aria-current]")).to_contain_text("Warren Ostrander")
    theirs = [
        segment["text"]
        for quote in read_quotes(site, "harrow-quay-strike")
        if quote["speaker"]["name"] == "Warren Ostrander"
        for segment in quote["segments"]
    ]
    marks = page.evaluate(TEXT_OF_MARKS)
    assert [mark for mark in marks if mark in theirs] == theirs
    assert page.locator(".gap").count() > 0


def test_speaker_is_corrected_in_place_with_a_key(visit: Visit, site: Site) -> None:
    page = visit.go("/articles/hostile")
    page.get_by_role("button", name="Fix this: quote 2").click()
    page.get_by_label("Who says it").fill("Richard Roe")
    page.get_by_label("Why").fill("It is he who speaks here")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Authorization: is needed")
    visit.faults.clear()  # a browser counts each refusal among its errors
    page.get_by_label("Key that may write").fill(KEY)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#note-2")).to_contain_text("Richard Roe")
    expect(page.locator("#note-2")).to_contain_text("Corrected by hand")
    quote = read_quotes(site, "hostile")[1]
    assert (quote["speaker"]["name"], quote["corrected"]) == ("Richard Roe", True)
    assert page.evaluate("() => [localStorage.length, document.cookie]") == [0, ""]
    # The key is kept for this window.
    page.get_by_role("button", name="Fix this: quote 2").click()
    page.get_by_label("Who says it").fill(read_quotes(site, "hostile")[0]["speaker"]["name"])
    page.get_by_label("Why").fill("It was right before")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#note-2 .who")).to_contain_text("Jane")
    first, second = read_quotes(site, "hostile")
    assert [first["speaker"][name] for name in WHO] == [second["speaker"][name] for name in WHO]


def test_speaker_that_the_article_has_is_chosen_as_what_it_is(visit: Visit, site: Site) -> None:
    page = visit.go("/articles/harrow-quay-strike")
    page.evaluate("key => sessionStorage.setItem('quotes-key', key)", KEY)
    page.get_by_role("button", name="Fix this: quote 2").click()
    page.get_by_label("Who says it").fill("Port Users' Council")
    page.get_by_label("Why").fill("The council says so")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#note-2 .who")).to_contain_text("Port Users' Council")
    quote = read_quotes(site, "harrow-quay-strike")[1]
    assert quote["speaker"]["kind"] == "organisation"
    key = {"Authorization": f"Bearer {KEY}"}
    assert site.service.send("DELETE", f"/v1/quotes/{quote['id']}/correction", headers=key).status == 204


def test_trial_gives_a_command_that_can_be_copied(visit: Visit) -> None:
    open_page(visit, "try", "")
    page = visit.page
    shown = json.loads(page.locator("#json").inner_text())
    segments = [segment["text"] for quote in shown["quotes"] for segment in quote["segments"]]
    assert page.evaluate(TEXT_OF_MARKS) == segments
    assert page.locator(".silent").inner_text() == "Blue Lamp"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("button[data-copy=command]").click()
    expect(page.locator("button[data-copy=command]")).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == page.locator("#command").inner_text()


def test_trial_shows_reported_speech_when_it_is_switched_on(visit: Visit) -> None:
    page = visit.go("/try")
    page.get_by_label("An article in English").fill("Jane Doe said that the bridge was unsafe.")
    button, switch = page.get_by_role("button", name="Find the quotes"), page.get_by_label("Indirect quotes")
    button.click()
    expect(page.locator("mark[data-quote]")).to_have_count(0)
    switch.check()
    button.click()
    expect(page.locator("mark[data-quote]")).to_have_text("that the bridge was unsafe")
    expect(switch).to_be_checked()


def test_the_reference_shows_every_operation(visit: Visit, site: Site) -> None:
    page = visit.go("/docs")
    document = site.service.get("/openapi.json").json
    operations = {
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}
    }
    expect(page.locator(".opblock")).to_have_count(len(operations))
    shown = [
        f"{summary.locator('.opblock-summary-method').inner_text()} "
        f"{summary.locator('.opblock-summary-path').get_attribute('data-path')}"
        for summary in page.locator(".opblock-summary").all()
    ]
    assert set(shown) == operations


def test_the_reference_sends_a_request_and_shows_its_answer(visit: Visit, site: Site) -> None:
    operation = open_operation(visit, "quotes-list_quotes")
    operation.locator("tr[data-param-name=q] input").fill("library")
    answer = execute(operation, 200)
    assert answer == site.service.get("/v1/quotes?q=library&limit=20").json
    assert answer["items"]


def test_the_reference_sends_a_body_and_a_key(visit: Visit, site: Site) -> None:
    operation = open_operation(visit, "articles-put_article")
    operation.locator("tr[data-param-name=article_id] input").fill("from-the-reference")
    operation.locator("textarea.body-param__text").fill('{"text": "“We stay,” said Jane Doe."}')
    assert execute(operation, 401)["errors"][0]["field"] == "Authorization"
    visit.faults.clear()  # a browser counts each refusal among its errors
    page = visit.page
    page.get_by_role("button", name="Authorize").click()
    page.locator(".dialog-ux input").fill(KEY)
    page.locator(".dialog-ux").get_by_role("button", name="Apply credentials").click()
    page.locator(".dialog-ux").get_by_role("button", name="Close").last.click()
    assert execute(operation, 201)["id"] == "from-the-reference"
    key = {"Authorization": f"Bearer {KEY}"}
    assert site.service.send("DELETE", "/v1/articles/from-the-reference", headers=key).status == 204


def open_operation(visit: Visit, name: str) -> Locator:
    """Open an operation of the reference to be tried."""
    operation = visit.go("/docs").locator(f"#operations-{name}")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    return operation


def execute(operation: Locator, status: int) -> Any:
    """Send the request, and return the JSON that the reference shows."""
    operation.get_by_role("button", name="Execute").click()
    live = operation.locator(".live-responses-table tbody tr.response")
    expect(live.locator(".response-col_status")).to_contain_text(str(status))
    return json.loads(live.locator(".highlight-code code").first.inner_text())


def test_everything_can_be_read_without_scripts(browser: Browser, site: Site) -> None:
    with visiting(browser, site.base, scripts=False) as visit:
        page = visit.go("/")
        first = page.locator(".result blockquote").first.inner_text()
        page.get_by_role("link", name="Older quotes").click()
        assert page.locator(".result blockquote").first.inner_text() != first
        page.locator(".result").first.get_by_text("In its place").click()
        page.locator(".result").first.get_by_role("link", name="Read it in the article").click()
        assert "/articles/" in page.url
        assert "#q" in page.url
        expect(page.locator(".label:target")).to_have_count(1)
        expect(page.get_by_role("button", name="Fix this")).to_have_count(0)
        assert visit.faults == []


# Colours hang on the scheme and places on the width: each of both is seen once.
@pytest.mark.parametrize(("width", "scheme"), [*zip(WIDTHS, ("light", "dark"), strict=True)])
def test_every_page_can_be_used_by_everyone(browser: Browser, site: Site, width: int, scheme: Scheme) -> None:
    with visiting(browser, site.base, width=width, scheme=scheme) as visit:
        for name in PAGES:
            open_page(visit, name, site.speaker)
            found = Axe().run(visit.page, context=OURS, options=RULES if name == "docs" else None)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"
            assert not visit.page.evaluate(WIDER_THAN_WINDOW), f"{name} is wider than {width}"
        assert visit.faults == []


def test_keyboard_reaches_the_content_first(visit: Visit) -> None:
    page = visit.go("/articles/harrow-quay-strike")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Meridian Wire")).to_be_focused()


def test_pictures_of_the_readme_can_be_taken(browser: Browser, site: Site) -> None:
    take_pictures(browser, site.base, site.speaker, PICTURES, names=IN_README, schemes=("light",))
    for name in IN_README:
        for width in WIDTHS:
            assert (PICTURES / f"{name}-{width}-light.png").read_bytes().startswith(b"\x89PNG")
