"""Bodies packed with gzip or zstd: read like others, bounded by what they hold, refused where broken."""

import json

import pytest

from tests.api.packing import PACKERS
from tests.api.running import MAX_BODY_BYTES, Reply, Service

TEXT = "“We go,” said Jane Doe."


def send(service: Service, encoding: str, body: bytes) -> Reply:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    return service.send("POST", "/v1/extract", body, headers)


def build_body(length: int) -> bytes:
    frame = len(json.dumps({"text": ""}))
    return json.dumps({"text": "a" * (length - frame)}).encode()


@pytest.mark.parametrize("encoding", PACKERS)
def test_packed_body_is_read(service: Service, encoding: str) -> None:
    body = json.dumps({"text": TEXT}).encode()
    reply = send(service, encoding, PACKERS[encoding](body[:10]) + PACKERS[encoding](body[10:]))
    assert reply.status == 200
    assert reply.json["quotes"][0]["speaker"]["name"] == "Jane Doe"


@pytest.mark.parametrize("encoding", PACKERS)
def test_packed_body_may_hold_as_much_as_another(service: Service, encoding: str) -> None:
    pack = PACKERS[encoding]
    assert send(service, encoding, pack(build_body(MAX_BODY_BYTES))).status == 200
    reply = send(service, encoding, pack(build_body(MAX_BODY_BYTES + 1)))
    assert str(MAX_BODY_BYTES) in reply.problem(413)["body"]


@pytest.mark.parametrize("encoding", PACKERS)
def test_small_body_that_holds_a_thousand_times_more_is_413(service: Service, encoding: str) -> None:
    packed = PACKERS[encoding](build_body(1_000 * MAX_BODY_BYTES))
    assert len(packed) < 2 * MAX_BODY_BYTES
    assert str(MAX_BODY_BYTES) in send(service, encoding, packed).problem(413)["body"]


@pytest.mark.parametrize("encoding", PACKERS)
@pytest.mark.parametrize("damage", [b"", b"nonsense", "cut", "spoil"])
def test_broken_packing_is_400(service: Service, encoding: str, damage: bytes | str) -> None:
    packed = PACKERS[encoding](json.dumps({"text": TEXT * 9}).encode())
    if damage == "cut":
        body = packed[:-4]
    elif damage == "spoil":
        body = packed[:12] + bytes(byte ^ 255 for byte in packed[12:])
    else:
        assert isinstance(damage, bytes)
        body = damage
    assert "unpacked" in send(service, encoding, body).problem(400)["body"]
