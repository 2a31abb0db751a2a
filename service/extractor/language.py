"""Reads and checks a language folder, once, into frozen data.

A lexicon is a text file: comments open with "#", an entry a line, columns divided by a tab.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from service.extractor.confidence import AccuracyCount, Confidences, estimate_shares
from service.extractor.languages.en.morphology import inflect, plural_of
from service.extractor.tags import ADVERB, DOCUMENT, FUNCTION_TAGS, ROLE
from service.extractor.verbs import VERB_TRUST, VerbTable

_FILES = frozenset({
    "adverbs", "complements", "confidence", "confidence_of_names", "document_nouns", "function_words",
    "given_names", "language", "nationalities", "not_names", "ordinary_words", "organisations", "places",
    "roles", "salience", "short_names", "titles", "verbs",
})  # fmt: skip
_WORD_SETS = frozenset({
    "abbreviations", "acronyms", "addressing", "announcing", "arriving", "askers", "asking",
    "asking_words", "authored", "before_names", "bodies", "body_openers", "campaigns", "channels",
    "chants", "christening", "clubs", "courtesy_titles", "credits", "family_first", "firms", "first_person",
    "fronting", "gatherings", "gestures", "headings", "headline_verbs", "impersonal", "interjecting",
    "kept_titles", "known", "letters", "mass", "mastheads", "men_by_surname", "mentioning", "naming",
    "narrowing", "need_words", "never_nouns", "no_sources", "nobody", "not_adverbs", "not_spoken",
    "nouns_in_ing", "of_one_name", "outlets", "particles", "parts_of_bodies", "performing",
    "place_heads", "plurals", "printed", "question_words", "relations", "relatives", "replies",
    "separate", "showing", "small_words", "spoken", "spoken_for", "stage_directions", "suffixes",
    "takes_of", "telling", "territorial", "title_words", "unsaid", "voices", "withholding",
    "women_by_surname", "words_for_words", "works",
})  # fmt: skip
_WORD_MAPS = frozenset(("pronoun_gender", "synonyms"))


@dataclass(frozen=True, slots=True)
class Language:
    """The words and settings of one language.  Keys are lower case except where a comment says otherwise."""

    code: str
    tags: dict[str, str]
    function_words: frozenset[str]
    complements: dict[str, frozenset[str]]
    phrases: dict[str, tuple[tuple[str, str], ...]]
    phrase_tags: dict[tuple[str, ...], str]
    given_names: dict[str, str]
    titles: dict[str, str]
    title_words: frozenset[str]
    roles: dict[str, str]
    plural_roles: frozenset[str]
    documents: frozenset[str]
    speaking: frozenset[str]
    organisation_names: frozenset[str]
    organisation_heads: frozenset[str]
    surname_heads: frozenset[str]
    nationalities: dict[str, str]
    places: frozenset[str]
    states: frozenset[str]
    governments: frozenset[str]
    not_names: frozenset[str]
    ordinary_words: frozenset[str]
    short_names: dict[str, frozenset[str]]
    abbreviations: frozenset[str]
    noun_or_verb: frozenset[str]
    time_nouns: frozenset[str]
    tensed: frozenset[str]
    synonyms: dict[str, str]
    pronoun_gender: dict[str, str]
    settings: dict[str, frozenset[str]]
    salience: dict[str, float]
    evidence: dict[str, AccuracyCount]
    name_evidence: dict[str, AccuracyCount]
    confidences: Confidences


@lru_cache(maxsize=8)
def load_language(code: str) -> Language:
    """The data of a language.  Raises ValueError where it has no folder or a file is not of its form."""
    folder = files("service.extractor") / "languages" / code
    if not code.isalpha() or not folder.is_dir():
        raise ValueError(f"language: {code!r} is not one of: {', '.join(list_languages())}")
    data = {item.name for item in folder.iterdir() if item.is_file() and not item.name.endswith(".py")}
    unknown = data - {f"{name}.txt" for name in _FILES} - {"language.toml"}
    if unknown:
        raise ValueError(f"languages/{code}: unknown file: {', '.join(sorted(unknown))}")
    return _build(code, folder)


def list_languages() -> list[str]:
    """Codes of the languages that have a folder."""
    folders = (files("service.extractor") / "languages").iterdir()
    return sorted(item.name for item in folders if item.is_dir() and not item.name.startswith("_"))


def _build(code: str, folder: Traversable) -> Language:
    words, maps = _read_settings(folder)
    titles = {row[0]: row[1] for row in _rows(folder, "titles", 2)}
    roles, plural_roles = _read_roles(folder)
    documents = {row[0]: row[1] for row in _rows(folder, "document_nouns", 2)}
    function_rows = list(_rows(folder, "function_words", 2))
    function = {word: kind for word, kind, *_ in function_rows}
    places = list(_rows(folder, "places", 2))
    organisations = list(_rows(folder, "organisations", 2))
    verbs = _read_verbs(folder, function)
    _add_word_tags(verbs.tags, folder, function, roles, documents)
    evidence, name_evidence = (
        _read_tallies(folder, "confidence"),
        _read_tallies(folder, "confidence_of_names"),
    )
    return Language(
        code=code,
        tags=verbs.tags,
        function_words=frozenset(w for w, kind in function.items() if kind != "noun_or_verb"),
        complements=_read_complements(folder),
        phrases=verbs.phrases(),
        phrase_tags=verbs.phrase_tags,
        given_names={row[0].casefold(): row[1] for row in _rows(folder, "given_names", 2)},
        titles=titles,
        title_words=frozenset(word for title in titles for word in title.split()) | words["title_words"],
        roles=roles,
        plural_roles=plural_roles,
        documents=frozenset(documents) | frozenset(map(plural_of, documents)),
        speaking=frozenset(
            form for noun, kind in documents.items() if kind == "speaks" for form in (noun, plural_of(noun))
        ),
        organisation_names=frozenset(row[0] for row in organisations if row[1] == "name"),
        organisation_heads=frozenset(row[0].casefold() for row in organisations if row[1] == "head"),
        surname_heads=frozenset(row[0].casefold() for row in organisations if row[2:] == ["surname"]),
        nationalities={row[0]: row[1] for row in _rows(folder, "nationalities", 2)},
        places=frozenset(row[0] for row in places),
        states=frozenset(row[0] for row in places if row[1] in ("country", "state")),
        governments=frozenset(row[0] for row in places if row[1] in ("country", "capital")),
        not_names=frozenset(row[0] for row in _rows(folder, "not_names", 1)),
        ordinary_words=frozenset(row[0] for row in _rows(folder, "ordinary_words", 1)),
        short_names=_read_short_names(folder),
        abbreviations=words["abbreviations"],
        noun_or_verb=frozenset(verbs.ambiguous),
        time_nouns=frozenset(w for w, kind in function.items() if kind == "time_noun"),
        tensed=frozenset(verbs.tensed),
        synonyms=maps["synonyms"],
        pronoun_gender=maps["pronoun_gender"],
        settings=words,
        salience={row[0]: float(row[1]) for row in _rows(folder, "salience", 2)},
        evidence=evidence,
        name_evidence=name_evidence,
        confidences=Confidences(estimate_shares(evidence), estimate_shares(name_evidence)),
    )


def _read_tallies(folder: Traversable, name: str) -> dict[str, AccuracyCount]:
    return {row[0]: AccuracyCount(int(row[1]), int(row[2])) for row in _rows(folder, name, 3)}


def _read_settings(folder: Traversable) -> tuple[dict[str, frozenset[str]], dict[str, dict[str, str]]]:
    """The word sets and word maps of language.toml, which has these keys and no others."""
    path = folder / "language.toml"
    settings = tomllib.loads(path.read_text("utf8"))
    odd = settings.keys() ^ (_WORD_SETS | _WORD_MAPS)
    if odd:
        raise ValueError(f"{path}: unknown or missing key: {', '.join(sorted(odd))}")
    words = {key: frozenset(settings[key]) for key in _WORD_SETS}
    return words, {key: dict(settings[key]) for key in _WORD_MAPS}


def _read_verbs(folder: Traversable, function: dict[str, str]) -> VerbTable:
    verbs = VerbTable()
    rows = sorted(_rows(folder, "verbs", 2), key=lambda row: VERB_TRUST.index(row[1]))
    for lemma, kind, *irregular in rows:
        verbs.add(lemma, kind, irregular, noun=function.get(lemma.split(" ")[0]) == "noun_or_verb")
    return verbs


def _read_complements(folder: Traversable) -> dict[str, frozenset[str]]:
    """The complements by which each form of a verb of saying reports."""
    irregular = {lemma: forms for lemma, kind, *forms in _rows(folder, "verbs", 2) if kind == "say" and forms}
    complements: dict[str, set[str]] = {}
    for lemma, complement in _rows(folder, "complements", 2):
        first, *rest = lemma.split(" ")
        for form in inflect(first, irregular.get(lemma, ())):
            complements.setdefault(" ".join((form, *rest)), set()).add(complement)
    return {form: frozenset(known) for form, known in complements.items()}


def _rows(folder: Traversable, name: str, columns: int) -> Iterator[list[str]]:
    path = folder / f"{name}.txt"
    for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
        if line and not line.startswith("#"):
            row = line.split("\t")
            if len(row) < columns:
                raise ValueError(f"{path}:{number}: {columns} columns wanted, {len(row)} found")
            yield row


def _read_roles(folder: Traversable) -> tuple[dict[str, str], frozenset[str]]:
    roles: dict[str, str] = {}
    plurals = set()
    for noun, gender, *irregular in _rows(folder, "roles", 2):
        word = noun.rsplit(" ", 1)[-1]
        plural = irregular[0].rsplit(" ", 1)[-1] if irregular else plural_of(word)
        roles.setdefault(word, gender)
        roles.setdefault(plural, gender)
        if plural != word:
            plurals.add(plural)
    return roles, frozenset(plurals - {noun for noun, *_ in _rows(folder, "roles", 1)})


def _read_short_names(folder: Traversable) -> dict[str, frozenset[str]]:
    """The full given names that each short one may stand for."""
    names: dict[str, set[str]] = {}
    for short, full in _rows(folder, "short_names", 2):
        names.setdefault(short, set()).add(full)
    return {short: frozenset(full) for short, full in names.items()}


def _add_word_tags(
    tags: dict[str, str],
    folder: Traversable,
    function: dict[str, str],
    roles: dict[str, str],
    documents: dict[str, str],
) -> None:
    for noun in documents:
        tags.setdefault(noun, DOCUMENT)
        tags.setdefault(plural_of(noun), DOCUMENT)
    for noun in roles:
        tags.setdefault(noun, ROLE)
    for (adverb,) in _rows(folder, "adverbs", 1):
        tags.setdefault(adverb, ADVERB)
    for word, kind in function.items():
        if kind != "noun_or_verb" and (kind != "verb" or word not in tags):
            tags[word] = FUNCTION_TAGS[kind]
