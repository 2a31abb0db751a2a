"""Extra words for one call: what they do, and that nothing of them stays."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.extractor import Extraction, KnownPerson, Lexicon, Title, Verb, extract
from service.extractor.language import load_language
from service.extractor.lexicon import ALIASES_AT_MOST, CHARACTERS_AT_MOST, ENTRIES_AT_MOST
from tests.extractor.invariants import check_extraction
from tests.extractor.test_properties import ANY_TEXT

BUSH = KnownPerson("George Bush", ("Dubya", "the boss"), "m")
WORD = st.sampled_from(
    ["said", "told", "gronk", "Jane Doe", "the mayor", "She", "O'Neill", "x", "Dr."]
) | st.text(min_size=1, max_size=12).filter(
    lambda word: bool(word.replace("\u200b", "").replace("\ufeff", "").strip())
)
LEXICONS = st.builds(
    Lexicon,
    verbs=st.lists(
        st.builds(
            Verb,
            WORD,
            st.sampled_from(["say", "call", "manner", "think", "document"]),
            st.none() | WORD,
            st.none() | WORD,
            st.none() | WORD,
        ),
        max_size=4,
    ).map(tuple),
    titles=st.lists(st.builds(Title, WORD, st.sampled_from([None, "m", "f"])), max_size=4).map(tuple),
    people=st.lists(
        st.builds(
            KnownPerson,
            WORD,
            st.lists(WORD, max_size=3).map(tuple),
            st.sampled_from([None, "m", "f"]),
            st.sampled_from(["person", "organisation"]),
        ),
        max_size=4,
    ).map(tuple),
)


def speakers(extraction: Extraction) -> list[tuple[str, str]]:
    return [(quote.speaker.name, quote.speaker.kind) for quote in extraction.quotes if quote.speaker]


def named(text: str, *people: KnownPerson) -> list[str]:
    return [name for name, _ in speakers(extract(text, lexicon=Lexicon(people=people)))]


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        (Verb("gronk"), "“We go,” gronked Jane Doe."),
        (Verb("Gronk"), "“We go,” Jane Doe gronks."),
        (Verb("gronk", past="grank"), "“We go,” grank Jane Doe."),
        (
            Verb("gronk", past="grank", participle="grunk"),
            "The scheme was grunk “a waste of money” by Jane Doe.",
        ),
        (Verb("gronk", gerund="gronkking"), "Jane Doe left the room, gronkking: “We will not go.”"),
        (Verb("gronk off"), "“We go,” gronked off Jane Doe."),
        (Verb("gronk", "call"), "Jane Doe gronked it “a waste of money”."),
        (Verb("gronk", "document"), "The letter gronked: “We go now.”"),
    ],
)
def test_a_verb_is_read_in_its_forms_and_class(verb: Verb, text: str) -> None:
    [quote] = extract(text, lexicon=Lexicon(verbs=(verb,))).quotes

    assert quote.cue is not None
    assert quote.cue.text.startswith("gr")
    assert all(quote.cue is None or quote.cue.text[:2] != "gr" for quote in extract(text).quotes)


def test_a_title_is_no_part_of_the_name_and_gives_its_gender() -> None:
    text = "Grand Stadholder Zork Smith met Joe Roe. “We go,” she said."
    lexicon = Lexicon(titles=(Title("Grand Stadholder", "f"),))

    assert speakers(extract(text, lexicon=lexicon)) == [("Zork Smith", "person")]
    assert speakers(extract(text)) != [("Zork Smith", "person")]


def test_an_abbreviated_title_ends_no_sentence() -> None:
    text = "“We go,” said Bgdr. Zork Smith."

    assert speakers(extract(text, lexicon=Lexicon(titles=(Title("Bgdr."),)))) == [("Zork Smith", "person")]


@pytest.mark.parametrize("alias", ["Dubya", "the boss", "The boss", "George Bush"])
def test_an_alias_is_its_name(alias: str) -> None:
    assert named(f"“We go now,” {alias} said.", BUSH) == ["George Bush"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“We go now,” said deadmau5.", "deadmau5"),
        ("“We go now,” said the Duke of Sussex.", "Prince Harry"),
        ("“We go now,” said dubya’s friend. “We stay,” said Queen o’ Hearts.", "Queen o'Hearts"),
    ],
)
def test_names_of_other_forms_are_read(text: str, name: str) -> None:
    people = (
        KnownPerson("deadmau5"),
        KnownPerson("Prince Harry", ("Duke of Sussex",)),
        KnownPerson("Queen o'Hearts", ("Queen o’ Hearts",)),
    )

    assert named(text, *people)[-1] in (name, name.replace("'", "’"))


def test_a_pronoun_goes_by_the_gender_of_a_known_person() -> None:
    text = "Zorka met Qwert Smith. “We go,” he said. “We stay,” she said."

    people = (KnownPerson("Zorka Blim", ("Zorka",), "m"), KnownPerson("Qwert Smith", (), "f"))
    assert named(text, *people) == ["Zorka Blim", "Qwert Smith"]


def test_a_given_name_tells_the_gender_of_a_known_person_without_one() -> None:
    assert named("Zorka and Joe left. “We go,” she said.", KnownPerson("Mary Blim", ("Zorka",))) == [
        "Mary Blim"
    ]


def test_a_known_body_is_an_organisation() -> None:
    lexicon = Lexicon(people=(KnownPerson("Foo Holdings", ("Footown",), kind="organisation"),))

    assert speakers(extract("“We go,” Footown said.", lexicon=lexicon)) == [("Foo Holdings", "organisation")]


def test_a_known_name_is_not_lengthened_by_the_article() -> None:
    text = "George Herbert Bush came. “We go,” said Dubya. “We go,” said George Bush."

    assert named(text, BUSH) == ["George Bush", "George Bush"]


def test_an_alias_of_two_people_is_nobodys() -> None:
    people = (KnownPerson("Ann Blim", ("Zorka",)), KnownPerson("Joe Blim", ("zorka",)))

    assert named("“We go,” said Zorka.", *people) == ["Zorka"]
    assert named("“We go,” said Zorka.", *people, KnownPerson("Zorka")) == ["Zorka"]


@given(ANY_TEXT, LEXICONS)
def test_any_lexicon_leaves_later_calls_and_the_language_as_they_were(text: str, lexicon: Lexicon) -> None:
    before = extract(text)
    language = load_language("en")
    sizes = [len(getattr(language, name)) for name in ("tags", "phrases", "titles", "abbreviations")]

    with_words = extract(text, lexicon=lexicon)

    assert extract(text) == before
    assert extract(text, lexicon=Lexicon()) == before
    assert extract(text, lexicon=lexicon) == with_words
    assert sizes == [len(getattr(language, name)) for name in ("tags", "phrases", "titles", "abbreviations")]


@given(ANY_TEXT, LEXICONS)
def test_offsets_hold_with_any_lexicon(text: str, lexicon: Lexicon) -> None:
    check_extraction(text, extract(text, lexicon=lexicon))


def test_threads_with_other_lexicons_do_not_meet() -> None:
    text = "“We go now,” said Zorka. “We stay,” the chief gronked."
    lexicons = [Lexicon(people=(KnownPerson(f"Zorka Blim{number}", ("Zorka",)),)) for number in range(8)]
    lexicons.append(Lexicon())
    expected = [extract(text, lexicon=lexicon) for lexicon in lexicons]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda lexicon: extract(text, lexicon=lexicon), lexicons * 50))

    assert answers == expected * 50


LONG = "x" * (CHARACTERS_AT_MOST + 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"verbs": (Verb("gronk"),) * (ENTRIES_AT_MOST + 1)}, "verbs: holds 201 entries, the limit is 200"),
        ({"titles": (Title("Warden"),) * (ENTRIES_AT_MOST + 1)}, "titles: holds 201 entries"),
        ({"people": (BUSH,) * (ENTRIES_AT_MOST + 1)}, "people: holds 201 entries"),
        (
            {"people": (KnownPerson("a", ("b",) * (ALIASES_AT_MOST + 1)),)},
            "people.aliases: holds 21 entries, the limit is 20",
        ),
        ({"verbs": (Verb(LONG),)}, "verbs.lemma: is 101 characters long, the limit is 100"),
        ({"verbs": (Verb("a", gerund=LONG),)}, "verbs.gerund: is 101 characters long"),
        ({"titles": (Title(LONG),)}, "titles.word: is 101"),
        ({"people": (KnownPerson(LONG),)}, "people.name: is 101"),
        ({"people": (KnownPerson("a", (LONG,)),)}, "people.aliases: is 101"),
        ({"people": (KnownPerson(" \u200b"),)}, "people.name: must not be empty or blank"),
    ],
)
def test_limits_are_named(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Lexicon(**words)


def test_the_largest_lexicon_is_read() -> None:
    aliases = tuple(f"Zorka{number}" for number in range(ALIASES_AT_MOST))
    people = tuple(
        KnownPerson(f"Ann Blim{number}", tuple(f"{alias}x{number}" for alias in aliases))
        for number in range(ENTRIES_AT_MOST)
    )
    verbs = tuple(Verb(f"gronk x{number}") for number in range(ENTRIES_AT_MOST))
    titles = tuple(Title(f"Warden{number}") for number in range(ENTRIES_AT_MOST))

    extraction = extract("“We go,” gronked x7 Warden9 Zorka3x7.", lexicon=Lexicon(verbs, titles, people))

    assert speakers(extraction) == [("Ann Blim7", "person")]
