"""The browser of the system, driven by Playwright; where there is none, tests that need it are skipped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "Chromium is not installed: NO PAGE WAS TRIED IN A BROWSER"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
WIDTHS = (390, 1280)
Scheme = Literal["light", "dark"]


def find_browser() -> str | None:
    """Find the system's browser."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def running_browser(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Visit:
    """A page of a browser on the service, and what went wrong in it."""

    page: Page
    base: str
    faults: list[str]

    def go(self, path: str) -> Page:
        """Open an address of the service, and wait until all it asks for is there."""
        self.page.goto(self.base + path, wait_until="networkidle")
        return self.page


@contextmanager
def visiting(
    browser: Browser, base: str, *, width: int = 1280, scheme: Scheme = "light", scripts: bool = True
) -> Iterator[Visit]:
    """Open a browser's window of that width; faults of scripts and of the policy are collected."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.on("request", lambda sent: None if sent.url.startswith(base) else faults.append(sent.url))
    try:
        yield Visit(page, base, faults)
    finally:
        context.close()
