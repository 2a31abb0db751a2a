"""Reads a word by itself: its tag, or what its neighbours have to say for it to be known.

Known limitation: an unknown word in lower case counts as a noun, unless its ending says verb or adverb.
"""

from service.extractor.language import Language
from service.extractor.record import record

# Tags that a neighbour may change: those of verbs that are nouns too, and of words that may be adjectives.
VERBS = frozenset("VBHLMKlmkR")
MODIFIERS = frozenset("DvzY")
ELLIPSIS = "…"
_CHANGEABLE = VERBS | MODIFIERS
_NEVER_SETTLED = frozenset(("", ELLIPSIS))
# Tags that a capitalised word may have where a sentence begins; elsewhere it is a name.
_MAY_OPEN = frozenset("ruDzHVmlkn")
_SYMBOLS = {
    "'s": "s", ",": ",", ":": ":", ";": ";", "!": ".", "?": ".", "(": "(", ")": ")", "[": "(", "]": ")",
    "—": "-", "–": "-", "'re": "b", "'m": "b", "'ll": "a", "'ve": "a", "'d": "a", "%": "#", "|": "~",
    "&": "&", ".": ".",
}  # fmt: skip
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
            tag = opening = _tag_symbol(word)
        elif not tag:
            lower = word.lower()
            shortened = len(word) == 1 or lower.rstrip(".") in language.abbreviations
            if first.isupper() or first in "@#":
                tag, opening, given = self._read_capitalised(word, lower)
            else:
                tag = opening = _tag_unknown(lower, language)
        phrases = language.phrases.get(word, ())
        changeable = tag in _NEVER_SETTLED or (small and tag in _CHANGEABLE)
        if changeable or tag != opening or given or shortened or phrases:
            return OpenWord(word, small, tag, opening, given, shortened, phrases)
        return tag

    def _read_capitalised(self, word: str, lower: str) -> tuple[str, str, bool]:
        """The tag inside a sentence, the tag where one begins, and whether it may be a given name."""
        language = self.language
        known = language.tags.get(lower, "")
        if lower in language.function_words and not (len(word) > 1 and word.isupper()):
            inside = "C" if known in "vj" or lower in language.time_nouns else known
            return inside, known, known in "aY" and lower in language.given_names
        if word == "According":
            return "W", "W", False
        name = "~" if word[1:2] == "-" and word[0] in "RDI" else "C"
        if not known:
            return name, "D" if lower in language.not_names else name, False
        return name, known if known in _MAY_OPEN and len(word) > 3 else name, False


def _tag_symbol(word: str) -> str:
    """The tag of what is no word; none for a stray mark."""
    if tag := _SYMBOLS.get(word):
        return tag
    first = word[0]
    if first in "….":
        return ELLIPSIS
    if first.isdigit() and "-" in word:
        return "r" if word.endswith("-old") else "j"
    if first.isdigit() or first in "$£€¥":
        return "#"
    if first in "'‘`*_":
        return ""
    return "-" if first == "-" else "~"


def _tag_unknown(word: str, language: Language) -> str:
    """The tag of a word in lower case that is in no list, by its ending."""
    if word == "according":
        return "W"
    if word.endswith("ing") and len(word) > 5:
        return "z"
    if word.endswith("ed") and len(word) > 4:
        return "v"
    adverb = word.endswith("ly") and len(word) > 4 and word not in language.settings["not_adverbs"]
    return "D" if adverb else "n"
