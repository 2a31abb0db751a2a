"""The stored quotes nearest to a quotation, found by what they share: runs of words, then rare words.

Every look-up is bounded, so that the time hardly grows with the store.  A run of SHINGLE_WORDS is found by
the fingerprints of wordings, so one that is left whole is enough.  Otherwise the full-text index is asked for
three words in a row, then for pairs, the longest first: long words are rare.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from sqlalchemy import Connection

from service.store.database.bound_values import bind_values
from service.store.quotations.occurrences import find_having, find_samples
from service.store.quotations.wordings import hash_runs
from service.store.quotes.read import find_newest, read_quotes, select_by_keys, select_words
from service.store.records import NearQuote, QuoteFilter, QuoteRecord, Verification
from service.store.text.folding import join_words
from service.store.text.query import Alternatives, Query, Term
from service.verify.compare import ALIKE, NEAR, Comparison, compare, find_joined, find_rest, list_differences
from service.verify.normalise import QUOTATION_WORDS, GivenQuotation, Record, read_record

# Quotes that are compared word by word, and found by one question to the full-text index.
COMPARED = 8
FOUND_AT_ONCE = 100
# Pairs of words that one question names, and the longest words that are paired wherever they stand.
PAIRS_AT_ONCE = 8
LONGEST_WORDS = 4
# A nearest quote as near as this ends the search.
NEAR_ENOUGH = 0.75

Candidates = dict[int, str]  # the words of quotes by their keys
Compared = tuple[QuoteRecord, Record, Comparison]


def verify_quotation(
    connection: Connection, quotation: GivenQuotation, wanted: QuoteFilter, most: int
) -> Verification:
    """Check a quotation against quotes in marks, then indirect ones, then those of other speakers."""
    compared = find_compared(connection, quotation, wanted)
    pair = find_joined(quotation, [comparison for _, _, comparison in compared])
    verdict = compared[0][2].verdict if compared else "absent"
    if verdict not in ("exact", "partial") and pair is not None:
        chosen = [compared[at] for at in pair]
        rest = [one for one in compared if one not in chosen]
        return Verification("joined", list_near(quotation, [*chosen, *rest], most))
    if verdict == "absent":
        others = find_compared(connection, quotation, replace(wanted, kind="indirect"))
        if not is_alike(others) and wanted.speaker is not None:
            others = find_compared(connection, quotation, replace(wanted, speaker=None)) or others
        if is_alike(others):
            return Verification("not_said", list_near(quotation, [*others, *compared], most))
    return Verification(verdict, list_near(quotation, compared, most))


def is_alike(compared: Sequence[Compared]) -> bool:
    return bool(compared) and compared[0][2].verdict != "absent" and compared[0][2].similarity >= ALIKE


def list_near(quotation: GivenQuotation, compared: Iterable[Compared], most: int) -> tuple[NearQuote, ...]:
    near: list[NearQuote] = []
    for quote, record, comparison in compared:
        if comparison.similarity < NEAR or len(near) == most:
            continue
        place = comparison.place and record.cut(*comparison.place)
        differences = tuple(list_differences(comparison, quotation, record))
        near.append(NearQuote(comparison.verdict, round(comparison.similarity, 3), place, differences, quote))
    return tuple(near)


def find_compared(connection: Connection, quotation: GivenQuotation, wanted: QuoteFilter) -> list[Compared]:
    """The nearest quotes under some conditions, one of each quotation, compared; the nearest first."""
    forms = (quotation.text[word.start : word.end] for word in quotation.words)
    best = compare_until_near(connection, quotation, wanted, list_words(forms), [])
    if best and best[0][2].verdict == "altered" and not is_joined(quotation, best):
        # The words that it lacks may be those of another, which shares too few with the whole to be found.
        rest = find_rest(quotation, best[0][2])
        if rest:
            best = compare_until_near(connection, quotation, wanted, list_words(rest), best)
    once: dict[str, Compared] = {}
    for one in best:
        once.setdefault(one[0].quotation or one[0].id, one)
    return list(once.values())


def list_words(forms: Iterable[str]) -> list[str]:
    """Words as the full-text index has them."""
    return join_words(" ".join(forms), QUOTATION_WORDS).split(" ")


def compare_until_near(
    connection: Connection,
    quotation: GivenQuotation,
    wanted: QuoteFilter,
    words: Sequence[str],
    best: Sequence[Compared],
) -> list[Compared]:
    """Compare candidates for some words, besides those compared before, until one of them is near enough."""
    seen: Candidates = {}
    known = {one[0].id for one in best}
    compared = list(best)
    for found in find_candidates(connection, words, wanted):
        new = {key: text for key, text in found.items() if key not in seen}
        seen |= new
        compared += [
            one for one in compare_all(connection, quotation, rank(words, new)) if one[0].id not in known
        ]
        compared.sort(key=lambda one: (-one[2].similarity, one[0].article.published_at is None, one[0].id))
        if compared and is_joined(quotation, compared):
            break
        if not best and compared and compared[0][2].similarity >= NEAR_ENOUGH:
            break
    return compared


def is_joined(quotation: GivenQuotation, compared: Sequence[Compared]) -> bool:
    return find_joined(quotation, [comparison for _, _, comparison in compared]) is not None


def rank(words: Sequence[str], found: Candidates) -> list[int]:
    """The keys of those that share most words, for their length."""
    wanted = Counter(words)
    shared = {key: (Counter(text.split(" ")) & wanted).total() for key, text in found.items()}
    return sorted(shared, key=lambda key: (-shared[key], len(found[key]), -key))[:COMPARED]


def compare_all(connection: Connection, quotation: GivenQuotation, keys: Sequence[int]) -> list[Compared]:
    if not keys:
        return []
    database = connection.dialect.name
    rows = connection.execute(select_by_keys(database), bind_values(database, keys)).all()
    records = read_quotes(connection, rows, ())
    cut = [read_record(record.segments) for record in records]
    return [(one, record, compare(quotation, record)) for one, record in zip(records, cut, strict=True)]


def find_candidates(
    connection: Connection, words: Sequence[str], wanted: QuoteFilter
) -> Iterator[Candidates]:
    """Yield the words of candidates by their keys, the likeliest first."""
    is_narrowed = wanted != QuoteFilter()
    if not is_narrowed:
        yield find_by_runs(connection, words)
    for query in write_queries(words, narrowed=wanted.speaker is not None):
        rows = find_newest(connection, wanted, query, select_words, FOUND_AT_ONCE)
        yield {row.key: row.words for row in rows}


def find_by_runs(connection: Connection, words: Sequence[str]) -> Candidates:
    having = find_having(connection, set(hash_runs(words)))
    shared = Counter(wording for wordings in having.values() for wording in wordings)
    nearest = {wording for wording, _ in shared.most_common(FOUND_AT_ONCE)}
    return {one.key: one.words for one in find_samples(connection, nearest)}


def write_queries(words: Sequence[str], *, narrowed: bool) -> Iterator[Query]:
    """The questions to the full-text index; single words only of what is narrowed to a speaker."""
    if threes := list(dict.fromkeys(zip(words, words[1:], words[2:], strict=False))):
        threes.sort(key=lambda three: -sum(map(len, three)))
        yield either([(Term(three, False, False),) for three in threes[: 2 * PAIRS_AT_ONCE]])
    pairs = list(dict.fromkeys(pairwise(words)))
    pairs.sort(key=lambda pair: -len(pair[0]) - len(pair[1]))
    by_length = sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))
    first: list[Query] = [(Term(pair, False, False),) for pair in pairs[:PAIRS_AT_ONCE]]
    first += [
        tuple(Term((word,), False, False) for word in both)
        for both in combinations(by_length[:LONGEST_WORDS], 2)
    ]
    yield either(first)
    if further := pairs[PAIRS_AT_ONCE : 2 * PAIRS_AT_ONCE]:
        yield either([(Term(pair, False, False),) for pair in further])
    if narrowed:
        yield either([(Term((word,), False, False),) for word in by_length[: 2 * PAIRS_AT_ONCE]])


def either(queries: Sequence[Query]) -> Query:
    return (Alternatives(tuple(queries)),) if queries else ()
