"""Queries that cannot be used: 400 that names the parameter and its limit."""

import pytest

from tests.api.running import Service


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("limit=0", "limit", "from 1 to 200"),
        ("limit=201", "limit", "from 1 to 200"),
        ("limit=", "limit", "from 1 to 200"),
        ("limit=-1", "limit", "from 1 to 200"),
        ("limit=1e2", "limit", "from 1 to 200"),
        ("limit=%D9%A3", "limit", "from 1 to 200"),
        ("limit=" + "9" * 400, "limit", "from 1 to 200"),
        ("limit=5&limit=6", "limit", "given 2 times, the limit is 1"),
        ("cursor=nonsense", "cursor", "not a cursor"),
        ("cursor=%00", "cursor", "NUL"),
        ("speakr=doe", "speakr", "allowed: limit, cursor, speaker"),
        ("speaker=", "speaker", "must not be empty"),
        ("speaker=" + "a" * 201, "speaker", "the limit is 200"),
        ("speaker=%00", "speaker", "NUL"),
        ("speaker_id=%00", "speaker_id", "NUL"),
        ("article=a%00b", "article", "NUL character at position 1"),
        ("q=" + "a" * 501, "q", "the limit is 500"),
        ("q=%00", "q", "NUL"),
        ("q=%22never+closed", "q", "position"),
        ("q=%F0%9F%98%80", "q", "position 0"),
        ("speaker=%25", "speaker", "no letter or digit"),
        ("&".join(["source=a"] * 11), "source", "is given 11 times, the limit is 10"),
        ("speaker=doe&speaker=", "speaker", "must not be empty"),
        ("order=random", "order", "must be one of: newest, oldest, relevance"),
        ("order=relevance", "order", "is for a search with q"),
        ("q=tax&order=relevance&format=citron", "order", "is a whole article"),
        ("kind=spoken", "kind", "must be one of: direct, mixed, indirect, any"),
        ("from=2026-13-01", "from", "ISO 8601"),
        ("to=10000-01-01", "to", "ISO 8601"),
        ("to=0001-01-01T00:00:00%2B01:00", "to", "ISO 8601"),
        ("from=2026-03-01T10:00:00+01:00", "from", "+ is written %2B"),
        ("from=2026-03-02&to=2026-03-01", "from", "must not be after to"),
        ("min_confidence=1.01", "min_confidence", "from 0 to 1"),
        ("min_confidence=nan", "min_confidence", "from 0 to 1"),
        ("gender=x", "gender", "must be one of: f, m, unknown"),
        ("speaker_kind=robot", "speaker_kind", "must be one of: person, organisation, document"),
        ("role=", "role", "must not be empty"),
        ("offsets=bytes", "offsets", "must be one of: code-points, utf-16"),
        ("q=%FF", "query", "UTF-8"),
        ("q=%ED%A0%80", "query", "UTF-8"),
        ("q=" + "a" * 4_000, "query", "the limit is 4000"),
    ],
)
def test_unusable_parameter_is_400(service: Service, query: str, field: str, message: str) -> None:
    assert message in service.get(f"/v1/quotes?{query}").problem(400)[field]


@pytest.mark.parametrize(
    "query",
    [
        "limit=1",
        "limit=200",
        "min_confidence=0",
        "min_confidence=1.0",
        "min_confidence=1e-3",
        "from=0001-01-01&to=9999-12-31",
        "from=2026-03-01&to=2026-03-01",
        "from=2026-03-01T10:00:00Z&to=2026-03-01T10:00:00%2B00:00",
        "q=%27%3B%20DROP%20TABLE%20quotes",
        "speaker=%25+doe",
        "speaker=doe_",
    ],
)
def test_usable_parameter_is_200(service: Service, query: str) -> None:
    assert service.get(f"/v1/quotes?{query}").status == 200


@pytest.mark.parametrize(
    "path", ["/v1/stats", "/v1/quotes/q", "/v1/articles/a", "/v1/speakers/s", "/v1/articles", "/v1/sources"]
)
def test_unknown_parameter_is_400_everywhere(service: Service, path: str) -> None:
    message = service.get(f"{path}?verbose=1").problem(400)["verbose"]
    assert message.startswith("is not known here; allowed: ")
    assert not message.endswith(" ")


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/speakers"])
def test_lists_share_the_limit_of_a_page(service: Service, path: str) -> None:
    assert "from 1 to 200" in service.get(f"{path}?limit=201").problem(400)["limit"]
