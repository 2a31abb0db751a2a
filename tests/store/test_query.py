"""What users may type into `q`, and where they are told that it cannot be read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.store import InvalidQuery
from service.store.text.query import (
    MAXIMUM_LENGTH,
    MAXIMUM_TERMS,
    Alternatives,
    Query,
    Term,
    list_terms,
    parse_name,
    parse_query,
)


def word(*words: str, prefix: bool = False, excluded: bool = False) -> Term:
    return Term(words, prefix, excluded)


def either(*queries: list[Term | Alternatives], excluded: bool = False) -> Alternatives:
    return Alternatives(tuple(map(tuple, queries)), excluded)


@pytest.mark.parametrize(
    ("value", "terms"),
    [
        ("tax", [word("tax")]),
        ("  Tax \t Cuts ", [word("tax"), word("cuts")]),
        ('"tax cuts"', [word("tax", "cuts")]),
        ("“tax cuts” now", [word("tax", "cuts"), word("now")]),
        ("«tax cuts»", [word("tax", "cuts")]),
        ("tax -cuts", [word("tax"), word("cuts", excluded=True)]),
        ('tax -"big cuts"', [word("tax"), word("big", "cuts", excluded=True)]),
        ("-cuts tax", [word("cuts", excluded=True), word("tax")]),
        ("econom*", [word("econom", prefix=True)]),
        ('"climate ch"*', [word("climate", "ch", prefix=True)]),
        ("tax -econom*", [word("tax"), word("econom", prefix=True, excluded=True)]),
        ("twenty-one", [word("twenty", "one")]),
        ("don’t", [word("don", "t")]),
        ("Škoda Wałęsa CAFÉ straße", [word("skoda"), word("walesa"), word("cafe"), word("strasse")]),
        ("cafe\u0301", [word("cafe")]),
        ("tax - cuts & more ?", [word("tax"), word("cuts"), word("more")]),
        ("and or not near(a)", [word("and"), word("or"), word("not"), word("near"), either([word("a")])]),
        ('"AND" OR-DER', [word("and"), word("or", "der")]),
        ("tax AND cuts", [word("tax"), word("cuts")]),
        ("tax NOT cuts", [word("tax"), word("cuts", excluded=True)]),
        ("tax OR levy", [either([word("tax")], [word("levy")])]),
        (
            "tax cuts OR levy -rise",
            [either([word("tax"), word("cuts")], [word("levy"), word("rise", excluded=True)])],
        ),
        ("a OR b OR c", [either([word("a")], [word("b")], [word("c")])]),
        ("(tax OR levy) cut*", [either([word("tax")], [word("levy")]), word("cut", prefix=True)]),
        ("tax -(cuts OR rises)", [word("tax"), either([word("cuts")], [word("rises")], excluded=True)]),
        ("tax NOT (big cuts)", [word("tax"), either([word("big"), word("cuts")], excluded=True)]),
        ("((tax))", [either([either([word("tax")])])]),
        ("tax () ( ? )", [word("tax")]),
        ("tax) cuts :)", [word("tax"), word("cuts")]),
        ("tax OR levy) cuts", [either([word("tax")], [word("levy"), word("cuts")])]),
        ("words:x ^y {z}", [word("words", "x"), word("y"), word("z")]),
        ('a"b c"d', [word("a"), word("b", "c"), word("d")]),
        ("١٢ ½", [word("١٢"), word("12")]),
    ],
)
def test_a_query_is_read(value: str, terms: list[Term | Alternatives]) -> None:
    assert list(without_forms(parse_query(value))) == terms


def without_forms(query: Query) -> Query:
    """The same query for words as they are written."""
    return tuple(
        replace(part, forms=())
        if isinstance(part, Term)
        else replace(part, queries=tuple(map(without_forms, part.queries)))
        for part in query
    )


@pytest.mark.parametrize(
    ("value", "position", "part"),
    [
        ("", 0, "no word"),
        (" - ? ", 0, "no word"),
        ('""', 0, "no word"),
        ('tax "cuts', 4, "not closed"),
        ('"', 0, "not closed"),
        ("-tax -cuts", 0, "only words to leave out"),
        ("tax OR", 4, "both sides"),
        ("OR tax", 0, "both sides"),
        ("tax OR OR levy", 7, "both sides"),
        ("tax OR ?", 4, "both sides"),
        ("tax OR -levy", 4, "only words to leave out"),
        ("tax (-levy)", 5, "only words to leave out"),
        ("tax (cuts", 4, "not closed"),
        ("tax NOT", 4, "NOT needs"),
        ("(tax NOT) a", 5, "NOT needs"),
        ("(" * 9 + "a" + ")" * 9, 8, "8 deep"),
        ("tax *", 4, "*"),
        ("t*x", 1, "*"),
        ("tax**", 3, "*"),
        ('tax "cu* more"', 7, "*"),
        ("t*", 1, "2 letters"),
        ('tax ""*', 6, "2 letters"),
        ("x" * (MAXIMUM_LENGTH + 1), MAXIMUM_LENGTH, f"longer than {MAXIMUM_LENGTH}"),
        ("a " * (MAXIMUM_TERMS + 1), 2 * MAXIMUM_TERMS, f"more than {MAXIMUM_TERMS}"),
    ],
)
def test_what_is_no_query_says_where(value: str, position: int, part: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        parse_query(value)
    assert (refused.value.field, refused.value.position) == ("q", position)
    assert part in refused.value.message


def test_the_longest_query_is_read() -> None:
    assert len(parse_query("a " * MAXIMUM_TERMS)) == MAXIMUM_TERMS
    assert len(parse_query("x" * MAXIMUM_LENGTH)) == 1


def test_a_name_is_the_beginnings_of_its_words() -> None:
    assert parse_name("O’Hara, J.", "speaker") == ("o", "hara", "j")
    with pytest.raises(InvalidQuery) as refused:
        parse_name(" ... ", "speaker")
    assert refused.value.field == "speaker"


def position_refused(value: str) -> int | None:
    try:
        terms = parse_query(value)
    except InvalidQuery as refused:
        return refused.position
    assert all(part.isalnum() for term in list_terms(terms) for part in term.words)
    assert not all(term.excluded for term in terms)
    return None


@given(st.text(st.characters(codec=None), max_size=40) | st.text('ab"“”-* \0\ud800', max_size=20))
def test_any_text_is_a_query_or_says_where_not(value: str) -> None:
    position = position_refused(value)
    assert position is None or 0 <= position <= len(value)
