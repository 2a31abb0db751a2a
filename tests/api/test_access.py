"""Keys: who may write and read; how they are made and taken back; what is open to other machines."""

import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.server import free_address
from service.cli import cli
from service.config import Config, WrongSetting
from service.keys import KeyRing, KeysUnusable, add_key, parse_keys, read_keys, revoke_key, sign
from service.server.binding import check_access, is_local
from service.server.command import write_command
from tests.api.running import ROOT, Service, make_store, running_service

READ, WRITE = "read-key-0123456789abcdef", "write-key-0123456789abcdef"
GIVEN = f"read:{READ}, write:{WRITE}"
ARTICLE = {"id": "guarded", "text": "“We guard it,” said Gwen Keys."}
OPEN = ("/healthz", "/readyz", "/docs", "/rules", "/try", "/openapi.json", "/static/style.css")


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_store(tmp_path_factory.mktemp("access"))


@pytest.fixture(scope="module")
def guarded(store_url: str) -> Iterator[Service]:
    """A service whose writes need a key."""
    with running_service(store_url, WORKERS="1", QUOTES_API_KEYS=GIVEN) as service:
        yield service


@pytest.fixture(scope="module")
def private(store_url: str) -> Iterator[Service]:
    """A service whose reads need one too."""
    with running_service(store_url, WORKERS="1", QUOTES_API_KEYS=GIVEN, QUOTES_PRIVATE="1") as service:
        yield service


def list_operations(service: Service) -> list[tuple[str, str, list[dict[str, list[str]]]]]:
    return [
        (method.upper(), path.replace("{", "").replace("}", ""), operation["security"])
        for path, item in service.get("/openapi.json").json["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def test_every_operation_asks_for_the_key_that_is_documented(guarded: Service, private: Service) -> None:
    for method, path, security in list_operations(guarded):
        scope = security[0].get("key", [None])[0]
        for service, asked in ((guarded, scope == "write"), (private, scope is not None)):
            reply = service.send(method, path)
            assert (reply.status == 401) == asked, (method, path)
            if asked:
                assert "is needed" in reply.problem(401)["Authorization"]
                assert reply.headers["WWW-Authenticate"] == 'Bearer realm="quotes"'
            assert service.send(method, path, headers=bearer(WRITE)).status not in (401, 403)
            refused = service.send(method, path, headers=bearer(READ))
            assert (refused.status == 403) == (scope == "write"), (method, path)
            if scope == "write":
                assert "may write" in refused.problem(403)["Authorization"]
                assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]


def test_probes_pages_and_reference_are_open(private: Service) -> None:
    for path in OPEN:
        assert private.get(path).status == 200
        assert private.send("OPTIONS", path).status == 200
    private.get("/nowhere").problem(404)


def test_extract_is_a_read(guarded: Service, private: Service) -> None:
    assert guarded.post("/v1/extract", ARTICLE).status == 200
    private.post("/v1/extract", ARTICLE).problem(401)
    assert private.post("/v1/extract", ARTICLE, **bearer(READ)).status == 200


def test_key_lets_an_article_in(guarded: Service) -> None:
    guarded.post("/v1/articles", ARTICLE).problem(401)
    guarded.get("/v1/articles/guarded").problem(404)
    assert guarded.post("/v1/articles", ARTICLE, **bearer(WRITE)).status == 201
    assert guarded.get("/v1/articles/guarded").status == 200


def test_nothing_is_answered_from_a_tag_without_a_key(private: Service) -> None:
    tag = private.get("/v1/quotes", bearer(READ)).headers["ETag"]
    assert private.get("/v1/quotes", {**bearer(READ), "If-None-Match": tag}).status == 304
    private.get("/v1/quotes", {"If-None-Match": tag}).problem(401)
    assert private.send("HEAD", "/v1/quotes").status == 401


@pytest.mark.parametrize(
    "authorization",
    [
        f"Bearer {WRITE}x",
        f"Bearer {WRITE[:-1]}",
        f"Bearer{WRITE}",
        f"Basic {WRITE}",
        f"Bearer {WRITE}, Bearer {WRITE}",
        WRITE,
        "Bearer",
        "",
        "Bearer é",
        f"Bearer {'a' * 8000}",
    ],
)
def test_other_credentials_are_401(guarded: Service, authorization: str) -> None:
    reply = guarded.send(
        "DELETE", "/v1/articles/none", headers={"Authorization": authorization.encode().decode("latin-1")}
    )
    reply.problem(401)
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]
    assert authorization not in reply.body.decode() or len(authorization) < 7


def test_scheme_is_blind_to_case(guarded: Service) -> None:
    reply = guarded.send("DELETE", "/v1/articles/none", headers={"Authorization": f"bearer  {WRITE}"})
    reply.problem(404)


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "authorization"])
def test_no_key_is_taken_from_the_address(guarded: Service, name: str) -> None:
    guarded.send("DELETE", f"/v1/articles/none?{name}={WRITE}").problem(401)


@pytest.fixture
def keys_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys"
    monkeypatch.setenv("QUOTES_KEYS_FILE", str(path))
    return path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["keys", *arguments])
    return result.exit_code, result.output


def test_key_is_made_shown_once_listed_and_revoked(keys_file: Path) -> None:
    status, output = run("add", "desk")
    secret = output.strip()
    assert status == 0
    assert secret.startswith("quotes_")
    assert len(secret) > 40
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600
    assert secret not in keys_file.read_text()
    assert run("add", "reader", "--scope", "read")[0] == 0
    listed = run("list")[1].splitlines()
    assert [line.split()[:2] for line in listed] == [["desk", "write"], ["reader", "read"]]
    assert run("revoke", "desk") == (0, "")
    assert [key.name for key in read_keys(keys_file)] == ["reader"]
    assert sorted(path.name for path in keys_file.parent.iterdir()) == ["keys"]


def test_whoever_could_read_the_keys_still_can(keys_file: Path) -> None:
    run("add", "desk")
    keys_file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(keys_file, 10_001, 10_002)
    before = keys_file.stat()
    assert run("add", "reader")[0] == 0
    assert run("revoke", "desk")[0] == 0
    after = keys_file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


def test_nothing_but_a_file_is_replaced_by_keys(keys_file: Path) -> None:
    os.mkfifo(keys_file)
    status, output = run("add", "desk")
    assert (status, output) == (1, f"Error: {keys_file} is no ordinary file\n")
    assert keys_file.is_fifo()


def test_keys_are_read_anew_when_their_file_becomes_readable(keys_file: Path) -> None:
    run("add", "desk")
    before = sign(keys_file.stat())
    deadline = time.monotonic() + 10
    # The clock of a file system ticks slowly.
    while sign(keys_file.stat()) == before and time.monotonic() < deadline:
        keys_file.chmod(0o640)
    assert sign(keys_file.stat()) != before


def test_what_cannot_be_done_with_keys_is_one_line(keys_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not there; `quotes keys add NAME` makes it" in run("list")[1]
    run("add", "desk")
    before = keys_file.read_bytes()
    assert "has a key already" in run("add", "desk")[1]
    assert "no key of the name porter" in run("revoke", "porter")[1]
    for name in ("", "a b", "a\nb", "é", "a" * 65, "-x"):
        status, output = run("add", "--", name)
        assert (status, output.count("\n")) == (1, 1)
    assert keys_file.read_bytes() == before
    monkeypatch.setenv("QUOTES_KEYS_FILE", str(keys_file / "below"))
    assert "cannot be" in run("add", "desk")[1]
    monkeypatch.delenv("QUOTES_KEYS_FILE")
    assert "QUOTES_KEYS_FILE: is not set" in run("list")[1]


DIGEST = "0" * 64
GOOD = f"a write {DIGEST} 2026-01-01T00:00:00Z\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("nonsense\n", "line 1: is not a name"),
        (GOOD + GOOD, "line 2: a is there twice"),
        (GOOD.replace("write", "own"), "line 1: is not a name"),
        (GOOD.replace("a write", "é write"), "line 1: is not a name"),
        ("#" * 300_000, "limit of 262144 bytes"),
        ("".join(GOOD.replace("a ", f"a{n} ", 1) for n in range(1_001)), "limit is 1000"),
    ],
)
def test_file_that_holds_something_else_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "keys"
    path.write_text(content)
    with pytest.raises(KeysUnusable, match=message):
        read_keys(path)
    with pytest.raises(WrongSetting, match=r"^QUOTES_KEYS_FILE: "):
        check_access(Config(quotes_keys_file=str(path)), [])
    assert KeyRing((), str(path)).find("a" * 30) is None


def test_key_is_good_until_it_is_revoked_in_every_worker(store_url: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    secret = add_key(path, "desk", "write")
    with running_service(store_url, WORKERS="2", QUOTES_KEYS_FILE=str(path)) as service:
        statuses = {
            service.send("DELETE", "/v1/articles/none", headers=bearer(secret)).status for _ in range(8)
        }
        assert statuses == {404}
        other = add_key(path, "other", "write")
        assert service.send("DELETE", "/v1/articles/none", headers=bearer(other)).status == 404
        revoke_key(path, "desk")
        statuses = {
            service.send("DELETE", "/v1/articles/none", headers=bearer(secret)).status for _ in range(8)
        }
        assert statuses == {401}
        revoke_key(path, "other")
        service.send("DELETE", "/v1/articles/none", headers=bearer(other)).problem(401)
        path.unlink()
        service.send("DELETE", "/v1/articles/none").problem(401)
        assert service.get("/v1/quotes").status == 200


@pytest.mark.parametrize(
    "value", ["short", f"own:{WRITE}", f"{WRITE},", f"{WRITE} {WRITE}", f"write:{'é' * 30}", "a" * 201]
)
def test_keys_that_cannot_be_are_named_and_not_repeated(value: str) -> None:
    with pytest.raises(WrongSetting, match=r"^QUOTES_API_KEYS: key \d is not KEY") as raised:
        Config.from_environment({"QUOTES_API_KEYS": value})
    assert value not in str(raised.value)


def test_key_alone_may_write() -> None:
    config = Config.from_environment({"QUOTES_API_KEYS": f"{WRITE},read:{READ}"})
    assert [key.scope for key in config.quotes_api_keys] == ["write", "read"]
    assert WRITE not in repr(config)


def test_private_service_needs_keys() -> None:
    with pytest.raises(WrongSetting, match=r"^QUOTES_PRIVATE: needs keys"):
        check_access(Config(quotes_private=True), [])


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (("127.0.0.1", 80), True),
        (("127.9.9.9", 80), True),
        (("::1", 80), True),
        (("localhost", 80), True),
        ("/run/quotes.sock", True),
        (("0.0.0.0", 80), False),
        (("", 80), False),
        (("0", 80), False),
        (("::", 80), False),
        (("192.0.2.1", 80), False),
        (("no-such-host.invalid", 80), False),
    ],
)
def test_local_is_what_this_machine_alone_can_connect_to(address: tuple[str, int] | str, local: bool) -> None:
    assert is_local(address) is local


def test_open_socket_is_looked_at() -> None:
    with socket.create_server(("0.0.0.0", 0)) as listener:
        assert not is_local(listener.fileno())
    with socket.socket(socket.AF_UNIX) as listener:
        assert is_local(listener.fileno())


def test_service_without_keys_stays_on_this_machine() -> None:
    everywhere = [("0.0.0.0", 8000)]
    for config in (Config(quotes_open=True), Config(quotes_api_keys=parse_keys(WRITE))):
        check_access(config, everywhere)
    with pytest.raises(WrongSetting, match=r"^0\.0\.0\.0:8000 is open to other machines: .*QUOTES_OPEN=1"):
        check_access(Config(), everywhere)


@pytest.mark.parametrize(
    "arguments", [["--bind", "{}"], ["--bind", "127.0.0.1:0", "--bind", "{}", "--reuse-port"]]
)
def test_gunicorn_refuses_to_be_open(arguments: list[str]) -> None:
    address = free_address().replace("127.0.0.1", "0.0.0.0")
    stopped = run_gunicorn(*(each.format(address) for each in arguments))
    assert stopped.returncode == 1
    assert stopped.stderr.startswith(f"{address} is open to other machines: ")
    assert stopped.stderr.count("\n") == 1


def test_gunicorn_refuses_a_socket_that_it_was_handed() -> None:
    with socket.create_server(("0.0.0.0", 0)) as listener:
        stopped = run_gunicorn("--bind", f"fd://{listener.fileno()}", fds=[listener.fileno()])
    assert stopped.returncode == 1
    assert "is open to other machines" in stopped.stderr


def test_quotes_serve_refuses_to_be_open() -> None:
    start = "from service.cli import main; main()"
    stopped = run_command([sys.executable, "-c", start, "serve", "--bind", "0.0.0.0:0"])
    assert stopped.returncode == 1
    assert stopped.stderr.startswith("Error: 0.0.0.0:0 is open to other machines: set keys")
    assert stopped.stderr.count("\n") == 1


def run_gunicorn(*options: str, fds: list[int] | None = None) -> subprocess.CompletedProcess[str]:
    return run_command(write_command("--log-level", "error", *options), fds)


def run_command(command: list[str], fds: list[int] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "sqlite:////nowhere/quotes.db"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        pass_fds=fds or [],
    )
