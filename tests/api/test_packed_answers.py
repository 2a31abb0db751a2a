"""Answers packed with gzip: the same answers, for those who accept it, and streams piece by piece."""

import gzip
import http.client
import json
import zlib

import pytest

from service.http.packing import accepts_gzip
from tests.api.running import ANSWER_SECONDS, Service

ACCEPT = {"Accept-Encoding": "gzip"}
SOURCE = "source=Packing+Post"


@pytest.fixture(scope="module")
def filled(service: Service) -> Service:
    """The service with quotes of an outlet of its own."""
    lines = [
        {"id": f"packed-{number}", "text": f"“Line {number},” said Pia Packer.", "source": "Packing Post"}
        for number in range(40)
    ]
    body = b"\n".join(json.dumps(line).encode() for line in lines)
    assert (
        service.send("POST", "/v1/articles/bulk", body, {"Content-Type": "application/x-ndjson"}).status
        == 200
    )
    return service


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (f"/v1/quotes?{SOURCE}", "*/*"),
        (f"/v1/quotes?{SOURCE}&format=csv", "*/*"),
        (f"/v1/quotes?{SOURCE}&format=ndjson", "*/*"),
        ("/openapi.json", "*/*"),
        ("/rules", "text/html"),
    ],
)
def test_packed_answer_is_the_same_answer(filled: Service, path: str, accept: str) -> None:
    plain = filled.get(path, {"Accept": accept})
    packed = filled.get(path, {"Accept": accept, **ACCEPT})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 3
    for reply in (plain, packed):
        assert "Accept-Encoding" in (reply.headers.get_all("Vary") or [])
    assert packed.headers["ETag"] == plain.headers["ETag"]
    head = filled.send("HEAD", path, headers={"Accept": accept, **ACCEPT})
    assert head.body == b""
    for name in ("Content-Encoding", "Content-Length", "Vary", "ETag"):
        assert head.headers.get_all(name) == packed.headers.get_all(name)


def test_what_is_known_is_304_packed_or_not(filled: Service) -> None:
    path = f"/v1/quotes?{SOURCE}"
    tag = filled.get(path, ACCEPT).headers["ETag"]
    assert tag.startswith('W/"')
    for headers in (ACCEPT, {}):
        reply = filled.get(path, {**headers, "If-None-Match": tag})
        assert (reply.status, reply.body) == (304, b"")
        assert "Accept-Encoding" in (reply.headers.get_all("Vary") or [])
        assert "Content-Encoding" not in reply.headers


def test_short_answers_errors_and_files_are_not_packed(filled: Service) -> None:
    for path in ("/healthz", "/v1/quotes?limit=1", "/v1/none", "/static/style.css"):
        assert "Content-Encoding" not in filled.get(path, ACCEPT).headers


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=0.5, identity", False),
        ("identity, *;q=0", False),
        ("gzip;q=nonsense", False),
    ],
)
def test_client_says_whether_it_is_wanted(header: str, wanted: bool) -> None:
    assert accepts_gzip(header) is wanted


def test_bulk_is_answered_line_by_line(service: Service) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=ANSWER_SECONDS)
    connection.putrequest("POST", "/v1/articles/bulk", skip_accept_encoding=True)
    for name, value in {
        **ACCEPT,
        "Content-Type": "application/x-ndjson",
        "Transfer-Encoding": "chunked",
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    send_line(connection, {"id": "packed-first", "text": "“First,” said Pia Packer."})
    response = connection.getresponse()
    assert response.headers["Content-Encoding"] == "gzip"
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    assert read_line(response, unpacker)["id"] == "packed-first"
    send_line(connection, {"id": "packed-second", "text": "“Second,” said Pia Packer."})
    assert read_line(response, unpacker)["id"] == "packed-second"
    connection.send(b"0\r\n\r\n")
    assert unpacker.decompress(response.read()) == b""
    assert unpacker.eof
    connection.close()


def send_line(connection: http.client.HTTPConnection, article: dict[str, str]) -> None:
    line = json.dumps(article).encode() + b"\n"
    connection.send(b"%x\r\n%b\r\n" % (len(line), line))


def read_line(response: http.client.HTTPResponse, unpacker: "zlib._Decompress") -> dict[str, str]:
    """Read until a line is whole; the sender is waiting for it."""
    line = b""
    while not line.endswith(b"\n"):
        piece = response.read1(65_536)
        assert piece
        line += unpacker.decompress(piece)
    answer: dict[str, str] = json.loads(line)
    return answer
