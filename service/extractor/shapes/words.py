"""Tags a word on its own; returns an `OpenWord` where its neighbours must decide."""

from service.extractor.language import Language
from service.extractor.languages.en.tokens import tag_symbol, tag_unknown, tag_unknown_name
from service.extractor.record import record
from service.extractor.tags import (
    ADVERB,
    CHANGEABLE,
    ELLIPSIS,
    MAY_BE_GIVEN_NAME,
    MAY_OPEN,
    NAME,
    NAME_IF_CAPITALISED,
)

# Words repeat, and most of the news is made of some thousands: the bounds are for texts that are no news.
_WORDS_AT_MOST = 65_536
_CHARACTERS_AT_MOST = 40


@record
class OpenWord:
    """A word whose neighbours have a say in its tag.

    `tag` is the one that it has by itself, `opening` that where a sentence begins; a word may also be a
    `given` name ("Will"), be `shortened`, so that a full stop is a part of it, or open one of `phrases`.
    """

    word: str
    small: bool
    tag: str
    opening: str
    given: bool
    shortened: bool
    phrases: tuple[tuple[str, str], ...]


class WordReader(dict[str, str | OpenWord]):
    """The tag of each word, if it is the same everywhere, else an `OpenWord`; kept, up to a bound."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __missing__(self, word: str) -> str | OpenWord:
        reading = self._read(word)
        if len(word) <= _CHARACTERS_AT_MOST:
            if len(self) >= _WORDS_AT_MOST:
                self.clear()
            self[word] = reading
        return reading

    def _read(self, word: str) -> str | OpenWord:
        language, first = self.language, word[0]
        small, shortened, given = first.islower(), False, False
        tag = opening = language.tags.get(word, "") if small else ""
        if not tag and not (first.isalpha() or first in "@#"):
            tag = opening = tag_symbol(word)
        elif not tag:
            lower = word.lower()
            shortened = len(word) == 1 or lower.rstrip(".") in language.abbreviations
            if first.isupper() or first in "@#":
                tag, opening, given = self._read_capitalised(word, lower)
            else:
                tag = opening = tag_unknown(lower, language)
        phrases = language.phrases.get(word, ())
        changeable = not tag or tag == ELLIPSIS or (small and tag in CHANGEABLE)
        if changeable or tag != opening or given or shortened or phrases:
            return OpenWord(word, small, tag, opening, given, shortened, phrases)
        return tag

    def _read_capitalised(self, word: str, lower: str) -> tuple[str, str, bool]:
        """The tag inside a sentence, the tag where one begins, and whether it may be a given name."""
        language = self.language
        known = language.tags.get(lower, "")
        if lower in language.function_words and not (len(word) > 1 and word.isupper()):
            inside = NAME if known in NAME_IF_CAPITALISED or lower in language.time_nouns else known
            return inside, known, known in MAY_BE_GIVEN_NAME and lower in language.given_names
        if lower in language.settings["headline_verbs"] and not word.isupper():
            return known, known, False
        name = tag_unknown_name(word)
        if not known:
            return name, ADVERB if lower in language.not_names else name, False
        return name, known if known in MAY_OPEN and len(word) > 3 else name, False
