"""Articles go in whole or not at all, once, and come out as they went in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import pytest

from service.extractor import Extraction, Span, Speaker
from service.store import (
    Article,
    ArticleRecord,
    InvalidArticle,
    PageRequest,
    QuoteFilter,
    SpeakerChange,
    Store,
    derive_article_id,
)
from service.store.counts import IDS_IN_A_STATEMENT
from service.store.database.tables import metadata
from tests.store.build import day, person, quote, recorded, save

ALL = PageRequest(100)


def texts(store: Store, wanted: QuoteFilter | None = None) -> list[str]:
    return [found.text for found in store.list_quotes(wanted or QuoteFilter(), ALL).items]


def names(store: Store) -> dict[str, int]:
    return {speaker.name: speaker.quotes for speaker in store.list_speakers(None, ALL).items}


def read(store: Store, article_id: str) -> ArticleRecord:
    record = store.get_article(article_id)
    assert record is not None
    return record


def test_an_article_comes_back_with_all_its_fields(store: Store) -> None:
    published = datetime(2020, 2, 29, 23, 30, 15, 123456, tzinfo=timezone(timedelta(hours=-5)))
    article = Article(
        text="Naïve 🙂 text\r\n",
        id="wire/1",
        title="T",
        url="https://news.example/1",
        source="The Wire",
        author="A. Writer",
        published_at=published,
    )
    before = datetime.now(UTC)
    store.save_article(article, Extraction((quote("Naïve"),), ()), extractor_version="1")
    record = store.get_article("wire/1")
    assert record is not None
    for field in ("id", "text", "title", "url", "source", "author", "published_at", "language"):
        assert getattr(record, field) == getattr(article, field)
    assert record.published_at is not None
    assert record.published_at.tzinfo == UTC
    assert before <= record.added_at <= datetime.now(UTC)
    assert record.quotes == 1


def test_a_quote_comes_back_with_all_its_fields(store: Store) -> None:
    segments = (Span(1, 5, "Stop"), Span(20, 25, "now 🙂"))
    given = quote(
        "Stop … now 🙂",
        kind="mixed",
        segments=segments,
        mention=Span(7, 11, "Jane"),
        cue=Span(12, 16, "said"),
        confidence=0.75,
        clause=Span(1, 30, "Stop it all now 🙂 or never do"),
    )
    save(store, "a", given, title="T", url="u", source="S", published_at=day("2020-01-01"))
    [found] = store.list_quotes(QuoteFilter(), ALL).items
    for field in ("text", "kind", "segments", "mention", "cue", "rule", "confidence", "clause"):
        assert getattr(found, field) == getattr(given, field)
    assert found.speaker is not None
    assert (found.speaker.name, found.speaker.kind) == ("Jane Doe", "person")
    assert (found.article.id, found.article.title, found.article.url) == ("a", "T", "u")
    assert (found.article.source, found.article.published_at) == ("S", day("2020-01-01"))
    assert store.get_quote(found.id) == found


def test_a_quote_without_a_speaker_has_none(store: Store) -> None:
    save(store, "a", quote("Stop", speaker=None))
    [found] = store.list_quotes(QuoteFilter(), ALL).items
    assert found.speaker is None
    assert names(store) == {}


def test_the_same_article_is_stored_once(store: Store) -> None:
    assert save(store, "a", quote("One")).status == "created"
    again = save(store, "a", quote("One"))
    assert (again.status, again.quotes) == ("unchanged", 1)
    assert texts(store) == ["One"]
    assert names(store) == {"Jane Doe": 1}


@pytest.mark.parametrize("changed", [{"text": "New."}, {"title": "New"}, {"published_at": day("2001-01-01")}])
def test_a_changed_article_replaces_its_quotes(store: Store, changed: dict[str, Any]) -> None:
    save(store, "a", quote("One"), quote("Two", 10))
    save(store, "other", quote("Else", speaker=person("Zoë Kim")))
    added_at = read(store, "a").added_at
    saved = save(store, "a", quote("Three", speaker=person("Ann Roe")), **changed)
    assert (saved.status, saved.quotes) == ("replaced", 1)
    assert sorted(texts(store)) == ["Else", "Three"]
    assert names(store) == {"Ann Roe": 1, "Zoë Kim": 1}
    assert read(store, "a").added_at == added_at
    assert texts(store, QuoteFilter(q="one")) == []


def test_a_newer_extractor_replaces_the_quotes_of_an_unchanged_article(store: Store) -> None:
    save(store, "a", quote("One"))
    assert save(store, "a", quote("Better"), version="2").status == "replaced"
    assert texts(store) == ["Better"]


def test_ids_stay_when_an_article_is_saved_anew(store: Store) -> None:
    save(store, "a", quote("One"), published_at=day("2020-01-01"))
    [before] = store.list_quotes(QuoteFilter(), ALL).items
    save(store, "a", quote("One"), published_at=day("2020-01-01"), title="New")
    [after] = store.list_quotes(QuoteFilter(), ALL).items
    assert (after.id, after.speaker) == (before.id, before.speaker)


def test_an_article_without_an_id_gets_one_from_its_text_and_place() -> None:
    plain = Article("Text.", title="One")
    assert plain.id == Article("Text.", title="Two").id == derive_article_id("Text.", None, None)
    ids = {plain.id, Article("Other.").id, Article("Text.", url="u").id, Article("Text.", source="u").id}
    assert len(ids) == 4


def test_deleting_an_article_leaves_nothing_of_it(store: Store) -> None:
    save(store, "a", quote("One"), quote("Two", 5, speaker=person("Ann Roe")))
    save(store, "b", quote("Three"))
    assert store.delete_article("a") is True
    assert store.delete_article("a") is False
    assert store.get_article("a") is None
    assert texts(store) == ["Three"]
    assert texts(store, QuoteFilter(q="two")) == []
    assert names(store) == {"Jane Doe": 1}


@pytest.mark.parametrize("spellings", list(permutations(("Zoë O’Hara", "ZOE  O'HARA", "Zoé O'Hara"))))
@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_spellings_of_one_name_are_one_speaker_in_whichever_order(
    store: Store, spellings: tuple[str, ...], at_once: int
) -> None:
    articles = [
        (Article("Text.", id=name), Extraction((quote("One", speaker=person(name)),), ()))
        for name in spellings
    ]
    for start in range(0, len(articles), at_once):
        store.save_articles(articles[start : start + at_once], extractor_version="1")
    [speaker] = store.list_speakers(None, ALL).items
    expected = ("Zoé O'Hara", ("ZOE  O'HARA", "Zoë O’Hara"), 3)
    assert (speaker.name, speaker.aliases, speaker.quotes) == expected
    assert store.get_speaker(speaker.id) == speaker


def test_a_speaker_keeps_the_name_that_a_person_gave(store: Store) -> None:
    save(store, "a", quote("One", speaker=person("ZOE O'HARA")))
    [speaker] = store.list_speakers(None, ALL).items
    store.change_speaker(speaker.id, SpeakerChange(name="Zz the Mayor"))
    save(store, "b", quote("Two", speaker=person("Zoe O'Hara")))
    changed = store.get_speaker(speaker.id)
    assert changed is not None
    assert (changed.name, changed.aliases) == ("Zz the Mayor", ("ZOE O'HARA", "Zoe O'Hara"))


def test_articles_of_one_second_have_keys_of_their_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.database.keys.TIE_BITS", 6)
    articles = [
        (
            Article("Text.", id=f"a{number}", published_at=day("2020-01-01")),
            Extraction((quote("One"), quote("Two", 10), quote("Told", 20, kind="indirect")), ()),
        )
        for number in range(12)
    ]
    for start in (0, 5):
        store.save_articles(articles[start : start + 7], extractor_version="1")
    found = store.list_quotes(QuoteFilter(kind="any"), ALL).items
    assert len(found) == 36
    for number in range(12):
        assert [one.text for one in found if one.article.id == f"a{number}"] == ["One", "Two", "Told"]


def test_a_surname_alone_is_another_speaker(store: Store) -> None:
    save(store, "a", quote("One", speaker=person("George Bush")), quote("Two", 5, speaker=person("Bush")))
    assert names(store) == {"Bush": 1, "George Bush": 1}


def test_unnamed_speakers_are_each_articles_own(store: Store) -> None:
    spokesman = Speaker("a spokesman for the council", "unnamed")
    save(store, "a", quote("One", speaker=spokesman), quote("Two", 5, speaker=spokesman))
    save(store, "b", quote("Three", speaker=spokesman))
    assert [speaker.quotes for speaker in store.list_speakers("spokesman", ALL).items] in ([1, 2], [2, 1])


@pytest.mark.parametrize("field", ["text", "id", "title", "url", "source", "author", "language"])
@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
def test_what_a_database_cannot_hold_is_refused_and_nothing_is_written(
    store: Store, field: str, bad: str
) -> None:
    good = Article("Good.", id="good")
    changes: dict[str, Any] = {"id": "bad", field: bad}
    with pytest.raises(InvalidArticle) as refused:
        store.save_articles(
            [(good, Extraction((), ())), (replace(good, **changes), Extraction((), ()))],
            extractor_version="1",
        )
    assert refused.value.field == field
    assert store.get_article("good") is None


def test_dates_need_a_zone_and_a_year_that_utc_has(store: Store) -> None:
    for published in (datetime(2020, 1, 1), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))):
        with pytest.raises(InvalidArticle) as refused:
            save(store, "a", published_at=published)
        assert refused.value.field == "published_at"


@pytest.mark.parametrize("year", [1, 9999])
def test_the_first_and_last_year_are_kept(store: Store, year: int) -> None:
    published = datetime(year, 6, 1, tzinfo=UTC)
    save(store, "a", quote("One"), published_at=published)
    assert read(store, "a").published_at == published
    assert texts(store, QuoteFilter(from_=published, to=published)) == ["One"]


def test_an_id_has_a_greatest_length(store: Store) -> None:
    save(store, "é" * 200, quote("One"))
    assert texts(store, QuoteFilter(article="é" * 200)) == ["One"]
    with pytest.raises(InvalidArticle) as refused:
        save(store, "é" * 201)
    assert (refused.value.field, refused.value.message) == ("id", "longer than 200 characters")


def test_names_sources_and_words_of_any_length_are_stored(store: Store) -> None:
    long = "𐐀" * 5_000
    words = " ".join(f"w{'é' * 60}{number}" for number in range(6_000))
    save(
        store,
        "a",
        quote(words, speaker=person(long)),
        quote("x" * 200_000, 9, speaker=person("é " * 3_000)),
        source=long,
    )
    save(store, "b", quote("Two", speaker=person(long + "x")), source=long)
    assert len(store.list_quotes(QuoteFilter(source=long), ALL).items) == 3
    assert len(store.list_speakers(None, ALL).items) == 3


def test_a_failure_half_way_leaves_the_store_as_it_was(store: Store) -> None:
    save(store, "a", quote("One"))
    twice = (quote("Same"), quote("Same"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        save(store, "a", *twice, text="New.")
    assert texts(store) == ["One"]
    assert names(store) == {"Jane Doe": 1}
    assert read(store, "a").text == "The text of a."


def test_no_statement_grows_with_the_speakers_of_an_article(store: Store) -> None:
    """Databases limit a statement's parameters to 32,766 or 65,535; an article may quote more people."""
    many = [quote("One", place * 9, speaker=person(f"Name {place}")) for place in range(2_500)]
    with recorded(store) as statements:
        assert save(store, "a", *many).quotes == len(many)
        assert save(store, "a", *many[:1], text="New.").quotes == 1
    # On PostgreSQL a statement inserts up to a thousand rows, which SQLAlchemy cuts by their parameters.
    rows_at_once = 1 if store._engine.dialect.name == "sqlite" else 1_000
    widest = max(len(table.columns) for table in metadata.sorted_tables if table.name != "quotes")
    most = max(statement.parameters for statement in statements)
    assert most < max(2 * IDS_IN_A_STATEMENT, rows_at_once * widest)
    assert names(store) == {"Name 0": 1}


def test_rows_that_are_copied_come_back_as_those_that_are_inserted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [
        quote("Tab\there, line\nthere, \\N and \\. and “”", 40 * place, speaker=person(f"Añé {place}"))
        for place in range(3)
    ]
    said.append(quote("Nobody", 200, speaker=None))
    found = []
    for many in (1, 1_000):
        monkeypatch.setattr("service.store.database.insert_rows.MANY_ROWS", many)
        save(store, "a", *said, text=f"Text {many}.")
        found.append(store.list_quotes(QuoteFilter(article="a"), ALL).items)
    assert [one.text for one in found[0]] == [one.text for one in said]
    assert found[0] == found[1]
