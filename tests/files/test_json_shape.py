"""JSON is bounded before it is parsed, and what stands in strings counts for nothing."""

import json

import pytest

from service.files.json_shape import DEPTH_AT_MOST, VALUES_AT_MOST, find_excess

MARKS = 'He said: "{[,\\' * VALUES_AT_MOST


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"text": MARKS}).encode(),
        json.dumps([0] * VALUES_AT_MOST, separators=(",", ":")).encode(),
        json.dumps({str(number): {} for number in range(VALUES_AT_MOST // 2)}).encode(),
        b"[" * DEPTH_AT_MOST + b"]" * DEPTH_AT_MOST,
        b"[[]]" * DEPTH_AT_MOST,
        b"]" * 2 * VALUES_AT_MOST,
        b"",
        b'"' + b'\\"' * VALUES_AT_MOST,
        b'"[' * 3,
        b'"\\',
    ],
)
def test_json_within_the_limits(text: bytes) -> None:
    assert find_excess(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (json.dumps([0] * (VALUES_AT_MOST + 1)).encode(), "holds 10001 values, the limit is 10000"),
        (json.dumps({str(number): 0 for number in range(VALUES_AT_MOST + 1)}).encode(), "holds 10001 values"),
        (json.dumps([{}] * (VALUES_AT_MOST + 1)).encode(), "values, the limit is 10000"),
        (b"[" * (DEPTH_AT_MOST + 1), "is nested 51 deep, the limit is 50"),
        (b'{"a":' * (DEPTH_AT_MOST + 1) + b"0", "is nested 51 deep"),
    ],
)
def test_json_beyond_a_limit(text: bytes, message: str) -> None:
    assert message in (find_excess(text) or "")
