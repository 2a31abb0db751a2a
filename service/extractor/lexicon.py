"""Extra words for one call: reporting verbs, titles and known people, on top of a language's own.

A language is frozen: a lexicon makes a copy of it, and no other call reads differently for it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from service.extractor.language import Language, load_language
from service.extractor.languages.en.morphology import inflect
from service.extractor.names.reader import Name, NameReader, known_key
from service.extractor.shapes.words import WordReader
from service.extractor.tags import NAME
from service.extractor.text.normalise import normalise
from service.extractor.verbs import VerbTable

ENTRIES_AT_MOST = 200
ALIASES_AT_MOST = 20
CHARACTERS_AT_MOST = 100

VerbClass = Literal["say", "call", "manner", "think", "document"]


@dataclass(frozen=True, slots=True)
class Verb:
    """A reporting verb by its base form; of several words the first is inflected, regularly unless given.

    The classes are those that `languages/en/verbs.txt` explains.
    """

    lemma: str
    kind: VerbClass = "say"
    past: str | None = None
    participle: str | None = None
    gerund: str | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """A word before a name that is no part of it, and the gender it gives."""

    word: str
    gender: Literal["m", "f"] | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody, or some body, who is meant wherever the name or an alias stands."""

    name: str
    aliases: tuple[str, ...] = ()
    gender: Literal["m", "f"] | None = None
    kind: Literal["person", "organisation"] = "person"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Raises ValueError, naming the field, for more entries or longer words than the limits allow."""

    verbs: tuple[Verb, ...] = ()
    titles: tuple[Title, ...] = ()
    people: tuple[KnownPerson, ...] = ()

    def __post_init__(self) -> None:
        for field, count, limit in self._counts():
            if count > limit:
                raise ValueError(f"{field}: holds {count} entries, the limit is {limit}")
        for field, word in self._words():
            if len(word) > CHARACTERS_AT_MOST:
                raise ValueError(
                    f"{field}: is {len(word)} characters long, the limit is {CHARACTERS_AT_MOST}"
                )
            if is_blank(word):
                raise ValueError(f"{field}: must not be empty or blank")

    def _counts(self) -> Iterator[tuple[str, int, int]]:
        yield "verbs", len(self.verbs), ENTRIES_AT_MOST
        yield "titles", len(self.titles), ENTRIES_AT_MOST
        yield "people", len(self.people), ENTRIES_AT_MOST
        for person in self.people:
            yield "people.aliases", len(person.aliases), ALIASES_AT_MOST

    def _words(self) -> Iterator[tuple[str, str]]:
        for verb in self.verbs:
            yield "verbs.lemma", verb.lemma
            yield from _given(verb)
        for title in self.titles:
            yield "titles.word", title.word
        for person in self.people:
            yield "people.name", person.name
            for alias in person.aliases:
                yield "people.aliases", alias


def is_blank(word: str) -> bool:
    """Whether nothing is left of a word to the rules, which take some invisible characters for spaces."""
    return not normalise(word).strip()


def _given(verb: Verb) -> Iterator[tuple[str, str]]:
    """The irregular forms of a verb, with the names of their fields."""
    for field in ("past", "participle", "gerund"):
        form = getattr(verb, field)
        if form is not None:
            yield f"verbs.{field}", form


def prepare(code: str, lexicon: Lexicon | None = None) -> tuple[Language, WordReader, NameReader]:
    """A language and its readers of words and names, all kept; with a lexicon, those of the last call."""
    return _prepare(code) if lexicon is None or lexicon == Lexicon() else _extend(code, lexicon)


@lru_cache(maxsize=8)
def _prepare(code: str) -> tuple[Language, WordReader, NameReader]:
    language = load_language(code)
    return language, WordReader(language), NameReader(language)


@lru_cache(maxsize=1)
def _extend(code: str, lexicon: Lexicon) -> tuple[Language, WordReader, NameReader]:
    language = _add_people(_add_titles(_add_verbs(load_language(code), lexicon), lexicon), lexicon)
    return language, WordReader(language), NameReader(language, _known(lexicon))


def _add_verbs(language: Language, lexicon: Lexicon) -> Language:
    """Add verbs, whose forms have the tags of the lexicon before those of the language."""
    extra = VerbTable()
    for verb in lexicon.verbs:
        lemma = _spell(verb.lemma)
        first = lemma.split(" ")[0]
        extra.add(lemma, verb.kind, _irregular(first, verb), noun=first in language.noun_or_verb)
    tags = {form: tag for form, tag in extra.tags.items() if form not in language.function_words}
    merged = VerbTable({}, {**extra.phrase_tags, **_missing(language.phrase_tags, extra.phrase_tags)})
    return replace(
        language,
        tags={**language.tags, **tags},
        phrases=merged.phrases() if extra.phrase_tags else language.phrases,
        phrase_tags=merged.phrase_tags,
        noun_or_verb=language.noun_or_verb | extra.ambiguous,
        tensed=language.tensed | extra.tensed,
    )


def _missing(
    phrases: dict[tuple[str, ...], str], extra: dict[tuple[str, ...], str]
) -> dict[tuple[str, ...], str]:
    return {phrase: tag for phrase, tag in phrases.items() if phrase not in extra}


def _irregular(first: str, verb: Verb) -> tuple[str, ...]:
    if not any(_given(verb)):
        return ()
    regular = {role: form for form, role in inflect(first).items()}
    past = _spell(verb.past or regular["past"])
    return past, _spell(verb.participle or past), _spell(verb.gerund or regular["gerund"])


def _spell(word: str) -> str:
    return " ".join(normalise(word).lower().split())


def _add_titles(language: Language, lexicon: Lexicon) -> Language:
    titles = {_spell(title.word): title.gender or "-" for title in lexicon.titles}
    words = {word for title in titles for word in title.split(" ")}
    return replace(
        language,
        titles={**language.titles, **{title.replace(".", ""): gender for title, gender in titles.items()}},
        title_words=language.title_words | {word.rstrip(".") for word in words},
        abbreviations=language.abbreviations | {word.rstrip(".") for word in words if word.endswith(".")},
    )


def _add_people(language: Language, lexicon: Lexicon) -> Language:
    """A name of one word in lower case ("deadmau5") is read as a name all the same."""
    names = [name.strip() for person in lexicon.people for name in (person.name, *person.aliases)]
    plain = [name for name in names if name[0].islower() and name not in language.function_words]
    return replace(language, tags={**language.tags, **dict.fromkeys(plain, NAME)}) if plain else language


def _known(lexicon: Lexicon) -> dict[str, Name]:
    """Readings of known people by name and alias; an alias that several people share is nobody's."""
    readings = {person: _read(person) for person in lexicon.people}
    aliases = {
        (known_key(normalise(alias)), reading)
        for person, reading in readings.items()
        for alias in person.aliases
    }
    holders = Counter(key for key, _ in aliases)
    known = {key: reading for key, reading in aliases if holders[key] == 1}
    return known | {known_key(normalise(person.name)): reading for person, reading in readings.items()}


def _read(person: KnownPerson) -> Name:
    name = " ".join(person.name.split())
    words = name.split(" ")
    gender = "o" if person.kind == "organisation" else person.gender or "-"
    return Name(name, words[-1], words[0] if len(words) > 1 else "", gender, person.kind)
