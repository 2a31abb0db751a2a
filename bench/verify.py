"""Prints how surely quotations are found and judged, and how fast: in stores, and against one text.

    python -m bench.verify --sizes 100000 --gold GOLD.jsonl

Quotations are made from stored quotes by changing words, always the same.  The stores are those of
`bench.search`; GOLD.jsonl is annotated news, of which each quotation in marks is checked against its article.
"""

import argparse
import http.client
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from bench.archive import WORDS, Corpus, name_word
from bench.corpus import read_texts
from bench.gold import read_articles
from bench.machine import describe_machine
from bench.search import DATABASES, STORES, open_stores
from bench.server import running_server
from service.extractor import EVERY_KIND, extract
from service.verify.normalise import read_quotation
from service.verify.text import CheckedText
from tests.verify.pairs import read_pairs

SEED = 19
CASES = 100
LONG, SHORT = 8, 4
LONGEST = 250
# Code points by which an annotation may miss the ends of the words.
SLACK = 40
TEXT_LENGTH = 10_000
# More than a process keeps.
NEW_TEXTS = 40
QUOTATION = "They have our phone numbers too"
SECONDS = 3.0
Words = list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000], help="numbers of quotes")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=["sqlite"])
    parser.add_argument("--stores", type=Path, default=STORES, help="folder of the stores")
    parser.add_argument("--gold", type=Path, help="annotated news")
    options = parser.parse_args()
    print(f"{describe_machine()}; gunicorn workers: 1, clients: 1, cases of a kind: {CASES}")
    for database in options.databases if options.sizes else ():
        with open_stores(database, options.stores, options.sizes) as urls:
            for size, url in urls.items():
                print(f"\n{database}, {size:,} quotes")
                measure_store(url, size)
    measure_texts()
    measure_verdicts()
    if options.gold is not None:
        measure_news(options.gold)


def measure_store(url: str, size: int) -> None:
    """Print for each kind of change how often the right quote came first, the verdicts, and the times."""
    environment = {"DATABASE_URL": url, "WORKERS": "1", "ANSWER_CACHE_BYTES": "0"}
    with running_server("service.app:create_app()", "/readyz", environment) as base:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        taken: list[float] = []
        for name, cases in build_cases(size).items():
            right = 0
            verdicts: Counter[str] = Counter()
            for wanted, body in cases:
                start = time.perf_counter()
                answer = ask(connection, body)
                taken.append(time.perf_counter() - start)
                verdicts[answer["verdict"]] += 1
                right += any(one["quote"]["text"] in wanted for one in answer["items"][:1])
            kinds = ", ".join(f"{kind} {number}" for kind, number in verdicts.most_common())
            print(f"  {name:<44}{right:4} of {len(cases)}   {kinds}")
        p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        print(f"  {len(taken)} requests: p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms")


def measure_texts() -> None:
    """Print how many quotations a second are checked against one text, and against a new one each time."""
    texts = list(islice(cut_texts(), NEW_TEXTS))
    bodies = [json.dumps({"text": text, "quote": QUOTATION}).encode() for text in texts]
    with TemporaryDirectory() as folder, ExitStack() as stack:
        answer = Path(folder) / "answer"
        answer.write_bytes(b"{}")
        environment = {
            "DATABASE_URL": f"sqlite:///{folder}/none.db",
            "WORKERS": "1",
            "BENCH_QUOTES_ANSWER": str(answer),
            "BENCH_EXTRACT_ANSWER": str(answer),
        }
        service = stack.enter_context(running_server("service.app:create_app()", "/healthz", environment))
        bare = stack.enter_context(running_server("bench.bare:create_app()", "/v1/quotes", environment))
        asked = {
            "bare Flask route": (bare, "/v1/extract", bodies[:1]),
            "one text": (service, "/v1/verify", bodies[:1]),
            "a new text each time": (service, "/v1/verify", bodies),
        }
        print(f"\nagainst a text of {TEXT_LENGTH:,} characters, one client")
        for name, (base, path, sent) in asked.items():
            print(f"  {name:<24}{count_answers(base, path, sent):6.0f} requests/s")


def cut_texts() -> Iterator[str]:
    """Yield different texts of a length, made of the articles that benches read."""
    whole = "\n\n".join(read_texts())
    for start in range(NEW_TEXTS):
        yield (whole[start * 400 :] + whole)[:TEXT_LENGTH]


def count_answers(base: str, path: str, bodies: Sequence[bytes]) -> float:
    """Ask for some seconds; the number of answers a second."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
    number = 0
    start = time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        connection.request("POST", path, bodies[number % len(bodies)], {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {response.status}")
        number += 1
    return number / (time.perf_counter() - start)


def ask(connection: http.client.HTTPConnection, body: dict[str, str]) -> Any:
    connection.request("POST", "/v1/verify", json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    content = response.read()
    if response.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{response.status} {content[:300]!r}")
    return json.loads(content)


def build_cases(size: int) -> dict[str, list[tuple[set[str], dict[str, str]]]]:
    """Quotations by how they were made; each with the texts of the right quotes, and what is asked."""
    chance = random.Random(SEED)
    said = [
        (quote.text.split(), quote.speaker.name if quote.speaker else None)
        for _, extraction in islice(Corpus(size), 2 * CASES)
        for quote in extraction.quotes
    ]
    long = [words for words, _ in said if len(words) >= LONG]
    short = [(words, name) for words, name in said if SHORT <= len(words) < LONG and name and " Mc" in name]
    changes: dict[str, Callable[[Words], Words]] = {
        f"{number} {name}": lambda words, number=number, edit=edit: repeat(words, number, edit, chance)  # type: ignore[misc]
        for name, edit in (("changed", change), ("dropped", drop), ("swapped", swap), ("added", add))
        for number in (1, 2, 3)
    }
    changes["2 spelled with -ou-"] = lambda words: repeat(words, 2, respell, chance)
    changes["cut at an end"] = lambda words: words[: max(len(words) * 2 // 3, LONG - 2)]
    cases = {
        name: [({" ".join(words)}, {"quote": " ".join(edit(words))}) for words in chance.sample(long, CASES)]
        for name, edit in changes.items()
    }
    pairs = [chance.sample(long, 2) for _ in range(CASES)]
    cases["two halves joined"] = [
        (
            {" ".join(one), " ".join(other)},
            {"quote": " ".join(one[: len(one) // 2] + other[len(other) // 2 :])},
        )
        for one, other in pairs
    ]
    cases["typographic marks"] = [
        ({" ".join(words)}, {"quote": f"“{', '.join(words).capitalize()} –”"})
        for words in chance.sample(long, CASES)
    ]
    cases["4 to 7 words, 1 changed, speaker given"] = [
        ({" ".join(words)}, {"quote": " ".join(change(words, chance)), "speaker": name})
        for words, name in islice(short, CASES)
        if name
    ]
    cases["nobody said: words in another order"] = [
        (set(), {"quote": " ".join(chance.sample(words, len(words)))}) for words in chance.sample(long, CASES)
    ]
    return cases


def repeat(
    words: Words, number: int, edit: Callable[[Words, random.Random], Words], chance: random.Random
) -> Words:
    for _ in range(number):
        words = edit(words, chance)
    return words


def respell(words: Words, chance: random.Random) -> Words:
    """Spell a word that has an “o” as British writers might: “colour”."""
    place = chance.choice([at for at, word in enumerate(words) if "o" in word and "ou" not in word] or [0])
    return [*words[:place], words[place].replace("o", "ou", 1), *words[place + 1 :]]


def choose_word(chance: random.Random) -> str:
    return name_word(chance.randrange(WORDS))


def change(words: Words, chance: random.Random) -> Words:
    place = chance.randrange(len(words))
    return [*words[:place], choose_word(chance), *words[place + 1 :]]


def drop(words: Words, chance: random.Random) -> Words:
    place = chance.randrange(1, len(words) - 1)
    return [*words[:place], *words[place + 1 :]]


def swap(words: Words, chance: random.Random) -> Words:
    place = chance.randrange(len(words) - 1)
    return [*words[:place], words[place + 1], words[place], *words[place + 2 :]]


def add(words: Words, chance: random.Random) -> Words:
    place = chance.randrange(1, len(words))
    return [*words[:place], choose_word(chance), *words[place:]]


def measure_verdicts() -> None:
    """Print as what quotations of each kind are taken, of those that the tests hold."""
    taken: dict[str, Counter[str]] = {}
    texts: dict[str, CheckedText] = {}
    for pair in read_pairs():
        if pair.text not in texts:
            texts[pair.text] = CheckedText(pair.text, extract(pair.text, kinds=EVERY_KIND))
        found = texts[pair.text].verify(read_quotation(pair.quotation), pair.speaker)
        taken.setdefault(pair.verdict, Counter())[found.verdict] += 1
    right = sum(counts[verdict] for verdict, counts in taken.items())
    print(
        f"\n{sum(map(Counter.total, taken.values()))} pairs of a text and a quotation: {right} judged right"
    )
    for verdict, counts in taken.items():
        kinds = ", ".join(f"{kind} {number}" for kind, number in counts.most_common())
        print(f"  {verdict:<12}{counts.total():4}   taken for {kinds}")


def measure_news(gold: Path) -> None:
    """Print how annotated quotations in marks are judged in their own article, as they are and changed."""
    chance = random.Random(SEED)
    plain: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    placed = 0
    for article in read_articles([gold]):
        text = article["text"]
        checked = CheckedText(text, extract(text, kinds=EVERY_KIND))
        for spans in list_quotations(article):
            quotation = " … ".join(text[start:end] for start, end in spans)
            words = quotation.split()
            if len(words) < SHORT or len(words) > LONGEST:
                continue
            plain[checked.verify(read_quotation(quotation)).verdict] += 1
            at = chance.choice([place for place, word in enumerate(words) if word.isalpha()] or [0])
            other = " ".join([*words[:at], choose_word(chance), *words[at + 1 :]])
            found = checked.verify(read_quotation(other))
            changed[found.verdict] += 1
            near = spans[0][0] - SLACK, spans[-1][1] + SLACK
            placed += found.place is not None and near[0] <= found.place.start < found.place.end <= near[1]
    total = plain.total()
    print(f"\n{total} annotated quotations of {SHORT} to {LONGEST} words in marks, in their own articles")
    print(f"  as they are             {dict(plain.most_common())}")
    print(f"  one word changed        {dict(changed.most_common())}; at the right place {placed}")


def list_quotations(article: dict[str, Any]) -> Iterator[Sequence[tuple[int, int]]]:
    for one in article["quotations"]:
        if one["kind"] in ("direct", "mixed"):
            yield one["content"]


if __name__ == "__main__":
    main()
