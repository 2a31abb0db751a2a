"""Cuts English text into tokens, and tags those that no list has or that two tags would fit.

Known limitation: an unknown word in lower case counts as a noun, unless its ending says verb or adverb.
"""

import re

from service.extractor.language import Language
from service.extractor.shapes.tagged import TaggedTokens
from service.extractor.tags import (
    ADJECTIVE,
    ADVERB,
    ASIDE_ENDS,
    AUXILIARY,
    BE,
    BEHIND_NOUN,
    CLOSING_BRACKET,
    COLON,
    COMMA,
    CONJUNCTION,
    DASH,
    DETERMINER,
    DETERMINER_OR_ADJECTIVE,
    DOCUMENT,
    ELLIPSIS,
    GERUND,
    GOVERN_NOUNS,
    HEADS,
    IT,
    LEAD_TO_VERB,
    MODIFIERS,
    NAME,
    NOUN,
    NOUN_OPENERS,
    NOUNS,
    NUMBER,
    OBJECT_OPENERS,
    OPENING_BRACKET,
    OTHER,
    PARTICIPLES,
    POSSESSIVE,
    PRONOUN,
    QUANTIFIER,
    REPORT_AFTER_IS,
    ROLE,
    SAY,
    SAY_BASE,
    SEMICOLON,
    SPEAKING_NOUNS,
    STOP,
    THINGS,
    TIME,
    VERB,
    VERBS,
)

TOKEN = re.compile(
    r"""(?=\S)(                                     # past a space at once
      [A-Za-z]++(?![\w'-]|\.[^\W_])                 # most words, soonest found
    | [,;:!?()] | \.(?!\.)                          # most marks
    | (?:[^\W\d_]\.){2,}(?:-[^\W\d_]+)*             # U.S., a.m., J.K., D.C.-based
    | [RDI]-(?:[A-Z]\w*\.?)+                        # a member's party and state: R-Ky., D-N.Y.
    | [^\W\d_]+n't\b
    | '(?:s|re|m|ll|ve|d)\b                         # possessives and short verbs
    | [@\#]?[^\W\d_](?:\w++|[-'.](?!(?:s|re|ll|ve|d|m)\b)(?=[^\W_]))*  # a word, with what it holds together
    | [$£€¥]?\d(?:[\d,.:/]*\d)?(?:%|st|nd|rd|th|[a-z]{1,2})?(?:-[^\W\d_]+)*\b%?
    | --+                                           # a dash
    | \.{2,}                                        # an ellipsis
    | [^\s\w]
    )""",
    re.VERBOSE,
)
_SINGULAR = frozenset(("one", "another"))
_ADJECTIVE_ENDINGS = ("ous", "ical")
_SYMBOLS = {
    "'s": POSSESSIVE, ",": COMMA, ":": COLON, ";": SEMICOLON, "!": ELLIPSIS, "?": STOP, ".": STOP,
    "(": OPENING_BRACKET, ")": CLOSING_BRACKET, "[": OPENING_BRACKET, "]": CLOSING_BRACKET,
    "—": DASH, "–": DASH, "'re": BE, "'m": BE, "'ll": AUXILIARY, "'ve": AUXILIARY, "'d": AUXILIARY,
    "%": NUMBER, "|": OTHER, "&": CONJUNCTION,
}  # fmt: skip


def tag_symbol(word: str) -> str:
    """The tag of what is no word; none for a stray mark."""
    if tag := _SYMBOLS.get(word):
        return tag
    first = word[0]
    if first in "….":
        return ELLIPSIS
    if first.isdigit() and "-" in word:
        return ROLE if word.endswith("-old") else ADJECTIVE
    if first.isdigit() or first in "$£€¥":
        return NUMBER
    if first in "'‘`*_":
        return ""
    return DASH if first == "-" else OTHER


def tag_unknown(word: str, language: Language) -> str:
    """The tag of a word in lower case that is in no list, by its ending."""
    if word.endswith("ing") and len(word) > 4:
        return NOUN if word in language.settings["nouns_in_ing"] else GERUND
    if word.endswith("ed") and len(word) > 3 and not word.endswith("eed"):
        return VERB
    if word.endswith(_ADJECTIVE_ENDINGS):
        return ADJECTIVE
    adverb = word.endswith("ly") and len(word) > 4 and word not in language.settings["not_adverbs"]
    return ADVERB if adverb else NOUN


def tag_unknown_name(word: str) -> str:
    """The tag of a capitalised word that is in no list: a name, or a member's party and state ("R-Ky.")."""
    return OTHER if word[1:2] == "-" and word[0] in "RDI" else NAME


def settle(tokens: TaggedTokens, tag: str, word: str, finish: int) -> str:
    """The tag of a word in lower case that ends at `finish`, among its neighbours."""
    if tag == GERUND and _is_headed_off(tokens, finish):
        return NOUN
    if tag in MODIFIERS:
        return ADJECTIVE if _modifies(tokens, tag, word, finish) else tag
    return _noun_or_verb(tokens, tag, word, finish) if tag in VERBS else tag


def _noun_or_verb(tokens: TaggedTokens, tag: str, word: str, finish: int) -> str:
    """Settle a form that is a noun or an adjective in some places: "the claims", "his alleged crime"."""
    before = tokens.tags[-1]
    noun = DOCUMENT if word in tokens.language.documents else NOUN
    if before == ADJECTIVE and tokens.tags[-2:-1] == [PRONOUN]:
        tokens.tags[-1] = ADVERB  # "he further said"
        return tag
    if before in NOUN_OPENERS:
        if before == POSSESSIVE and tag in REPORT_AFTER_IS and noun == NOUN:
            return ADJECTIVE if word.endswith("ed") else tag
        return ADJECTIVE if word.endswith("ed") else noun
    language = tokens.language
    if before == QUANTIFIER and word.endswith("s") and _governs(tokens, finish):
        return noun  # "several references to"
    if word in language.tensed or word in language.noun_or_verb:
        if tokens.text.startswith(" of ", finish) and word not in language.settings["takes_of"]:
            return noun
    elif tag == SAY and tokens.text.startswith(" by ", finish) and before in THINGS:
        return VERB
    if word not in language.noun_or_verb:
        # "a plan called “...”" is one phrase
        return ADJECTIVE if before in THINGS and _names(tokens, word, finish) else tag
    if before in GOVERN_NOUNS:
        counted = before == NUMBER and word in language.settings["never_nouns"]  # "42% say"
        return tag if counted else noun
    noun_as_well = tag == SAY_BASE and word not in language.settings["never_nouns"]
    subjects = HEADS if noun_as_well else SPEAKING_NOUNS
    if before in subjects and word not in language.tensed and not _is_plural(tokens):
        return noun  # "the golf venture"
    if before in ASIDE_ENDS and word in language.tensed:
        return tag
    return tag if tag == SAY_BASE or before in LEAD_TO_VERB else noun


def _governs(tokens: TaggedTokens, finish: int) -> bool:
    """Whether a preposition stands behind a word."""
    follows = tokens.text[finish + 1 : finish + 16].split(" ", 1)[0]
    return tokens.language.tags.get(follows, "") in OBJECT_OPENERS


def _names(tokens: TaggedTokens, word: str, finish: int) -> bool:
    """Whether a participle gives a thing its name: "a plan called “...”", "a man named Doe"."""
    follows = tokens.text[finish + 1 : finish + 2]
    return word in tokens.language.settings["naming"] and not (follows.islower() or follows.isdigit())


def _is_plural(tokens: TaggedTokens) -> bool:
    """Whether the last token can be the subject of a base form: "officials say", "police say"."""
    last = tokens.last_word()
    joint = tokens.tags[-1] == NAME and CONJUNCTION in tokens.tags[-5:-1]
    return joint or last.endswith("s") or last in tokens.language.settings["plurals"]


def _is_headed_off(tokens: TaggedTokens, finish: int) -> bool:
    """Whether a gerund behind an article is a noun, as no noun follows: "the funding was"."""
    if tokens.tags[-1] not in DETERMINER_OR_ADJECTIVE:
        return False
    follows = tokens.text[finish : finish + 16].split(" ", 2)[1:2]
    return bool(follows) and tokens.language.tags.get(follows[0], NOUN) in BEHIND_NOUN


def _modifies(tokens: TaggedTokens, tag: str, word: str, finish: int) -> bool:
    """Whether a word stands as an adjective in its phrase: "an early tweet", "the last letter"."""
    before = tokens.tags[-1]
    if tag == ADVERB:
        return before == DETERMINER
    if tag == VERB and before == POSSESSIVE and tokens.tags[-2:-1] not in ([PRONOUN], [IT]):
        return _leads_to_noun(tokens, finish)  # "the Khans' deceased son"
    if tag in PARTICIPLES:
        return before in DETERMINER_OR_ADJECTIVE or (before == QUANTIFIER and tokens.last_word() in _SINGULAR)
    if tag != TIME or before != DETERMINER or word not in tokens.language.time_nouns:
        return False
    return _leads_to_noun(tokens, finish)


def _leads_to_noun(tokens: TaggedTokens, finish: int) -> bool:
    """Whether the word behind one is a noun in small letters."""
    follows = tokens.text[finish + 1 : finish + 30].split(" ", 1)[0].rstrip(".,;:")
    return follows.isalpha() and follows.islower() and tokens.language.tags.get(follows, NOUN) in NOUNS
