"""Articles in bulk: answered line by line while they are sent, stored when answered, read within bounds."""

import json
import random
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from service.http.unpacking import CHUNK_BYTES
from tests.api.packing import PACKERS
from tests.api.running import ANSWER_SECONDS, MAX_BODY_BYTES, Service, make_store, running_service

NDJSON = {"Content-Type": "application/x-ndjson"}
HEAD = b"POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"


def write_line(article_id: str, speaker: str = "Bulk Sender", **fields: Any) -> bytes:
    article = {"id": article_id, "text": f"“Line {article_id} stands,” said {speaker}.", **fields}
    return json.dumps(article).encode() + b"\n"


def load(service: Service, body: bytes | Iterator[bytes], **headers: str) -> list[Any]:
    reply = service.send("POST", "/v1/articles/bulk", body, {**NDJSON, **headers})
    assert (reply.status, reply.headers["Content-Type"]) == (200, NDJSON["Content-Type"])
    return [json.loads(line) for line in reply.body.splitlines()]


def test_each_line_is_answered_in_its_place(service: Service) -> None:
    lines = [
        write_line("b1"),
        b"\n",
        b"nonsense\n",
        write_line("b2", authors="misspelt"),
        b'{"id": "b/3", "text": ""}\n',
        b"[1]\n",
        write_line("b1"),
        write_line("b4").rstrip(),
    ]
    answers = load(service, b"".join(lines))
    assert [answer["line"] for answer in answers] == [1, 3, 4, 5, 6, 7, 8]
    assert [answer.get("id") for answer in answers] == ["b1", None, None, None, None, "b1", "b4"]
    assert answers[0] == {"line": 1, "id": "b1", "status": "created", "quotes": 1}
    fields = {
        answer["line"]: {error["field"] for error in answer["error"]["errors"]}
        for answer in answers
        if "error" in answer
    }
    assert fields == {3: {"line"}, 4: {"authors"}, 5: {"id", "text"}, 6: {"line"}}
    assert service.get("/v1/articles/b4/quotes").json["items"][0]["speaker"]["name"] == "Bulk Sender"


def test_unknown_fields_are_ignored_on_request(service: Service) -> None:
    body = write_line("ignored", authors="misspelt")
    reply = service.send("POST", "/v1/articles/bulk?unknown=ignore", body, NDJSON)
    assert json.loads(reply.body)["status"] == "created"
    errors = service.send("POST", "/v1/articles/bulk?unknown=maybe", body, NDJSON).problem(400)
    assert "refuse, ignore" in errors["unknown"]


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_packed_body_without_its_header_is_named(service: Service, encoding: str) -> None:
    [answer] = load(service, PACKERS[encoding](write_line("packed") * 9))
    assert answer["error"]["errors"][0]["field"] == "body"
    assert f"Content-Encoding: {encoding}" in answer["error"]["detail"]


def test_sent_again_it_says_what_was_stored(service: Service) -> None:
    lines = b"".join(write_line(f"again-{number}") for number in range(250))
    first, second = load(service, lines), load(service, lines)
    assert [answer["status"] for answer in first] == ["created"] * 250
    assert second == [{**answer, "status": "unchanged"} for answer in first]


@pytest.mark.parametrize("encoding", PACKERS)
@pytest.mark.parametrize("chunked", [True, False])
def test_packed_lines_are_read(service: Service, encoding: str, chunked: bool) -> None:
    lines = b"".join(write_line(f"{encoding}-{chunked}-{number}") for number in range(300))
    packed = PACKERS[encoding](lines)
    body = (packed[place : place + 100] for place in range(0, len(packed), 100)) if chunked else packed
    headers = {"Content-Encoding": encoding, **({} if chunked else {"Content-Length": str(len(packed))})}
    answers = load(service, body, **headers)
    assert [answer["line"] for answer in answers] == list(range(1, 301))
    assert {answer["status"] for answer in answers} == {"created"}


def test_line_beyond_the_limit_costs_itself_alone(service: Service) -> None:
    long = write_line("long", title="a" * 50 * MAX_BODY_BYTES)
    answers = load(
        service, PACKERS["gzip"](write_line("l1") + long + write_line("l2")), **{"Content-Encoding": "gzip"}
    )
    assert [answer.get("id") for answer in answers] == ["l1", None, "l2"]
    assert str(MAX_BODY_BYTES) in answers[1]["error"]["detail"]


@contextmanager
def talking(service: Service, head: bytes) -> Iterator[tuple[socket.socket, IO[bytes]]]:
    """A connection that sends and receives by turns."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=ANSWER_SECONDS) as connection:
        connection.sendall(head)
        with connection.makefile("rb") as received:
            yield connection, received


def write_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def read_answer(received: IO[bytes]) -> Any:
    """Read the chunks of an answer up to the end of a line."""
    line = b""
    while not line.endswith(b"\n"):
        size = int(received.readline(), 16)
        line += received.read(size)
        received.readline()
    return json.loads(line)


@pytest.mark.parametrize("chunked", [True, False])
def test_line_is_answered_and_stored_before_the_next_is_sent(service: Service, chunked: bool) -> None:
    lines = [write_line(f"talk-{chunked}-{number}") for number in range(4)]
    length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(b"".join(lines))
    with talking(service, HEAD + length + b"\r\n\r\n") as (connection, received):
        for number, line in enumerate(lines):
            connection.sendall(write_chunk(line) if chunked else line)
            if number == 0:
                assert received.readline().startswith(b"HTTP/1.1 200")
                while received.readline() != b"\r\n":
                    pass
            assert read_answer(received)["id"] == f"talk-{chunked}-{number}"
            assert service.get(f"/v1/articles/talk-{chunked}-{number}").status == 200
        if chunked:
            connection.sendall(b"0\r\n\r\n")
        assert received.readline() == b"0\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"Content-Encoding: gzip\r\n", PACKERS["gzip"](write_line("broken-1"))[:-3]),
        (b"Content-Encoding: zstd\r\n", PACKERS["zstd"](write_line("broken-1"))[:-3]),
        (b"Content-Encoding: gzip\r\n", PACKERS["gzip"](write_line("broken-1")) + b"nonsense"),
    ],
)
def test_body_that_breaks_off_is_said_in_the_last_line(service: Service, headers: bytes, body: bytes) -> None:
    head = HEAD + headers + b"Content-Length: %d\r\n\r\n" % len(body)
    with talking(service, head + body) as (_, received):
        while received.readline() != b"\r\n":
            pass
        answer = read_answer(received)
        while "error" not in answer:
            answer = read_answer(received)
        assert answer["error"]["errors"][0]["field"] == "body"
        assert received.readline() == b"0\r\n"


def test_what_is_no_chunk_ends_the_answer(service: Service) -> None:
    sent = write_chunk(write_line("chunk-1")) + b"nonsense\r\n"
    with talking(service, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + sent) as (_, received):
        while received.readline() != b"\r\n":
            pass
        answers = [read_answer(received), read_answer(received)]
    assert answers[0]["id"] == "chunk-1"
    assert answers[1]["error"]["errors"][0]["field"] == "body"
    assert service.get("/v1/articles/chunk-1").status == 200


def test_sender_that_goes_away_leaves_what_was_answered(service: Service) -> None:
    with talking(service, HEAD + b"Transfer-Encoding: chunked\r\n\r\n") as (connection, received):
        connection.sendall(write_chunk(write_line("left-1")))
        while received.readline() != b"\r\n":
            pass
        read_answer(received)
        connection.sendall(b"fff\r\n" + write_line("left-2")[:20])
    assert service.get("/v1/articles/left-1").status == 200
    assert service.get("/v1/articles/left-2").status == 404


@pytest.mark.parametrize(
    "headers", [{}, {"Content-Type": "application/json"}, {**NDJSON, "Content-Encoding": "br"}]
)
def test_other_type_of_body_is_415(service: Service, headers: dict[str, str]) -> None:
    service.send("POST", "/v1/articles/bulk", write_line("type"), headers).problem(415)


def test_empty_body_gives_no_line(service: Service) -> None:
    assert load(service, b"") == load(service, b"\n \n") == []


def test_store_without_tables_is_503(tmp_path: Path) -> None:
    with running_service(f"sqlite:///{tmp_path}/quotes.db", WORKERS="1") as unready:
        unready.send("POST", "/v1/articles/bulk", write_line("a"), NDJSON).problem(503)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a store of this test's own."""
    return make_store(tmp_path)


def test_store_that_fails_on_the_way_is_said_in_the_last_line(url: str) -> None:
    with (
        running_service(url, WORKERS="1") as service,
        talking(service, HEAD + b"Transfer-Encoding: chunked\r\n\r\n") as (connection, received),
    ):
        connection.sendall(write_chunk(write_line("kept")))
        while received.readline() != b"\r\n":
            pass
        assert read_answer(received)["id"] == "kept"
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            database.execute("ALTER TABLE articles RENAME TO articles_elsewhere")
        connection.sendall(write_chunk(write_line("lost")))
        answer = read_answer(received)
        assert (answer["line"], answer["error"]["errors"][0]["field"]) == (2, "store")
        assert received.readline() == b"0\r\n"


def test_sender_that_stops_is_told_where(url: str) -> None:
    with (
        running_service(url, WORKERS="1", CLIENT_TIMEOUT_SECONDS="1") as service,
        talking(service, HEAD + b"Transfer-Encoding: chunked\r\n\r\n") as (connection, received),
    ):
        connection.sendall(write_chunk(write_line("before") + write_line("half")[:20]))
        while received.readline() != b"\r\n":
            pass
        assert read_answer(received)["id"] == "before"
        answer = read_answer(received)
        assert (answer["line"], answer["error"]["errors"][0]["field"]) == (2, "body")
        assert "limit for a pause is 1 seconds" in answer["error"]["detail"]


def read_peak(process: int) -> int:
    """The most memory, in KiB, that the service's workers have held."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    status = [Path(f"/proc/{child}/status").read_text() for child in children]
    return max(
        int(line.split()[1]) for text in status for line in text.splitlines() if line.startswith("VmHWM")
    )


def build_noise(pieces: int) -> bytes:
    """Build pieces of 50,000 bytes with no line end; packed, they take some hundredth of that."""
    chance = random.Random(1)
    return b"".join(chance.randbytes(500).hex().encode() * 50 for _ in range(pieces))


def test_memory_is_bounded_whatever_is_sent(url: str) -> None:
    filler = b" " * (CHUNK_BYTES - 1) + b"\n"
    endless = b'{"text": "' + build_noise(1_200)
    with running_service(url, WORKERS="1", THREADS="1") as service:
        load(service, write_line("first"))
        before = read_peak(service.process.pid)
        [answer] = load(service, PACKERS["zstd"](endless), **{"Content-Encoding": "zstd"})
        assert "longer than" in answer["error"]["detail"]
        assert load(service, (filler for _ in range(900))) == []
        assert read_peak(service.process.pid) - before < 40_000


BLANKS = bytes(b" \t"[number % 2] for number in range(256))


def build_barren_body(kind: str) -> bytes:
    """Build a body without an article, a little beyond the limit, that may be packed."""
    if kind == "empty lines":
        return b"\n" * 300_000
    if kind == "blank lines":
        chance = random.Random(1)
        return b"".join(chance.randbytes(100_000).translate(BLANKS) + b"\n" for _ in range(642))
    return build_noise(1_284)


@pytest.mark.parametrize("kind", ["empty lines", "blank lines", "long line"])
def test_body_without_articles_is_given_up(service: Service, kind: str) -> None:
    body = write_line("barren") + build_barren_body(kind)
    if kind == "empty lines":
        answer = load(service, body)[-1]
    else:
        answer = load(service, PACKERS["zstd"](body), **{"Content-Encoding": "zstd"})[-1]
    assert answer["error"]["errors"][0]["field"] == "body"
    assert "holds no article in its last" in answer["error"]["detail"]


def test_lines_that_are_refused_are_given_up(service: Service) -> None:
    answers = load(service, b"a\n" * 1_000_000)
    assert len(answers) < 70_000
    assert "the limits are 10000 lines" in answers[-1]["error"]["detail"]


def test_articles_among_other_lines_are_all_read(service: Service) -> None:
    body = (b"\n" * 4_000 + b"a\n" * 10 + write_line("among") for _ in range(20))
    answers = load(service, b"".join(body))
    assert [answer.get("id") for answer in answers if "id" in answer] == ["among"] * 20


@pytest.mark.parametrize("encoding", PACKERS)
def test_body_that_unpacks_to_a_thousand_times_its_size_is_given_up(service: Service, encoding: str) -> None:
    packed = PACKERS[encoding](write_line("ratio") * 100 + b" " * 4_000_000)
    answers = load(service, PACKERS[encoding](b" " * 60_000_000), **{"Content-Encoding": encoding})
    assert "more than 1000 times its size" in answers[-1]["error"]["detail"]
    answers = load(service, packed, **{"Content-Encoding": encoding})
    assert {answer.get("id") for answer in answers} - {None} == {"ratio"}


@pytest.mark.parametrize("encoding", PACKERS)
def test_body_of_empty_parts_is_given_up(service: Service, encoding: str) -> None:
    packed = PACKERS[encoding](write_line("parts")) + PACKERS[encoding](b"") * 5_000
    answers = load(service, packed, **{"Content-Encoding": encoding})
    assert "parts, the limit is 1000" in answers[-1]["error"]["detail"]
    answers = load(service, PACKERS[encoding](write_line("parts")) * 2_000, **{"Content-Encoding": encoding})
    assert {answer["id"] for answer in answers} == {"parts"}


def test_body_of_a_client_that_has_gone_is_read_no_further(url: str) -> None:
    lines = b"".join(write_line(f"gone-{number}") for number in range(10_000))
    packed = PACKERS["zstd"](lines)
    head = HEAD + b"Content-Encoding: zstd\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with running_service(url, WORKERS="1") as service:
        with socket.create_connection(("127.0.0.1", service.port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(head + packed)
        while b"quotes_requests_in_flight 1\n" not in service.get("/metrics").body:
            pass
        assert service.get("/v1/stats").json["articles"] < 5_000


def test_a_line_that_looks_like_html_is_stored_with_a_warning(service: Service) -> None:
    plain, html = load(service, write_line("w1") + write_line("w2", text="<p>“We go,” said Ann Roe.</p>"))

    assert "warnings" not in plain
    assert [warning[:20] for warning in html["warnings"]] == ["looks like HTML: <p>"]
