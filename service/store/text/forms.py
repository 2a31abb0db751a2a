"""The other forms of an English word: protests, protested and protesting of protest.

A search looks for each of them.  Rules make the forms and not a stemmer, so that the index holds words as
they are written, and both databases find the same.  Forms that are no words find nothing and do no harm.

Known limitations: forms that follow no rule (say, said) are not related; nor are words made of others
(protest, protester).
"""

from collections.abc import Iterator

import regex

SHORTEST = 3
ENGLISH = regex.compile(r"[a-z]{3,30}")
VOWEL = regex.compile(r"[aeiouy]")
# One syllable that ends in a single vowel and a consonant, which is doubled: hop, hopped.
SHORT = regex.compile(r"[^aeiou]*[aeiouy][^aeiouwxy]")
# The same at the end of more syllables, where it may be doubled or not: commit, travel.
CLOSED = regex.compile(r".*[^aeiou][aeiou][^aeiouwxy]")
DOUBLED = regex.compile(r".*([bcdfgklmnprtvz])\1")
SIBILANT = regex.compile(r".*(?:s|x|z|ch|sh|o)")
# Words that end as forms do, and are none; her is no herring.
WITHOUT_FORMS = {"does", "during", "evening", "ever", "every", "has", "her", "his", "its", "news", "nothing"}
WITHOUT_FORMS |= {"series", "something", "species", "the", "this", "thus", "was", "yes"}


def list_forms(word: str) -> tuple[str, ...]:
    """List the other forms of a folded word, in alphabetical order; none of a word that is not English."""
    if not ENGLISH.fullmatch(word) or word in WITHOUT_FORMS:
        return ()
    bases = set(find_bases(word)) or {word}
    forms = {form for base in bases for form in inflect(base)}
    if word.endswith("ing"):
        forms.add(word + "s")
    return tuple(sorted(forms - WITHOUT_FORMS - {word}))


def find_bases(word: str) -> Iterator[str]:
    """Find the words of which this one may be a form."""
    if word.endswith(("ies", "ied")) and len(word) > 4:
        yield word[:-3] + "y"
    elif word.endswith("es") and SIBILANT.fullmatch(word[:-2]):
        yield from keep_words(word[:-2], word[:-1])
    elif word.endswith("ings"):
        yield from find_stems(word[:-4])
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield from keep_words(word[:-1])
    elif word.endswith("eed"):
        yield from keep_words(word, word[:-1])
    elif word.endswith("ed"):
        yield from find_stems(word[:-2])
    elif word.endswith("ing"):
        yield from find_stems(word[:-3])


def find_stems(stem: str) -> Iterator[str]:
    """Find the words that may have lost an e before an ending, or doubled a consonant."""
    if not VOWEL.search(stem):
        return
    if DOUBLED.fullmatch(stem):
        yield from keep_words(stem, stem[:-1])
    elif SHORT.fullmatch(stem):
        yield stem + "e"
    else:
        yield from keep_words(stem, stem + "e")


def keep_words(*words: str) -> Iterator[str]:
    yield from (word for word in words if len(word) >= SHORTEST and VOWEL.search(word))


def inflect(base: str) -> Iterator[str]:
    """Give a word with each ending."""
    yield base
    if base.endswith("y") and base[-2] not in "aeiou":
        yield from (base[:-1] + "ies", base[:-1] + "ied", base + "ing")
        return
    yield base + ("es" if SIBILANT.fullmatch(base) else "s")
    if base.endswith("e"):
        yield base + "d"
        stem = base if base.endswith(("ee", "oe", "ye")) else base[:-1]
        if VOWEL.search(stem):
            yield stem + "ing"
        return
    for stem in list_stems(base):
        yield from (stem + "ed", stem + "ing")


def list_stems(base: str) -> tuple[str, ...]:
    """List how a word that ends in no e is written before an ending."""
    if SHORT.fullmatch(base):
        return (base + base[-1],)
    return (base, base + base[-1]) if CLOSED.fullmatch(base) else (base,)
