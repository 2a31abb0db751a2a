"""Counts of who is quoted say what a plain count over the quotes says; on each database."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import regex

from service.extractor import Extraction, Span, Speaker
from service.extractor.model import GenderEvidence
from service.store import (
    InvalidChange,
    InvalidQuery,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    QuoteRecord,
    SourceCount,
    SourceGroup,
    SourceSpan,
    SpeakerChange,
    SpeakerChoice,
    Store,
)
from service.store.records import GenderCount, RoleCount
from tests.store.build import day, migrate, quote, save

ALL = PageRequest(200)
GROUPS: tuple[SourceGroup, ...] = get_args(SourceGroup)
SPANS: tuple[SourceSpan | None, ...] = (None, *get_args(SourceSpan))
EVIDENCE: tuple[GenderEvidence, ...] = get_args(GenderEvidence)


def portray(name: str, role: str = "", gender: Any = None, evidence: Any = None, **more: Any) -> Speaker:
    span = Span(0, len(role), role) if role else None
    kind = more.pop("kind", "person")
    return Speaker(name, kind, span, None, (span,) if span else (), gender, evidence)


ANN = portray("Ann Poe", "Mayor of Weir", "f", "pronoun")
BO = portray("Bo Vik", "mayor", "m", "given_name")
CLUB = portray("Weir Club", kind="organisation")
CLERK = portray("a clerk", kind="unnamed")


@pytest.fixture
def filled(store: Store) -> Store:
    said = (
        quote("We will cut taxes", 0, speaker=ANN),
        quote("No new taxes … ever", 50, speaker=BO, kind="mixed"),
        quote("They pay 7 %, no more", 90, speaker=ANN, kind="indirect"),
    )
    save(store, "jan", *said, source="The Guardian", author="Di Ode", published_at=day("2020-01-31"))
    later = (
        quote("Taxes again", 0, speaker=replace(ANN, gender=None, gender_evidence=None)),
        quote("Never", 30, speaker=CLUB),
    )
    save(store, "feb", *later, source="el pais", author="Di Ode", published_at=day("2020-02-01"))
    save(store, "old", quote("Old", speaker=BO), source="El País", published_at=day("0999-12-31"))
    save(
        store,
        "new",
        quote("Who?", speaker=None),
        quote("I", 20, speaker=CLERK),
        published_at=day("2020-02-02"),
    )
    return store


def count_plainly(
    store: Store, wanted: QuoteFilter, by: SourceGroup, per: SourceSpan | None
) -> dict[tuple[str | None, str | None], tuple[Any, ...]]:
    """The same counts from the quotes themselves."""
    groups: dict[tuple[str | None, str | None], list[QuoteRecord]] = {}
    for one in store.stream_quotes(wanted):
        if one.speaker:
            groups.setdefault((find_span(store, one, per), find_value(one, by)), []).append(one)
    return {group: number(items) for group, items in groups.items()}


def find_value(one: QuoteRecord, by: SourceGroup) -> str | None:
    assert one.speaker is not None
    if by == "role":
        return one.speaker.role.text.partition(" of ")[0].lower() if one.speaker.role else None
    return one.speaker.kind if by == "kind" else one.speaker.gender


def find_span(store: Store, one: QuoteRecord, per: SourceSpan | None) -> str | None:
    article = store.get_article(one.article.id)
    assert article is not None
    if per == "month":
        return article.published_at.isoformat()[:7] if article.published_at else None
    if per == "source":
        return {"El País": "el pais"}.get(article.source or "", article.source)
    return article.author if per == "author" else None


def number(items: list[QuoteRecord]) -> tuple[Any, ...]:
    speakers = [(one.speaker.id, one.speaker.gender_evidence) for one in items if one.speaker]
    evidence = Counter(shown for _, shown in speakers if shown)
    texts = [segment.text for one in items for segment in one.segments]
    return (
        len(items),
        sum(bool(regex.search(r"[\p{L}\p{N}]", word)) for text in texts for word in text.split()),
        len({speaker for speaker, _ in speakers}),
        evidence.total(),
        len({speaker for speaker, shown in speakers if shown}),
        {name: evidence[name] for name in EVIDENCE},
    )


def list_numbers(one: SourceCount) -> tuple[Any, ...]:
    return (one.quotes, one.words, one.speakers, one.gender_known, one.speakers_known, one.evidence)


def check(store: Store, wanted: QuoteFilter) -> None:
    for by in GROUPS:
        for per in SPANS:
            counts = store.count_sources(wanted, by, per)
            found = {(one.per, one.value): list_numbers(one) for one in counts.groups}
            assert found == count_plainly(store, wanted, by, per), (by, per)
            everything = [one for one in store.stream_quotes(wanted) if one.speaker]
            assert list_numbers(counts.total) == number(everything)


def test_groups_come_in_the_order_of_their_spans(filled: Store) -> None:
    counts = filled.count_sources(QuoteFilter(), "gender", "month")
    assert [(one.per, one.value, one.quotes, one.words) for one in counts.groups] == [
        ("0999-12", "m", 1, 1),
        ("2020-01", "f", 1, 4),
        ("2020-01", "m", 1, 4),
        ("2020-02", None, 3, 4),
    ]
    spans = [one.per for one in filled.count_sources(QuoteFilter(), "kind", "source").groups]
    assert spans == ["el pais", "el pais", "The Guardian", None]


@pytest.mark.parametrize(
    "wanted",
    [
        QuoteFilter(),
        QuoteFilter(kind="any"),
        QuoteFilter(kind="indirect"),
        QuoteFilter(kind="mixed"),
        QuoteFilter(q="taxes"),
        QuoteFilter(q="taxes -again", kind="any"),
        QuoteFilter(q="nothing"),
        QuoteFilter(source="EL PAIS"),
        QuoteFilter(source="\0"),
        QuoteFilter(q="pay", kind="any", from_=day("2020-01-01"), to=day("2020-01-31")),
        QuoteFilter(from_=day("2020-01-31"), to=day("2020-02-01"), kind="any"),
        QuoteFilter(min_confidence=0.95),
        QuoteFilter(unique=True),
        QuoteFilter(role="Mayor"),
        QuoteFilter(role="MAYOR of Weir", gender="f", kind="any"),
        QuoteFilter(gender="m"),
        QuoteFilter(gender="unknown"),
        QuoteFilter(speaker_kind="organisation"),
        QuoteFilter(speaker_kind="person", gender="unknown", q="again"),
    ],
)
def test_they_are_those_of_the_list(filled: Store, wanted: QuoteFilter) -> None:
    check(filled, wanted)


def list_texts(store: Store, **wanted: Any) -> list[str]:
    return [one.text for one in store.list_quotes(QuoteFilter(**wanted), ALL).items]


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        ({"role": "mayor"}, ["Taxes again", "We will cut taxes", "No new taxes … ever", "Old"]),
        ({"role": "mayor", "source": "el pais"}, ["Taxes again", "Old"]),
        ({"role": "may"}, []),
        ({"role": ","}, []),
        ({"gender": "f", "kind": "any"}, ["We will cut taxes", "They pay 7 %, no more"]),
        ({"gender": "unknown"}, ["I", "Taxes again", "Never"]),
        ({"gender": "m", "speaker": "vik", "q": "taxes"}, ["No new taxes … ever"]),
        ({"speaker_kind": "unnamed"}, ["I"]),
        ({"speaker_kind": "document"}, []),
        ({"speaker_kind": "organisation", "article": "feb"}, ["Never"]),
    ],
)
def test_lists_are_narrowed_by_who_speaks(filled: Store, wanted: dict[str, Any], texts: list[str]) -> None:
    assert list_texts(filled, **wanted) == texts
    assert filled.count_quotes(QuoteFilter(**wanted)).quotes == len(texts)
    if texts:
        facets = filled.count_facets(QuoteFilter(**wanted), ("gender", "role", "speaker_kind"))
        assert [sum(one.quotes for one in values) for values in facets.values.values()] == [len(texts)] * 3


def test_facets_share_out_who_speaks(filled: Store) -> None:
    facets = filled.count_facets(QuoteFilter(), ("gender", "role", "speaker_kind"))
    found = {name: {one.value: one.quotes for one in values} for name, values in facets.values.items()}
    assert found == {
        "gender": {None: 4, "m": 2, "f": 1},
        "role": {"mayor": 4, None: 3},
        "speaker_kind": {"person": 4, None: 1, "organisation": 1, "unnamed": 1},
    }


def find_id(store: Store, name: str) -> str:
    return store.list_speakers(name, ALL).items[0].id


def test_a_stated_gender_holds_for_all_quotes_until_it_is_taken_back(filled: Store) -> None:
    before = [filled.count_sources(QuoteFilter(kind="any"), by, "month") for by in GROUPS]
    ann, club = find_id(filled, "ann"), find_id(filled, "weir club")
    changes = ((ann, SpeakerChange(gender="m")), (club, SpeakerChange(gender="f")))
    for speaker, change in changes:
        changed = filled.change_speaker(speaker, change)
        assert changed is not None
        assert changed.gender == change.gender
    for wanted in (QuoteFilter(kind="any"), QuoteFilter(gender="f"), QuoteFilter(gender="m", q="taxes")):
        check(filled, wanted)
    assert list_texts(filled, gender="f") == ["Never"]
    assert list_texts(filled, gender="m", speaker="ann") == ["Taxes again", "We will cut taxes"]
    [one] = filled.list_quotes(QuoteFilter(q="never"), ALL).items
    assert one.speaker is not None
    assert (one.speaker.gender, one.speaker.gender_evidence) == ("f", "stated")
    assert {
        one.value: one.quotes for one in filled.count_facets(QuoteFilter(), ("gender",)).values["gender"]
    } == {"m": 4, None: 2, "f": 1}
    for speaker in (ann, club):
        filled.change_speaker(speaker, SpeakerChange(gender=""))
    assert [filled.count_sources(QuoteFilter(kind="any"), by, "month") for by in GROUPS] == before


def test_a_store_without_genders_takes_none(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/quotes.db", keeps_gender=False)
    store.upgrade()
    save(store, "a", quote("One"))
    with pytest.raises(InvalidChange, match="SPEAKER_GENDER"):
        store.change_speaker(find_id(store, "jane"), SpeakerChange(gender="f"))
    store.close()


def test_a_speaker_is_described_by_all_quotes(filled: Store) -> None:
    described = filled.describe_speaker(find_id(filled, "ann"))
    assert described is not None
    assert described.roles == (RoleCount("mayor", 3, day("2020-01-31"), day("2020-02-01")),)
    assert described.genders == (GenderCount("f", "pronoun", 2),)
    assert filled.describe_speaker("none") is None


def test_counts_stay_right_whatever_is_changed(filled: Store) -> None:
    ann, bo = find_id(filled, "ann"), find_id(filled, "bo vik")
    [never] = filled.list_quotes(QuoteFilter(q="never"), ALL).items
    everything = QuoteFilter(kind="any")
    steps: list[Callable[[], object]] = [
        lambda: filled.merge_speakers(bo, ann),
        lambda: filled.change_speaker(ann, SpeakerChange(gender="f")),
        lambda: filled.correct_quote(never.id, QuoteChange("why", speaker=SpeakerChoice(name="Ann Poe"))),
        lambda: filled.undo_merge(bo),
        lambda: filled.correct_quote(never.id, QuoteChange("why", rejected=True)),
        lambda: save(filled, "jan", quote("Now this", speaker=BO), published_at=day("2020-02-02")),
        lambda: filled.withdraw_correction(never.id),
        lambda: filled.delete_article("old"),
        lambda: filled.replace_quotes(
            [
                (text, Extraction((quote("Other words", speaker=CLERK),), ()))
                for text in filled.list_texts(after=None, limit=9)
            ],
            extractor_version="2",
        ),
    ]
    for step in steps:
        step()
        check(filled, everything)


def test_what_cannot_be_read_is_refused(filled: Store) -> None:
    with pytest.raises(InvalidQuery):
        filled.count_sources(QuoteFilter(q='"'), "gender", None)


def test_an_upgrade_counts_the_words_of_stored_quotes(store_url: str) -> None:
    store = Store(store_url)
    migrate(store, "0012")
    with store._writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO speakers (id, name, kind, unnamed, sort_name, quote_count, indirect_count, by_hand,"
            " words) VALUES ('s1', 'Ann Poe', 'person', false, 'ann poe', 1, 0, false, 'ann poe')"
        )
        connection.exec_driver_sql(
            "INSERT INTO articles (key, id, language, added_at, digest, extractor_version, quote_count, text)"
            " VALUES (5, 'a', 'en', '2020-01-01 00:00:00', '', '1', 1, '')"
        )
        connection.exec_driver_sql(
            "INSERT INTO quotes (key, id, article_id, speaker_id, kind, rule, confidence, segments, text,"
            " words, speaker_words, wording, quotation, extractor_version, corrected, co_speakers, roles)"
            " VALUES (5, 'q', 'a', 's1', 'direct', 'turn', 1, '[[0, 9], [20, 29, \"2 more – yes\"]]',"
            " 'We go on', '', '', 1, 1, '1', false, 0,"
            " '[[[3, 18, \"Acme''s Owner of it\"]], 0, [3, 7, \"Acme\"]]')"
        )
    store.upgrade()
    [count] = store.count_sources(QuoteFilter(), "role", None).groups
    assert (count.value, count.quotes, count.words) == ("owner", 1, 6)
    store.close()
