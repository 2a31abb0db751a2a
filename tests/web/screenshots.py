"""Pictures of every page of the seeded service: `make screenshots` renews those that the README shows."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from tests.api.running import running_service
from tests.web.browser import NO_BROWSER, WIDTHS, Scheme, Visit, find_browser, running_browser, visiting
from tests.web.seeded import fill_store

ROOT = Path(__file__).parent.parent.parent
SHOWN = ROOT / "docs" / "screenshots"
TRIED = (
    "Councillors in Port Ellery voted 9–4 on Tuesday to keep the ferry.\n\n"
    "“We will not move,” said Jane Doe, who leads the council. “Not this year, and not the next.”\n\n"
    "Sam Roe, who runs the “Blue Lamp”, called the vote “a gift to nobody”."
)
DRAFT = "“We will never move,” said Jane Doe. She said that the council “voted 9–4 on Tuesday”."
PAGES = {
    "search": "/?q=have&from=2024-01-01",
    "start": "/",
    "article": "/articles/harrow-quay-strike",
    "speaker": "/speakers/{speaker}",
    "quote": "/quotes/qec7ef6d79bca9738ea8c",
    "verify": "/verify?quote=I+rang+my+mum+%E2%80%A6+She+told+me+to+go+straight+to+bed&speaker=tsiga",
    "draft": "/verify",
    "speakers": "/speakers",
    "outlets": "/outlets",
    "nothing": "/?q=library+phone&source=fathom&from=2024-01-01",
    "compare": "/compare?speaker=lucan+osei&speaker=tamsin+reyne",
    "sources": "/sources?by=gender&per=source",
    "try": "/try",
    "sign-in": "/sign-in",
    "rules": "/rules",
    "docs": "/docs",
}
IN_README = ("search", "article")


def open_page(visit: Visit, name: str, speaker: str) -> None:
    """Open a page by its name, as it is worth a picture."""
    page = visit.go(PAGES[name].format(speaker=speaker))
    if name == "try":
        page.get_by_label("An article in English").fill(TRIED)
        page.get_by_role("button", name="Find the quotes").click()
        page.wait_for_load_state("networkidle")
    if name == "draft":
        page.get_by_label("The draft").fill(DRAFT)
        page.get_by_text("Against one article").click()
        page.get_by_label("The article that it quotes").fill(TRIED)
        page.get_by_role("button", name="Verify the draft").click()
        page.wait_for_load_state("networkidle")


def take_pictures(
    browser: Browser,
    base: str,
    speaker: str,
    folder: Path,
    *,
    names: Iterable[str] = PAGES,
    schemes: Iterable[Scheme] = ("light", "dark"),
) -> None:
    """Write a picture of the top of each page at each width, in each scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in schemes:
        for width in WIDTHS:
            with visiting(browser, base, width=width, scheme=scheme) as visit:
                for name in names:
                    open_page(visit, name, speaker)
                    visit.page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")


def main() -> None:
    path = find_browser()
    if path is None:
        raise SystemExit(NO_BROWSER)
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/quotes.db"
        speaker = fill_store(url)
        with running_service(url) as service, running_browser(path) as browser:
            base = f"http://127.0.0.1:{service.port}"
            take_pictures(browser, base, speaker, SHOWN, names=IN_README, schemes=("light",))


if __name__ == "__main__":
    main()
