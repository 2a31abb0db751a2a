"""Signing in to a private service: in a browser, and with requests that no browser would send."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from playwright.sync_api import Browser, expect

from service.app import create_app
from service.config import Config
from service.http.sessions import COOKIE
from service.keys import add_key, parse_keys, revoke_key
from tests.api.running import Reply, Service, running_service
from tests.web.browser import WIDTHS, Scheme, visiting
from tests.web.conftest import HOSTILE
from tests.web.seeded import fill_store
from tests.web.test_pages import BROWSER, check_page

SECRET = "a secret of the tests, which is long enough"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", **BROWSER}
WIDER_THAN_WINDOW = "() => document.documentElement.scrollWidth > window.innerWidth"


class Private:
    """A private service with keys of each scope in a file."""

    def __init__(self, service: Service, keys: Path, secrets: dict[str, str]) -> None:
        self.service = service
        self.base = f"http://127.0.0.1:{service.port}"
        self.keys = keys
        self.secrets = secrets

    def sign_in(self, secret: str, next_path: str = "/", **headers: str) -> Reply:
        body = urlencode({"key": secret, "next": next_path}).encode()
        return self.service.send("POST", "/sign-in", body, {**FORM, **headers})

    def cookie(self, scope: str = "write") -> dict[str, str]:
        """The header of a browser that is signed in with a key of this scope."""
        return {"Cookie": read_cookie(self.sign_in(self.secrets[scope]))}


def read_cookie(reply: Reply) -> str:
    assert reply.status == 303, reply.body
    return str(reply.headers["Set-Cookie"]).partition(";")[0]


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Private]:
    folder = tmp_path_factory.mktemp("private")
    url = f"sqlite:///{folder}/quotes.db"
    fill_store(url)
    keys = folder / "keys"
    names = {"read": "reader", "write": "writer", "feed": "feeder"}
    secrets = {scope: add_key(keys, name, scope) for scope, name in names.items()}
    settings = {"QUOTES_KEYS_FILE": str(keys), "QUOTES_PRIVATE": "1", "SESSION_SECRET": SECRET}
    with running_service(url, **settings, SIGN_IN_LIMIT="1000/minute") as service:
        headers = {"Authorization": f"Bearer {secrets['write']}"}
        assert service.send("POST", "/v1/articles", HOSTILE, headers).status == 201
        yield Private(service, keys, secrets)


def test_reader_signs_in_reads_and_signs_out(browser: Browser, private: Private) -> None:
    with visiting(browser, private.base) as visit:
        page = visit.go("/?q=library")
        expect(page.locator(".lead")).to_have_text("This page needs a key.")
        page.get_by_label("Key").fill("a-wrong-key-0123456789abc")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#error-key")).to_contain_text("not known here")
        visit.faults.clear()  # a browser counts each refusal among its errors
        page.get_by_label("Key").fill(private.secrets["read"])
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(private.base + "/?q=library")
        page.locator(".result").first.get_by_text("In its place").click()
        expect(page.locator(".result").first.locator(".part mark")).to_have_count(1)
        assert page.evaluate("() => document.cookie") == ""
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(private.base + "/sign-in")
        page.go_back()
        page.reload()
        expect(page.locator(".lead")).to_have_text("This page needs a key.")


def test_signing_in_and_merging_work_without_scripts_and_by_keyboard(
    browser: Browser, private: Private
) -> None:
    with visiting(browser, private.base, scripts=False) as visit:
        page = visit.go("/speakers?q=lucan")
        page.get_by_label("Key").press_sequentially(private.secrets["write"])
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Lucan Osei").click()
        assert "/speakers/s" in page.url
        page.goto(private.base + "/articles/harrow-quay-strike")
        expect(page.locator("h1")).to_contain_text("Dockers")


def test_editor_who_is_signed_in_corrects_and_merges(browser: Browser, private: Private) -> None:
    with visiting(browser, private.base) as visit:
        page = visit.go("/articles/hostile")
        page.get_by_label("Key").fill(private.secrets["write"])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Fix this: quote 2").click()
        page.get_by_label("Who says it").fill("Doe")
        page.get_by_label("Why").fill("It is she who speaks here")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#note-2")).to_contain_text("Corrected by hand")
        page.locator("#note-2 .who a").click()
        page.get_by_text("Candidates to merge").click()
        page.get_by_role("button", name="Give all quotes to Jane Doe").click()
        expect(page.get_by_role("status")).to_contain_text("The quotes of Doe are here now")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("h1")).to_have_text("Doe")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_signing_in_can_be_used_by_everyone(
    browser: Browser, private: Private, width: int, scheme: Scheme
) -> None:
    with visiting(browser, private.base, width=width, scheme=scheme) as visit:
        page = visit.go("/sign-in?next=/rules")
        for step in ("form", "refusal", "page"):
            found = Axe().run(page)
            assert found.violations_count == 0, f"{step}: {found.generate_report()}"
            assert not page.evaluate(WIDER_THAN_WINDOW), step
            if step != "page":
                key = "wrong" if step == "form" else private.secrets["read"]
                page.get_by_label("Key").fill(key)
                page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(private.base + "/rules")


@pytest.mark.parametrize(
    "path", ["/", "/articles/hostile", "/speakers", "/outlets", "/compare", "/quotes?limit=1"]
)
def test_page_of_a_private_service_is_the_form_to_those_who_have_no_key(private: Private, path: str) -> None:
    reply = private.service.get(path, BROWSER)
    assert reply.status == 401
    check_page(reply)
    assert "Bearer" in reply.headers["WWW-Authenticate"]
    assert "hostile" not in reply.body.decode().replace(path, "")
    assert f'name="next" value="{path}"' in reply.body.decode()
    private.service.get("/v1/quotes", BROWSER).problem(401)


def test_cookie_is_closed_to_scripts_and_other_sites_and_has_no_key(private: Private) -> None:
    reply = private.sign_in(private.secrets["read"], "/rules")
    assert reply.headers["Location"] == "/rules"
    cookie = SimpleCookie(reply.headers["Set-Cookie"])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == str(Config().session_hours * 3600)
    assert private.secrets["read"] not in cookie.value
    answer = private.service.get("/v1/quotes?limit=1", {"Cookie": f"{COOKIE}={cookie.value}"})
    assert answer.status == 200
    assert "private" in answer.headers["Cache-Control"]
    assert "Cookie" in ", ".join(answer.headers.get_all("Vary") or ())


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "",
        "/ü",
    ],
    ids=["host", "slashes", "backslash", "script", "line", "empty", "letters"],
)
def test_signing_in_leads_nowhere_else(private: Private, path: str) -> None:
    assert private.sign_in(private.secrets["read"], path).headers["Location"] == "/"
    page = private.service.get(f"/sign-in?{urlencode({'next': path})}", BROWSER)
    assert 'name="next" value="/"' in page.body.decode()


def forge(secret: str = SECRET, salt: str = "session of a browser", value: object = ("reader", "x")) -> str:
    return str(URLSafeTimedSerializer(secret, salt=salt).dumps(value))


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "a.b.c",
        "." * 5000,
        forge("another secret"),
        forge(),
        forge(salt="other"),
        forge(value=1),
        "%00",
        "é",
    ],
    ids=["empty", "short", "parts", "long", "secret", "digest", "salt", "number", "nul", "letters"],
)
def test_forged_cookie_opens_nothing(private: Private, cookie: str) -> None:
    headers = {"Cookie": f"{COOKIE}={cookie}".encode().decode("latin-1"), **BROWSER}
    assert private.service.get("/", headers).status == 401


def test_cookie_that_was_changed_opens_nothing(private: Private) -> None:
    name, _, value = private.cookie()["Cookie"].partition("=")
    changed = value[:5] + ("A" if value[5] != "A" else "B") + value[6:]
    assert private.service.get("/", {"Cookie": f"{name}={changed}", **BROWSER}).status == 401
    assert private.service.get("/", {"Cookie": f"{name}={value}", **BROWSER}).status == 200


def test_session_ends_with_its_key(private: Private) -> None:
    secret = add_key(private.keys, "leaver", "read")
    cookie = {"Cookie": read_cookie(private.sign_in(secret)), **BROWSER}
    assert private.service.get("/", cookie).status == 200
    revoke_key(private.keys, "leaver")
    assert private.service.get("/", cookie).status == 401
    # Another key of that name is not the key of the session.
    add_key(private.keys, "leaver", "write")
    assert private.service.get("/", cookie).status == 401
    revoke_key(private.keys, "leaver")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "{base}"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{base}"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Origin": "null"}, 403),
    ],
    ids=lambda value: (
        "-".join(f"{name}={one}" for name, one in value.items()) if isinstance(value, dict) else None
    ),
)
def test_cookie_writes_only_from_pages_of_the_service(
    private: Private, origin: dict[str, str], status: int
) -> None:
    headers = {name: value.format(base=private.base) for name, value in origin.items()}
    quote = private.service.get("/v1/quotes?article=hostile", private.cookie()).json["items"][0]["id"]
    change = {"kind": "direct", "reason": "a test"}
    reply = private.service.send("PATCH", f"/v1/quotes/{quote}", change, {**private.cookie(), **headers})
    assert reply.status == status, reply.body


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/speakers/none/merge", "/speakers/none/separate"])
def test_forms_of_other_sites_are_refused_with_and_without_a_cookie(private: Private, path: str) -> None:
    for cookie in ({}, private.cookie()):
        for site in ("cross-site", "same-site"):
            headers = {**FORM, "Sec-Fetch-Site": site, **cookie}
            body = urlencode({"key": private.secrets["write"]}).encode()
            reply = private.service.send("POST", path, body, headers)
            assert reply.status == 403
            assert "Set-Cookie" not in reply.headers


def test_header_counts_before_the_cookie(private: Private) -> None:
    headers = {**private.cookie(), "Authorization": "Bearer nobody-has-this-key-0"}
    assert private.service.get("/v1/quotes", headers).status == 401


def test_session_of_a_reader_writes_nothing(private: Private) -> None:
    headers = {**private.cookie("read"), "Sec-Fetch-Site": "same-origin"}
    assert private.service.send("DELETE", "/v1/articles/hostile", headers=headers).status == 403


def test_pages_of_two_people_are_not_mixed_up(private: Private) -> None:
    writer, reader = (
        private.service.get("/rules", {**private.cookie(scope), **BROWSER}) for scope in ("write", "read")
    )
    assert (b">writer<" in writer.body, b">reader<" in reader.body) == (True, True)
    writer, reader = (
        private.service.get("/outlets", {**private.cookie(scope), **BROWSER}) for scope in ("write", "read")
    )
    assert writer.headers["ETag"] != reader.headers["ETag"]
    assert b">reader<" in reader.body
    known = {"If-None-Match": writer.headers["ETag"], **BROWSER}
    assert private.service.get("/outlets", known).status == 401


def test_key_for_feeds_opens_feeds_alone_and_can_be_revoked(private: Private) -> None:
    token = add_key(private.keys, "desk", "feed")
    address = f"/v1/quotes.atom?q=the&token={token}"
    reply = private.service.get(address)
    assert reply.status == 200
    feed = reply.body.decode()
    assert "<entry>" in feed
    # The feed's own addresses have the key, the lists and articles that it names have not.
    assert set(re.findall(r'rel="(\w+)" href="[^"]*' + token, feed)) <= {"self", "next"}
    assert token not in re.sub(r"<link [^>]*>", "", feed)
    own = private.service.get("/v1/quotes.atom?q=the", private.cookie("read")).body.decode()
    assert re.findall("<id>.*?</id>", own) == re.findall("<id>.*?</id>", feed)
    bearer = {"Authorization": f"Bearer {token}"}
    for path in ("/v1/quotes", "/v1/articles/hostile", "/"):
        assert private.service.get(f"{path}?token={token}").status == 401
        assert private.service.get(path, bearer).status == 403
    assert private.sign_in(token).status == 401
    revoke_key(private.keys, "desk")
    assert "token" in private.service.get(address).problem(401)


@pytest.mark.parametrize("scope", ["read", "write"])
def test_other_keys_are_not_taken_from_addresses(private: Private, scope: str) -> None:
    reply = private.service.get(f"/v1/quotes.atom?token={private.secrets[scope]}")
    assert "`feed`" in reply.problem(403)["token"]


def test_attempts_are_limited_for_each_address(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    fill_store(url)
    key = "a-key-that-may-read-0123"
    settings = {
        "QUOTES_API_KEYS": f"read:{key}",
        "QUOTES_PRIVATE": "1",
        "TRUSTED_PROXIES": "1",
        "WORKERS": "1",
    }
    with running_service(url, **settings, SIGN_IN_LIMIT="3/hour") as service:
        private = Private(service, tmp_path, {})
        address = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
        # Those that are right are not counted.
        statuses = [private.sign_in(key, **address).status for _ in range(5)]
        assert statuses == [303] * 5
        assert [private.sign_in("wrong", **address).status for _ in range(4)] == [401, 401, 401, 429]
        refused = private.sign_in(key, **address)
        assert refused.status == 429
        assert int(refused.headers["Retry-After"]) > 0
        check_page(refused)
        reply = private.sign_in(key, **{**address, "X-Forwarded-For": "192.0.2.2"})
        assert reply.status == 303
        assert "Secure" in reply.headers["Set-Cookie"]


def test_service_without_keys_has_nothing_to_sign_in_with(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    fill_store(url)
    client = create_app(Config(database_url=url)).test_client()
    assert "has no keys" in client.get("/sign-in", headers=BROWSER).text
    assert "Sign in" not in client.get("/", headers=BROWSER).text
    assert client.get("/v1/quotes.atom?token=x").status_code == 400


def test_session_that_is_too_old_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    fill_store(url)
    key = "a-key-that-may-read-0123"
    keys = parse_keys(f"read:{key}")
    config = Config(database_url=url, quotes_api_keys=keys, quotes_private=True, session_hours=1)
    client = create_app(config).test_client()
    assert (
        client.post("/sign-in", data={"key": key}, headers={"Sec-Fetch-Site": "same-origin"}).status_code
        == 303
    )
    assert client.get("/", headers=BROWSER).status_code == 200
    now = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: now(signer) + 3_601)
    assert client.get("/", headers=BROWSER).status_code == 401
