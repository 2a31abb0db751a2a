"""`POST /v1/extract`: explanations, and extra words for one call."""

from typing import Any

import pytest

from service.schemas.lexicon import LEXICON_EXAMPLE
from tests.api.running import Service

TEXT = "“We will not move,” gronked Dubya. He likes “The Long Lamp”."
LEXICON = {
    "verbs": [{"lemma": "gronk", "class": "say", "past": None}],
    "titles": [{"word": "Fleet Warden", "gender": "f"}],
    "people": [{"name": "George Bush", "aliases": ["Dubya"], "gender": "m", "kind": "person"}],
}
LONG = "x" * 101


def extract(service: Service, query: str = "", **body: Any) -> Any:
    reply = service.post(f"/v1/extract{query}", {"text": TEXT, **body})
    assert reply.status == 200, reply.body
    return reply.json


def test_explanations_are_added_on_request_and_nothing_else_is_changed(service: Service) -> None:
    plain = extract(service, "?passages=true", lexicon=LEXICON)
    explained = extract(service, "?explain=true", lexicon=LEXICON)
    [explanation] = [quote.pop("explanation") for quote in explained["quotes"]]

    assert explained == plain
    assert explanation == {
        "rule": "quote_cue_name",
        "form": "description",
        "example": "“We will not move,” said Jane Doe.",
        "tried": [],
        "passage": {"start": 1, "end": 17, "text": "We will not move"},
        "near": [],
    }
    assert [passage["reason"] for passage in plain["passages"]] == ["title"]


def test_indirect_speech_is_given_on_request(service: Service) -> None:
    text = "Jane Doe said the hall was “a ruin” by now. She said it would close."

    [mixed] = extract(service, text=text)["quotes"]
    assert mixed["clause"] == {"start": 14, "end": 42, "text": "the hall was “a ruin” by now"}
    assert extract(service, "?kinds=direct,mixed", text=text)["quotes"] == [mixed]
    [indirect] = extract(service, "?kinds=indirect", text=text)["quotes"]
    assert (indirect["kind"], indirect["text"], indirect["clause"]) == ("indirect", "it would close", None)
    assert (indirect["speaker"]["name"], indirect["speaker"]["kind"]) == ("Jane Doe", "person")
    assert extract(service, "?kinds=any", text=text)["quotes"] == [mixed, indirect]
    [explained] = extract(service, "?kinds=indirect&explain=true", text=text)["quotes"]
    assert explained["explanation"]["rule"] == indirect["rule"] == "name_said_clause"


@pytest.mark.parametrize("kinds", ["", "spoken", "direct,", "any,direct", "Direct", "direct;mixed"])
def test_unknown_kinds_are_refused(service: Service, kinds: str) -> None:
    reply = service.post(f"/v1/extract?kinds={kinds}", {"text": TEXT})

    assert reply.status == 400
    assert reply.json["errors"][0]["field"] == "kinds"
    assert "one or more of: direct, mixed, indirect" in reply.json["errors"][0]["message"]


def test_offsets_of_a_clause_are_converted_too(service: Service) -> None:
    [quote] = extract(service, "?offsets=utf-16", text="😀 Jane Doe said it was “a ruin” by now.")["quotes"]

    assert (quote["clause"]["start"], quote["clause"]["end"]) == (17, 39)


def test_offsets_of_an_explanation_are_converted_too(service: Service) -> None:
    text = "😀 “We go,” said Jane Doe."
    [quote] = extract(service, "?explain=true&offsets=utf-16", text=text)["quotes"]

    assert quote["segments"] == [quote["explanation"]["passage"]]
    assert quote["segments"][0]["start"] == 4


def test_offsets_of_a_role_are_converted_too(service: Service) -> None:
    text = "😀 “We go,” said Jane Doe, director of the Harrow Trust."
    [quote] = extract(service, "?offsets=utf-16", text=text)["quotes"]
    speaker = quote["speaker"]

    units = text.encode("utf-16-le")
    for span in (speaker["role"], speaker["affiliation"], *speaker["roles"]):
        assert units[2 * span["start"] : 2 * span["end"]].decode("utf-16-le") == span["text"]
    assert speaker["role"]["text"] == "director of the Harrow Trust"
    assert speaker["affiliation"]["text"] == "Harrow Trust"


def test_a_lexicon_counts_for_its_call_alone(service: Service) -> None:
    before = extract(service)
    with_words = extract(service, lexicon=LEXICON)

    [quote] = with_words["quotes"]
    assert quote["speaker"]["name"] == "George Bush"
    assert (quote["speaker"]["gender"], quote["speaker"]["gender_evidence"]) == ("m", "stated")
    assert before["quotes"] != with_words["quotes"]
    assert extract(service) == before == extract(service, lexicon=None) == extract(service, lexicon={})


def test_the_documented_lexicon_is_read(service: Service) -> None:
    answer = extract(service, text="“We go,” quipped the Boss.", lexicon=LEXICON_EXAMPLE)

    assert answer["quotes"][0]["speaker"]["name"] == "Jane Doe"


@pytest.mark.parametrize(
    ("lexicon", "field", "message"),
    [
        (3, "lexicon", "must be an object"),
        ([], "lexicon", "must be an object"),
        ({"nouns": []}, "lexicon.nouns", "allowed: verbs, titles, people"),
        ({"verbs": {}}, "lexicon.verbs", "must be a list"),
        ({"verbs": None}, "lexicon.verbs", "must not be null"),
        ({"verbs": [{"lemma": "a"}] * 201}, "lexicon.verbs", "holds 201 entries, the limit is 200"),
        ({"titles": [{"word": "a"}] * 201}, "lexicon.titles", "the limit is 200"),
        ({"people": [{"name": "a"}] * 201}, "lexicon.people", "the limit is 200"),
        ({"verbs": ["say"]}, "lexicon.verbs.0", "must be an object"),
        ({"verbs": [{}]}, "lexicon.verbs.0.lemma", "is required"),
        ({"verbs": [{"lemma": LONG}]}, "lexicon.verbs.0.lemma", "the limit is 100"),
        ({"verbs": [{"lemma": "a"}, {"lemma": " "}]}, "lexicon.verbs.1.lemma", "must not be empty or blank"),
        ({"verbs": [{"lemma": "a", "class": "x"}]}, "lexicon.verbs.0.class", "must be one of: say, call"),
        ({"verbs": [{"lemma": "a", "past": 3}]}, "lexicon.verbs.0.past", "must be a string"),
        ({"titles": [{"word": "a", "gender": "x"}]}, "lexicon.titles.0.gender", "must be one of: m, f"),
        (
            {"people": [{"name": "a", "nick": "b"}]},
            "lexicon.people.0.nick",
            "allowed: name, aliases, gender, kind",
        ),
        ({"people": [{"name": "a", "aliases": "b"}]}, "lexicon.people.0.aliases", "must be a list"),
        ({"people": [{"name": "a", "aliases": ["b"] * 21}]}, "lexicon.people.0.aliases", "the limit is 20"),
        ({"people": [{"name": "a", "aliases": [LONG]}]}, "lexicon.people.0.aliases.0", "the limit is 100"),
        ({"people": [{"name": "\u200b"}]}, "lexicon.people.0.name", "must not be empty or blank"),
    ],
)
def test_unusable_lexicon_is_422(service: Service, lexicon: Any, field: str, message: str) -> None:
    reply = service.post("/v1/extract", {"text": TEXT, "lexicon": lexicon})

    assert message in reply.problem(422)[field]


def test_a_stored_article_takes_no_lexicon(service: Service) -> None:
    reply = service.post("/v1/articles", {"text": TEXT, "lexicon": LEXICON})

    assert "is not known here" in reply.problem(422)["lexicon"]


@pytest.mark.parametrize("value", ["", "yes", "True", "1"])
def test_explain_is_true_or_false(service: Service, value: str) -> None:
    reply = service.post(f"/v1/extract?explain={value}", {"text": TEXT})

    assert reply.problem(400)["explain"] == "must be true or false"


@pytest.mark.parametrize("query", ["", "?offsets=utf-16"])
def test_what_looks_like_html_is_warned_of(service: Service, query: str) -> None:
    [warning] = extract(service, query, text="<p>“We will not move,” said Jane Doe.</p>")["warnings"]

    assert warning.startswith("looks like HTML: <p> at 0")
    assert "warnings" not in extract(service, query, text="“Five < six,” said Jane Doe.")
