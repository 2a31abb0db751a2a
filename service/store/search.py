"""From terms to each database's own query expression, and from a found text to its highlights."""

from collections.abc import Iterable
from itertools import pairwise

import regex

from service.store.query import Term
from service.store.records import Snippet
from service.store.words import INDEXED_WORDS, Word, find_words

SPEAKER_ID = regex.compile(r"s[0-9a-f]{20}")
SNIPPET_LENGTH = 320
SNIPPET_LEAD = 80


def express_for_sqlite(
    words: tuple[Term, ...], name: Iterable[tuple[str, ...]], speaker_id: str | None
) -> str:
    """An FTS5 expression over `quotes_index`; words are letters and digits, so quoting is enough.

    Of each tuple of `name` the speaker has one word or marked id or another.
    """
    wanted = [f'words : "{" ".join(term.words)}"{"*" * term.prefix}' for term in words if not term.excluded]
    unwanted = [f'words : "{" ".join(term.words)}"{"*" * term.prefix}' for term in words if term.excluded]
    wanted += ['speaker : ("' + '" OR "'.join(either) + '")' for either in name]
    if speaker_id is not None:
        wanted.append(f'speaker : "{mark_speaker_id(speaker_id)}"')
    expression = "(" + " AND ".join(wanted) + ")"
    return expression + (f" NOT ({' OR '.join(unwanted)})" if unwanted else "")


def mark_speaker_id(speaker_id: str) -> str:
    """A speaker's id as the index has it.  No speaker has the token "_" alone."""
    return f"_{speaker_id if SPEAKER_ID.fullmatch(speaker_id) else ''}"


def express_for_postgresql(words: tuple[Term, ...]) -> str:
    """A tsquery over `quotes.search`."""
    return " & ".join(express_phrase(term) for term in words)


def express_phrase(term: Term) -> str:
    """Pairs of words find a phrase; of one that is longer, their places in the text decide."""
    star = ":*" * term.prefix
    parts = [f"'_{first} {second}'" for first, second in pairwise(term.words)]
    if len(term.words) == 1:
        parts = [f"'{term.words[0]}'"]
    parts[-1] += star
    if len(term.words) > 2:
        parts.append("(" + " <-> ".join(f"'{word}'" for word in term.words) + star + ")")
    return f"{'!' * term.excluded}({' & '.join(parts)})"


def cut_snippet(text: str, terms: tuple[Term, ...]) -> Snippet:
    """The part of a quote that shows why it was found."""
    highlights = find_highlights(text, terms)
    start = 0
    if len(text) > SNIPPET_LENGTH and highlights:
        lead = min(max(highlights[0][0] - SNIPPET_LEAD, 0), len(text) - SNIPPET_LENGTH)
        start = text.find(" ", lead - 1, highlights[0][0]) + 1 or lead if lead > 0 else 0
    end = min(start + SNIPPET_LENGTH, len(text))
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + SNIPPET_LENGTH // 2)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    moved = len(before) - start
    inside = tuple((first + moved, last + moved) for first, last in highlights if last <= end)
    return Snippet(before + text[start:end] + after, inside)


def find_highlights(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Where a text has the words looked for; stretches that touch or overlap are one."""
    # What is found is indexed, and of a quote as long as an article no more is.
    words = find_words(text, INDEXED_WORDS)
    found: list[tuple[int, int]] = []
    for first, last in sorted(
        stretch for term in terms if not term.excluded for stretch in find_term(words, term)
    ):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def find_term(words: list[Word], term: Term) -> list[tuple[int, int]]:
    *before, last = term.words
    found = []
    for place in range(len(words) - len(before)):
        end = words[place + len(before)]
        if [word.folded for word in words[place : place + len(before)]] != before:
            continue
        if end.folded == last or (term.prefix and end.folded.startswith(last)):
            found.append((words[place].start, end.end))
    return found
