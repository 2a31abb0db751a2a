"""The seeded service that the tests of this folder share, with two articles more, and a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.api.running import Service, running_service
from tests.web.browser import NO_BROWSER, find_browser, running_browser
from tests.web.seeded import fill_store

UNTESTED = pytest.StashKey[bool]()
KEY = "a-key-for-the-tests-of-pages"
HOSTILE = {
    "id": "hostile",
    "title": '<script>alert("title")</script>',
    "url": "javascript:alert(1)",
    "source": "<b>Bold</b> & Sons",
    "author": '"><img src=x onerror=alert(2)>',
    "published_at": "2024-02-29",
    "text": (
        "“<script>document.title = 1</script> is what they wrote,” said Jane Doe of <i>Sons</i>.\n\n"
        "“It was \U0001f600 & more,” said Jane Doe. “We \U0001d54f never saw it.”"
    ),
}
RIGHT_TO_LEFT = {
    "id": "right-to-left",
    "title": "لن نتحرك",
    "source": "الجريدة",
    "text": "“لن نتحرك من هنا أبدا,” said Jane Doe.\n\nقال آخرون إنهم سيبقون.",
}


@dataclass(frozen=True)
class Site:
    """The service, its address, and the speaker whom the pages are about."""

    service: Service
    base: str
    speaker: str


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the seeds; whoever writes needs the key."""
    url = f"sqlite:///{tmp_path_factory.mktemp('web')}/quotes.db"
    speaker = fill_store(url)
    with running_service(url, QUOTES_API_KEYS=KEY) as service:
        for article in (HOSTILE, RIGHT_TO_LEFT):
            reply = service.post("/v1/articles", article, Authorization=f"Bearer {KEY}")
            assert reply.status == 201, reply.body
        yield Site(service, f"http://127.0.0.1:{service.port}", speaker)


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        request.config.stash[UNTESTED] = True
        pytest.skip(NO_BROWSER)
    with running_browser(path) as running:
        yield running


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.stash.get(UNTESTED, False):
        terminalreporter.write_sep("!", NO_BROWSER, red=True, bold=True)
