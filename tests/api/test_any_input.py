"""Whatever is sent, the answer is never the service's failure."""

import json
from urllib.parse import quote, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.running import Service

ANY_TEXT = (
    st.text()
    | st.text(st.characters(exclude_categories=()))
    | st.text(alphabet="“”‘’\"'`«» \n.,:-*()|&!<>said JaneDoe😀\0\u00a0\u2028")
)
JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("text", "id", "title", "url", "source", "author", "published_at", "language", "lexicon")
PARAMETERS = (
    "speaker",
    "speaker_id",
    "external_id",
    "article",
    "q",
    "kind",
    "source",
    "from",
    "to",
    "min_confidence",
    "limit",
    "cursor",
    "offsets",
    "format",
    "facets",
    "unique",
    "by",
    "per",
    "role",
    "gender",
    "speaker_kind",
)
QUERIES = st.dictionaries(st.sampled_from(PARAMETERS), ANY_TEXT, max_size=3)
ASKED = ("quote", "text", "speaker", "source", "from", "to", "language")
CHANGES = st.dictionaries(
    st.sampled_from(("name", "kind", "external_id", "aliases", "reason", "speaker", "rejected", "into"))
    | ANY_TEXT,
    JSON_VALUE | st.just("mixed") | st.dictionaries(st.sampled_from(("id", "name", "kind")), JSON_VALUE),
    max_size=4,
)
EXAMPLES = settings(max_examples=60, deadline=None)


def encode(parameters: dict[str, str]) -> str:
    return urlencode(parameters, errors="surrogatepass")


@EXAMPLES
@given(st.dictionaries(st.sampled_from(FIELDS) | ANY_TEXT, JSON_VALUE, max_size=5))
def test_any_object_is_answered(service: Service, body: dict[str, object]) -> None:
    for path in ("/v1/extract", "/v1/articles"):
        assert service.post(path, body).status in (200, 201, 400, 413, 422)


ENTRY = st.dictionaries(
    st.sampled_from(["lemma", "class", "past", "word", "name", "aliases", "gender", "kind"]),
    JSON_VALUE,
    max_size=4,
)


@EXAMPLES
@given(
    st.dictionaries(st.sampled_from(["verbs", "titles", "people"]), st.lists(ENTRY, max_size=2) | JSON_VALUE)
)
def test_any_lexicon_is_answered(service: Service, lexicon: dict[str, object]) -> None:
    body = {"text": "“We go,” said Jane Doe.", "lexicon": lexicon}
    assert service.post("/v1/extract?explain=true", body).status in (200, 400, 413, 422)


@EXAMPLES
@given(st.binary() | JSON_VALUE.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_answered(service: Service, body: bytes) -> None:
    reply = service.send("POST", "/v1/articles", body, {"Content-Type": "application/json"})
    assert reply.status in (201, 200, 400, 422)


@EXAMPLES
@given(ANY_TEXT)
def test_any_text_is_extracted_and_read_back(service: Service, text: str) -> None:
    reply = service.post("/v1/articles", {"text": text})
    if "\0" in text or not text.strip() or not is_unicode(text):
        assert reply.status in (400, 422)
        return
    assert reply.status in (200, 201)
    assert service.get(f"/v1/articles/{reply.json['id']}").json["text"] == text
    assert service.get(f"/v1/articles/{reply.json['id']}/quotes?offsets=utf-16").status == 200


@EXAMPLES
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON_VALUE, max_size=4) | JSON_VALUE), st.binary())
def test_any_lines_are_answered(service: Service, values: list[object], rest: bytes) -> None:
    lines = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    for headers in ({}, {"Content-Encoding": "gzip"}, {"Content-Encoding": "zstd"}):
        body = lines + rest if not headers else rest
        reply = service.send(
            "POST", "/v1/articles/bulk", body, {"Content-Type": "application/x-ndjson", **headers}
        )
        assert reply.status == 200
        answers = [json.loads(line) for line in reply.body.splitlines()]
        assert len(answers) >= (0 if headers else len(values))
        assert all({"line", "error"} == answer.keys() or answer["id"] for answer in answers)


@EXAMPLES
@given(st.lists(st.dictionaries(st.sampled_from(ASKED), JSON_VALUE | ANY_TEXT, max_size=4) | JSON_VALUE))
def test_any_lines_of_quotations_are_answered(service: Service, values: list[object]) -> None:
    body = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    reply = service.send("POST", "/v1/verify/bulk", body, {"Content-Type": "application/x-ndjson"})
    answers = [json.loads(line) for line in reply.body.splitlines()]
    assert [one["line"] for one in answers] == list(range(1, len(values) + 1))
    assert all("verdict" in one or one["error"]["errors"] for one in answers)


@EXAMPLES
@given(CHANGES)
def test_any_change_is_answered(service: Service, body: dict[str, object]) -> None:
    service.send("PUT", "/v1/articles/changing", {"text": "“We change,” said Jane Moor."})
    [quote] = service.get("/v1/articles/changing/quotes").json["items"] or [{"id": "q", "speaker": None}]
    speaker = (quote["speaker"] or {"id": "s"})["id"]
    answers = [
        service.send("PATCH", f"/v1/quotes/{quote['id']}", body),
        service.send("PATCH", f"/v1/speakers/{speaker}", body),
        service.send("POST", f"/v1/speakers/{speaker}/merge", body),
    ]
    assert all(reply.status in (200, 400, 404, 422) for reply in answers)
    service.send("DELETE", f"/v1/quotes/{quote['id']}/correction")


@EXAMPLES
@given(QUERIES)
def test_any_query_is_answered(service: Service, parameters: dict[str, str]) -> None:
    for path in ("/v1/quotes", "/v1/quotes.atom", "/v1/articles", "/v1/speakers", "/v1/speakers/s/timeline"):
        assert service.get(f"{path}?{encode(parameters)}").status in (200, 400, 404)


@EXAMPLES
@given(ANY_TEXT.filter(bool))
def test_any_id_is_answered(service: Service, identifier: str) -> None:
    written = quote(identifier, safe="", errors="surrogatepass")
    for path in (
        f"/v1/articles/{written}",
        f"/v1/quotations/{written}",
        f"/v1/quotes/{written}",
        f"/v1/speakers/{written}/quotes",
    ):
        assert service.get(path).status == 404


def is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
