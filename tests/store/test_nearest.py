"""The stored quotes nearest to a quotation."""

import pytest

from service.store import QuoteFilter, Store, Verification
from service.verify.normalise import read_quotation
from tests.store.build import day, person, quote, recorded, save

WALL = "We will not move the harbour wall before the winter is over"
TRAIN = "The train was late again and nobody told the passengers why"
RETOLD = "the hall would reopen for visitors in May"
SHORT = "We paid for everything twice"
JANE, JOHN = person("Jane Doe"), person("John Roe")


@pytest.fixture
def filled(store: Store) -> Store:
    save(store, "wall", quote(WALL, speaker=JANE), source="Wire", published_at=day("2026-03-01"))
    save(store, "copy", quote(WALL, speaker=JANE), source="Echo", published_at=day("2026-03-02"))
    save(store, "train", quote(TRAIN, speaker=JOHN), quote(SHORT, 100, speaker=JOHN), source="Echo")
    save(store, "retold", quote(RETOLD, kind="indirect", speaker=JANE))
    return store


def verify(store: Store, quotation: str, **conditions: object) -> Verification:
    return store.verify_quotation(read_quotation(quotation), QuoteFilter(**conditions), 5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quotation", "verdict", "nearest"),
    [
        (WALL, "exact", WALL),
        ("“we will not move the harbour wall”", "exact", WALL),
        ("We will not shift the harbour wall before the winter is over", "altered", WALL),
        ("We could not move the old harbour wall before this winter is over", "altered", WALL),
        ("We will not move before the winter is over", "partial", WALL),
        ("We will not move … before the winter is over", "exact", WALL),
        ("The train was late again before the winter is over", "joined", WALL),
        ("We paid for everything thrice", "altered", SHORT),
        (
            RETOLD,
            "not_said",
            RETOLD,
        ),
        ("Zebras are rarely seen on harbour trains", "absent", None),
    ],
)
def test_the_nearest_quote_is_found_and_judged(
    filled: Store, quotation: str, verdict: str, nearest: str | None
) -> None:
    found = verify(filled, quotation)

    assert (found.verdict, found.items[0].quote.text if found.items else None) == (verdict, nearest)


def test_a_quotation_comes_once_with_its_occurrences(filled: Store) -> None:
    [near] = verify(filled, WALL).items

    assert near.quote.occurrences == 2


@pytest.mark.parametrize(
    ("conditions", "articles"),
    [
        ({"source": "echo"}, {"copy"}),
        ({"to": day("2026-03-01")}, {"wall"}),
        ({"speaker": "doe"}, {"wall", "copy"}),
    ],
)
def test_conditions_narrow(filled: Store, conditions: dict[str, object], articles: set[str]) -> None:
    [near] = verify(filled, WALL, **conditions).items

    assert near.quote.article.id in articles


def test_words_of_another_are_not_said(filled: Store) -> None:
    found = verify(filled, WALL, speaker="Roe")

    assert found.verdict == "not_said"
    assert found.items[0].quote.speaker is not None
    assert found.items[0].quote.speaker.name == "Jane Doe"


def test_hostile_quotations_take_few_statements(filled: Store) -> None:
    for text in ("the " * 300, " ".join(map(str, range(300))), '" OR * NOT ( -a ' * 20):
        with recorded(filled) as statements:
            verify(filled, text)
        assert len(statements) <= 20


def test_a_short_piece_of_another_quote_is_found(filled: Store) -> None:
    found = verify(filled, f"{WALL} nobody told the passengers")

    assert found.verdict == "joined"
    assert [near.quote.text for near in found.items] == [WALL, TRAIN]
