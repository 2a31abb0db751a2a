"""Decides which quotes are equal, and finds equal quotes.

A quote's words are compared without case, accents, marks, spacing and ellipses (see `words`).  Quotes with
the same words are of one *wording*.  A wording whose words, but for cut-off ends, are in sequence inside a
longer one's is of the same *quotation*:

- From ENOUGH_WORDS on the words alone tell: wire copy names a speaker in many ways, or not at all.
- Fewer are said by many (“we are very disappointed”): they tell with the speaker, where one is named, and
  inside longer words of that speaker where those begin or end so.
- Fewer than FEWEST_WORDS (“yes”, “a disgrace”) tell nothing: each such quote is a quotation of its own.

Wordings that may hold one another share a *fingerprint*.  Of every ENOUGH_WORDS in a row the fingerprints
hold one run of SHINGLE_WORDS, the one with the least hash (winnowing: Schleimer, Wilkerson and Aiken, 2003):
so a wording inside another has one in common with it.  For each speaker they hold the first and the last
FEWEST_WORDS.  Beyond COMPARED_WORDS nothing is compared.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import regex

FEWEST_WORDS = 4
ENOUGH_WORDS = 8
SHINGLE_WORDS = 5
COMPARED_WORDS = 200
REMEMBERED_WORDS = 50_000

KEY_MASK = 2**63 - 1
MULTIPLIER = 0x9E3779B97F4A7C15
QUOTATION_ID = regex.compile(r"w([0-7][0-9a-f]{15})")


class Wording(NamedTuple):
    """The words of quotes that say the same, joined by blanks; of short ones also who says them."""

    key: int
    words: str
    length: int
    speaker_id: str | None


def read_wording(words: str, speaker_id: str | None, quote_id: str) -> Wording:
    """Return the wording of a quote; its key depends on the wording alone."""
    length = words.count(" ") + 1 if words else 0
    if length >= ENOUGH_WORDS:
        return Wording(hash_text(words), words, length, None)
    if length >= FEWEST_WORDS and speaker_id is not None:
        return Wording(hash_text(f"{words}\0{speaker_id}"), words, length, speaker_id)
    return Wording(hash_text(f"\0{quote_id}"), words, length, None)


def find_fingerprints(wording: Wording) -> set[int]:
    """Return the fingerprints of a wording, which any longer wording that contains it shares."""
    if wording.length >= ENOUGH_WORDS:
        return find_shingles(wording.words)
    return set() if wording.speaker_id is None else find_ends(wording.words, wording.speaker_id)


def find_shingles(words: str) -> set[int]:
    """The least hash of the runs of words in each ENOUGH_WORDS in a row."""
    runs = hash_runs(islice(words.split(" "), COMPARED_WORDS))
    return set(map(min, *(runs[place:] for place in range(ENOUGH_WORDS - SHINGLE_WORDS + 1))))


def hash_runs(words: Iterable[str]) -> list[int]:
    """The hashes of all runs of SHINGLE_WORDS."""
    hashes = [hash_word(word) for word in words]
    total = 0
    runs: list[int] = []
    for place, value in enumerate(hashes):
        if place >= SHINGLE_WORDS:
            total -= hashes[place - SHINGLE_WORDS] * LAST_POWER
        total = (total * MULTIPLIER + value) & KEY_MASK
        runs.append(total)
    return runs[SHINGLE_WORDS - 1 :]


def find_ends(words: str, speaker_id: str | None) -> set[int]:
    """Hashes of the first and the last FEWEST_WORDS with the speaker."""
    if speaker_id is None or words.count(" ") + 1 < FEWEST_WORDS:
        return set()
    first = " ".join(words.split(" ", FEWEST_WORDS)[:FEWEST_WORDS])
    last = " ".join(words.rsplit(" ", FEWEST_WORDS)[-FEWEST_WORDS:])
    return {hash_text(f"{speaker_id}\0{end}") for end in (first, last)}


def is_part(part: Wording, whole: Wording) -> bool:
    """Return whether the words of one are in sequence inside the other's, within the compared words."""
    if not part.length < whole.length or part.length > COMPARED_WORDS:
        return False
    words = whole.words
    if whole.length > COMPARED_WORDS:
        words = " ".join(words.split(" ", COMPARED_WORDS)[:COMPARED_WORDS])
    return f" {part.words} " in f" {words} "


def hash_text(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) & KEY_MASK


@lru_cache(REMEMBERED_WORDS)
def hash_word(word: str) -> int:
    return hash_text(word)


# Of the word that leaves a run.
LAST_POWER = pow(MULTIPLIER, SHINGLE_WORDS - 1, 2**63)


def write_quotation_id(key: int) -> str:
    return f"w{key:016x}"


def read_quotation_id(quotation_id: str) -> int | None:
    """The key of an id; None for an id that is not a quotation's."""
    found = QUOTATION_ID.fullmatch(quotation_id)
    return int(found[1], 16) if found else None
