"""Bodies that cannot be read or used: what is wrong is named, with its limit."""

import json

import pytest

from tests.api.running import MAX_BODY_BYTES, Service

JSON = {"Content-Type": "application/json"}
TEXT = "“We go,” said Jane Doe."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty"),
        (b"{", "line 1 column 2"),
        (b"nothing", "not JSON"),
        (b'{"text": "\xff"}', "UTF-8"),
        (b'\xef\xbb\xbf{"text": "a"}', "byte order mark"),
        ('{"text": "a"}'.encode("utf-16"), "UTF-8"),
        (rb'{"text": "\ud800"}', "low surrogate"),
        (b'{"text": NaN}', "not JSON"),
        (b'{"text": "a\nb"}', "control character"),
        (b'{"text": ' + b"1" * 5_000 + b"}", "number"),
        (b'{"text": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", "is nested 2001 deep, the limit is 50"),
        (b'{"text": [' + b"," * 10_000 + b"]}", "holds 10002 values, the limit is 10000"),
    ],
)
def test_unreadable_body_is_400(service: Service, body: bytes, message: str) -> None:
    assert message in service.send("POST", "/v1/extract", body, JSON).problem(400)["body"]


@pytest.mark.parametrize("nested", [b'{"text": "a", "text": "b"}', b'{"url": {"text": 1, "text": 2}}'])
def test_name_given_twice_is_400(service: Service, nested: bytes) -> None:
    assert "twice" in service.send("POST", "/v1/extract", nested, JSON).problem(400)["text"]


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({}, "text", "is required"),
        ({"text": None}, "text", "must not be null"),
        ({"text": 2**70}, "text", "must be a string"),
        ({"text": ["a"]}, "text", "must be a string"),
        ({"text": ""}, "text", "must not be empty or blank"),
        ({"text": " \n\u2003"}, "text", "must not be empty or blank"),
        ({"text": "ab\0"}, "text", "NUL character at position 2"),
        ({"text": TEXT, "id": "a" * 201}, "id", "the limit is 200"),
        ({"text": TEXT, "id": "a/b"}, "id", "no slash"),
        ({"text": TEXT, "id": ".."}, "id", "other than . and .."),
        ({"text": TEXT, "id": "a\nb"}, "id", "no control character"),
        ({"text": TEXT, "id": "a\ufffd"}, "id", "no U+FFFD"),
        ({"text": TEXT, "title": "t" * 1_001}, "title", "the limit is 1000"),
        ({"text": TEXT, "language": "xx"}, "language", "must be one of: en"),
        ({"text": TEXT, "language": None}, "language", "must not be null"),
        ({"text": TEXT, "published_at": "yesterday"}, "published_at", "ISO 8601"),
        ({"text": TEXT, "published_at": 1711900000}, "published_at", "must be a string"),
        ({"text": TEXT, "published_at": "2026-02-30"}, "published_at", "ISO 8601"),
        ({"text": TEXT, "published_at": "0001-01-01T00:00:00+05:00"}, "published_at", "years 1 to 9999"),
        ({"text": TEXT, "publised_at": "2026-02-28"}, "publised_at", "allowed: text, id, title"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/extract", "/v1/articles"])
def test_unusable_field_is_422(
    service: Service, path: str, fields: dict[str, object], field: str, message: str
) -> None:
    assert message in service.post(path, fields).problem(422)[field]


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"18446744073709551617"])
def test_body_that_is_no_object_is_422(service: Service, body: bytes) -> None:
    assert service.send("POST", "/v1/extract", body, JSON).problem(422)["body"] == "must be a JSON object"


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({}, "Content-Type"),
        ({"Content-Type": "text/plain"}, "Content-Type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "Content-Type"),
        ({"Content-Type": "application/json; charset=latin-1"}, "Content-Type"),
        ({**JSON, "Content-Encoding": "br"}, "Content-Encoding"),
        ({**JSON, "Content-Encoding": "gzip, gzip"}, "Content-Encoding"),
    ],
)
def test_other_type_of_body_is_415(service: Service, headers: dict[str, str], field: str) -> None:
    reply = service.send("POST", "/v1/extract", json.dumps({"text": TEXT}).encode(), headers)
    assert "must be" in reply.problem(415)[field]


def test_charset_may_be_named(service: Service) -> None:
    headers = {"Content-Type": 'application/json; charset="UTF-8"'}
    assert service.send("POST", "/v1/extract", json.dumps({"text": TEXT}).encode(), headers).status == 200


def build_body(length: int) -> bytes:
    frame = len(json.dumps({"text": ""}))
    return json.dumps({"text": "a" * (length - frame)}).encode()


def test_body_at_the_limit_is_read(service: Service) -> None:
    assert service.send("POST", "/v1/extract", build_body(MAX_BODY_BYTES), JSON).status == 200


@pytest.mark.parametrize("length", [MAX_BODY_BYTES + 1, 100 * MAX_BODY_BYTES])
@pytest.mark.parametrize("path", ["/v1/extract", "/v1/articles"])
def test_body_beyond_the_limit_is_413(service: Service, path: str, length: int) -> None:
    reply = service.send("POST", path, build_body(length), JSON)
    assert reply.problem(413)["body"] == f"is longer than the limit of {MAX_BODY_BYTES} bytes"


def test_chunked_body_is_read(service: Service) -> None:
    assert service.send("POST", "/v1/extract", iter([build_body(5_000)]), JSON).status == 200


def test_chunked_body_beyond_the_limit_is_413(service: Service) -> None:
    chunks = iter([build_body(MAX_BODY_BYTES + 1)])
    assert str(MAX_BODY_BYTES) in service.send("POST", "/v1/extract", chunks, JSON).problem(413)["body"]


def test_length_that_only_claims_to_be_long_is_413_at_once(service: Service) -> None:
    head = b"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    reply = service.send_raw(head + b"Content-Length: 999999999999\r\n\r\n{", end=False)
    assert reply.startswith(b"HTTP/1.1 413")


def test_many_unknown_fields_give_a_short_answer(service: Service) -> None:
    reply = service.post("/v1/extract", {f"{number}{'x' * 50}": 1 for number in range(200)})
    assert len(reply.problem(422)) == 20
    assert len(reply.body) < 20_000


@pytest.mark.parametrize(
    "chunk", [b"nonsense\r\n", b"5\r\n{}", b"-1\r\n\r\n", b"ffffffffffffffffffff\r\n{}\r\n0\r\n\r\n"]
)
def test_broken_chunk_is_400(service: Service, chunk: bytes) -> None:
    head = b"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    reply = service.send_raw(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)
    assert reply.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in reply
