"""English words are found in every form, on either database alike; in quotation marks as they are written."""

import pytest

from service.store import PageRequest, QuoteFilter, Store
from service.store.text.forms import list_forms
from tests.store.build import quote, save

ALL = PageRequest(100)
TEXTS = (
    "the protest was loud",
    "she protests too much",
    "they were protesting",
    "nobody protested",
    "a protestant church",
    "we are hoping for rain",
    "the hop harvest was poor",
)


@pytest.fixture
def stored(store: Store) -> Store:
    save(store, "a", *(quote(text, 100 * place) for place, text in enumerate(TEXTS)))
    return store


@pytest.mark.parametrize(
    ("searched", "expected"),
    [
        ("protests", TEXTS[:4]),
        ("protesting", TEXTS[:4]),
        ('"protests"', TEXTS[1:2]),
        ("protest*", TEXTS[:5]),
        ("hopes", TEXTS[5:6]),
        ("hops", TEXTS[6:7]),
        ("protests -protesting", ()),
        ('protests -"protesting"', (*TEXTS[:2], TEXTS[3])),
        ("hoped OR protestants", TEXTS[4:6]),
    ],
)
def test_words_are_found_in_every_form(stored: Store, searched: str, expected: tuple[str, ...]) -> None:
    found = stored.list_quotes(QuoteFilter(q=searched), ALL).items
    assert [one.text for one in found] == list(expected)


def test_another_form_is_marked_as_such(stored: Store) -> None:
    found = stored.list_quotes(QuoteFilter(q="protests"), ALL).items
    marked = {}
    for one in found:
        assert one.snippet is not None
        words, forms = (
            [one.snippet.text[start:end] for start, end in spans]
            for spans in (one.snippet.highlights, one.snippet.forms)
        )
        marked[words[0]] = forms
    assert marked == {
        "protest": ["protest"],
        "protests": [],
        "protesting": ["protesting"],
        "protested": ["protested"],
    }


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("protests", ("protest", "protested", "protesting")),
        ("tax", ("taxed", "taxes", "taxing")),
        ("hop", ("hopped", "hopping", "hops")),
        ("change", ("changed", "changes", "changing")),
        ("agree", ("agreed", "agreeing", "agrees")),
        ("travel", ("traveled", "traveling", "travelled", "travelling", "travels")),
        ("news", ()),
        ("is", ()),
        ("her", ()),
        ("straße", ()),
        ("2024", ()),
    ],
)
def test_forms_follow_the_rules_of_english(word: str, forms: tuple[str, ...]) -> None:
    assert list_forms(word) == forms


@pytest.mark.parametrize(
    "forms",
    [
        ("hope", "hopes", "hoped", "hoping"),
        ("city", "cities"),
        ("study", "studies", "studied", "studying"),
        ("agree", "agreed", "agreeing"),
        ("sell", "sells", "selling"),
        ("building", "buildings"),
        ("watch", "watches", "watched", "watching"),
    ],
)
def test_each_form_leads_to_the_others(forms: tuple[str, ...]) -> None:
    for one in forms:
        assert set(forms) - {one} <= set(list_forms(one)), one
