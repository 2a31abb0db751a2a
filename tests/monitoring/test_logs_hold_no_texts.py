"""No line of log holds what anybody wrote: sent through every address, in good times and in bad."""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from bench.postgres import create_database
from service.store import Store
from tests.api.running import Service, running_service
from tests.postgres import NO_SERVER

CANARY = "Kanarienvogel"
TEXT = f"“We fly, {CANARY},” said Jane {CANARY}. “{CANARY}!” she said."
ARTICLE = {
    "id": CANARY,
    "text": TEXT,
    "title": CANARY,
    "url": f"https://{CANARY}.example/",
    "source": CANARY,
    "author": CANARY,
}
HEADERS = {
    "Authorization": f"Bearer {CANARY}",
    "Cookie": f"key={CANARY}",
    "User-Agent": CANARY,
    "Referer": f"http://{CANARY}.example/",
    "X-Request-ID": f"{CANARY} with a blank",
    "X-Forwarded-For": CANARY,
}
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", json.dumps(ARTICLE).encode()),
    ("application/json", json.dumps({"into": CANARY, "name": CANARY, "speaker": {"name": CANARY}}).encode()),
    ("application/json", b'{"text": "' + CANARY.encode()),
    ("application/json", json.dumps({CANARY: CANARY, "text": f"{CANARY}\ud800"}).encode()),
    ("application/x-ndjson", json.dumps(ARTICLE).encode() + b"\n{" + CANARY.encode() + b"\n"),
    (f"text/{CANARY}", CANARY.encode()),
)
QUERIES = (
    f"q={CANARY}&speaker={CANARY}",
    f"q=%22{CANARY}%22+%00{CANARY}&source={CANARY}",
    f"cursor={CANARY}",
    f"from={CANARY}&{CANARY}={CANARY}",
    f"q=%22{CANARY}",
    f"format=csv&q={CANARY}",
    f"%ff{CANARY}",
)
MALFORMED = (
    f"GET /{CANARY} HTTP/9.9\r\n\r\n",
    f"GET /{CANARY}\r\n\r\n",
    f"{CANARY}\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: localhost\r\n{CANARY}\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization : {CANARY}\r\n\r\n",
    f"GET /{CANARY * 1000} HTTP/1.1\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: localhost\r\nX-Key: {CANARY * 1000}\r\n\r\n",
    f"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n",
    f"POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    f"Transfer-Encoding: chunked\r\n\r\n5\r\n{CANARY}",
    f"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nExpect: {CANARY}\r\n\r\n",
)


def send_canaries(service: Service, ids: Mapping[str, str]) -> set[int]:
    """Send them to every address in every way; the statuses of the answers."""
    statuses = set()
    for template, item in service.get("/openapi.json").json["paths"].items():
        path = template
        for name in ("article_id", "quote_id", "speaker_id"):
            path = path.replace(f"{{{name}}}", quote(ids.get(name, CANARY)))
        for method in ("get", "delete", "patch", "put", "post"):
            if method not in item:
                continue
            sendings: list[tuple[str, dict[str, str], Any]] = [(path, {}, None)]
            if method == "get":
                sendings += [(f"{path}?{query}", {}, None) for query in QUERIES]
            if "requestBody" in item[method]:
                sendings += [(path, {"Content-Type": kind}, body) for kind, body in BODIES]
            for address, headers, body in sendings:
                reply = service.send(method.upper(), address, body, {**HEADERS, **headers})
                statuses.add(reply.status)
    statuses.add(service.get(f"/{CANARY}?{CANARY}", HEADERS).status)
    for request in MALFORMED:
        service.send_raw(request.encode())
    return statuses


@contextmanager
def silent_about_it(url: str, log: Path, **settings: str) -> Iterator[Service]:
    """Serve, and check afterwards that the log holds lines, all of them JSON, and no canary."""
    with running_service(url, log=str(log), WORKERS="1", CLIENT_TIMEOUT_SECONDS="1", **settings) as service:
        yield service
    text = log.read_text()
    assert len([json.loads(line) for line in text.splitlines()]) > 50
    assert CANARY.casefold() not in text.casefold()


def find_ids(service: Service) -> dict[str, str]:
    service.post("/v1/articles", ARTICLE)
    items = service.get(f"/v1/articles/{CANARY}/quotes").json["items"]
    return {"quote_id": items[0]["id"], "speaker_id": items[0]["speaker"]["id"]}


def test_in_good_times(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    Store(url).upgrade()
    with silent_about_it(url, tmp_path / "log") as service:
        statuses = send_canaries(service, find_ids(service))
        assert {200, 400, 404, 415, 422} <= statuses
        assert max(statuses) < 500


def test_when_an_answer_fails(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    Store(url).upgrade()
    log = tmp_path / "log"
    with silent_about_it(url, log) as service:
        with closing(sqlite3.connect(tmp_path / "quotes.db")) as connection, connection:
            connection.execute(
                f"CREATE TRIGGER refusal BEFORE INSERT ON articles BEGIN SELECT RAISE(ABORT, '{CANARY}'); END"
            )
        assert 500 in send_canaries(service, {})
    errors = [json.loads(line) for line in log.read_text().splitlines()]
    tracebacks = [line["traceback"] for line in errors if "traceback" in line]
    assert any("IntegrityError" in each and "service/store/" in each for each in tracebacks)


def test_when_the_store_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "quotes.db").write_text(CANARY * 1000)
    with silent_about_it(f"sqlite:///{tmp_path}/quotes.db", tmp_path / "log") as service:
        assert 503 in send_canaries(service, {})


def test_when_the_server_of_the_store_is_down(tmp_path: Path) -> None:
    url = f"postgresql://quotes:{CANARY}@127.0.0.1:1/quotes"
    with silent_about_it(url, tmp_path / "log") as service:
        assert 503 in send_canaries(service, {})


def test_when_postgresql_refuses_what_is_stored(tmp_path: Path, postgres_socket: Path | None) -> None:
    if postgres_socket is None:
        pytest.skip(NO_SERVER)
    url = create_database(postgres_socket, f"quotes_logs_{time.time_ns()}")
    store = Store(url)
    store.upgrade()
    store.close()
    with psycopg.connect(url, autocommit=True) as connection:
        # PostgreSQL's own words about a broken constraint give the whole row.
        connection.execute("ALTER TABLE articles ADD CONSTRAINT nothing CHECK (length(text) < 0)")
    log = tmp_path / "log"
    with silent_about_it(url, log) as service:
        assert 500 in send_canaries(service, {})
    assert "CheckViolation" in log.read_text()
