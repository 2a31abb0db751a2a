"""From terms to each database's own query expression, and from a found text to its highlights."""

from collections.abc import Iterable
from itertools import pairwise

import regex

from service.store.records import Snippet
from service.store.text.folding import INDEXED_WORDS, Word, find_words
from service.store.text.query import Alternatives, Query, Term, list_terms

SPEAKER_ID = regex.compile(r"s[0-9a-f]{20}")
SNIPPET_LENGTH = 320
SNIPPET_LEAD = 80


def express_for_sqlite(query: Query, name: Iterable[tuple[str, ...]], speaker_id: str | None) -> str:
    """Write an FTS5 expression over `quotes_index`; words are letters and digits, so quoting is enough.

    The speaker has one word or marked id of each tuple of `name`.
    """
    wanted = [express_part(part) for part in query if not part.excluded]
    wanted += ['speaker : ("' + '" OR "'.join(either) + '")' for either in name]
    if speaker_id is not None:
        wanted.append(f'speaker : "{mark_speaker_id(speaker_id)}"')
    return join_parts(wanted, query)


def join_parts(wanted: list[str], query: Query) -> str:
    """Join what a quote must have, and leave out what a query excludes: in FTS5, NOT has two sides."""
    unwanted = [express_part(part) for part in query if part.excluded]
    expression = "(" + " AND ".join(wanted) + ")"
    return expression + (f" NOT ({' OR '.join(unwanted)})" if unwanted else "")


def express_part(part: Term | Alternatives) -> str:
    if isinstance(part, Term) and part.forms:
        return 'words : ("' + '" OR "'.join((*part.words, *part.forms)) + '")'
    if isinstance(part, Term):
        return f'words : "{" ".join(part.words)}"{"*" * part.prefix}'
    queries = (
        join_parts([express_part(one) for one in query if not one.excluded], query) for query in part.queries
    )
    return "(" + " OR ".join(f"({one})" for one in queries) + ")"


def mark_speaker_id(speaker_id: str) -> str:
    """Return a speaker's id as a token of the index.  The token "_" by itself is no speaker's."""
    return f"_{speaker_id if SPEAKER_ID.fullmatch(speaker_id) else ''}"


def express_for_postgresql(query: Query) -> str:
    """Write a tsquery over `quotes.search`."""
    return " & ".join(
        express_phrase(part) if isinstance(part, Term) else express_alternatives(part) for part in query
    )


def express_alternatives(part: Alternatives) -> str:
    queries = " | ".join(f"({express_for_postgresql(query)})" for query in part.queries)
    return f"{'!' * part.excluded}({queries})"


def express_phrase(term: Term) -> str:
    """Write a phrase as pairs of words; for a longer one their positions in the text decide."""
    star = ":*" * term.prefix
    parts = [f"'_{first} {second}'" for first, second in pairwise(term.words)]
    if len(term.words) == 1:
        parts = [" | ".join(f"'{word}'" for word in (*term.words, *term.forms))]
    parts[-1] += star
    if len(term.words) > 2:
        parts.append("(" + " <-> ".join(f"'{word}'" for word in term.words) + star + ")")
    return f"{'!' * term.excluded}({' & '.join(parts)})"


def cut_snippet(text: str, query: Query) -> Snippet:
    """Cut out the part of a quote that shows why it was found."""
    highlights = find_highlights(text, query)
    start = 0
    if len(text) > SNIPPET_LENGTH and highlights:
        lead = min(max(highlights[0][0] - SNIPPET_LEAD, 0), len(text) - SNIPPET_LENGTH)
        start = text.find(" ", lead - 1, highlights[0][0]) + 1 or lead if lead > 0 else 0
    end = min(start + SNIPPET_LENGTH, len(text))
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + SNIPPET_LENGTH // 2)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    moved = len(before) - start
    inside, forms = (
        tuple((first + moved, last + moved) for first, last in found if first >= start and last <= end)
        for found in (highlights, find_other_forms(text, query))
    )
    return Snippet(before + text[start:end] + after, inside, forms)


def find_other_forms(text: str, query: Query) -> list[tuple[int, int]]:
    """Find the words of a text that no search has as they are written, only in another form."""
    forms = {form for term in list_terms(query) for form in term.forms}
    forms -= {word for term in list_terms(query) for word in term.words}
    if not forms:
        return []
    return [(word.start, word.end) for word in find_words(text, INDEXED_WORDS) if word.folded in forms]


def find_highlights(text: str, query: Query) -> list[tuple[int, int]]:
    """Find the searched words in a text; touching or overlapping matches are joined."""
    # What is found is indexed, and of a quote as long as an article no more is.
    words = find_words(text, INDEXED_WORDS)
    found: list[tuple[int, int]] = []
    for first, last in sorted(stretch for term in list_terms(query) for stretch in find_term(words, term)):
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
        if end.folded == last or end.folded in term.forms or (term.prefix and end.folded.startswith(last)):
            found.append((words[place].start, end.end))
    return found
