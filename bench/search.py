"""Prints how fast the service finds quotes in large stores, on each database, through one gunicorn worker.

The stores are made the first time, in minutes, and kept; `bench.archive` says what is in them.  One client
asks each shape of question so many times, never the same twice where there are enough to ask.  With
`--partitioned` each store on PostgreSQL is asked beside a copy of it in partitions.
"""

import argparse
import http.client
import json
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode, urlsplit

import psycopg

from bench.archive import (
    FIRST_DAY,
    QUOTES_OF_A_SPEAKER,
    QUOTES_OF_AN_ARTICLE,
    YEARS,
    Corpus,
    fill,
    name_speaker,
    name_word,
    rank_word,
)
from bench.load import LoadResult, Request, measure
from bench.machine import describe_machine
from bench.postgres import NO_SERVER, create_database, find_binaries, running_postgres
from bench.server import running_server
from service.store import Store

STORES = Path(__file__).parent / "results" / "stores"
SIZES = (100_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")
REQUESTS = 200
PAGES = 100
SECONDS = 3.0
SEED = 4
FACETS = "speaker,source,month,kind"
MONTH = timedelta(days=30)
# A server of its own size of machine; what is asked is held by memory or not, as it comes.
SETTINGS = "-c shared_buffers=512MB -c max_wal_size=4GB"


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds that half, and that 95 of 100 requests of a shape took at most."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Filled:
    """A store and how many quotes are in it."""

    url: str
    size: int


class Client:
    """One connection that is kept."""

    def __init__(self, base: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=600)

    def close(self) -> None:
        """Let the next request open a connection: the service closes what is idle for long."""
        self._connection.close()

    def get(self, path: str, accept: str = "application/json") -> bytes:
        self._connection.request("GET", path, headers={"Accept": accept})
        response = self._connection.getresponse()
        body = response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {response.status} {body[:500]!r}")
        return body


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of quotes")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument("--stores", type=Path, default=STORES, help="folder of the stores")
    parser.add_argument("--requests", type=int, default=REQUESTS, help=f"of a shape (default {REQUESTS})")
    parser.add_argument(
        "--partitioned", type=int, metavar="LEAST", help="as `quotes db partition --least`; PostgreSQL alone"
    )
    options = parser.parse_args()
    databases = ["postgresql"] if options.partitioned else options.databases
    print(f"{describe_machine()}; gunicorn workers: 1, clients: 1, requests of a shape: {options.requests}")
    for database in databases:
        with open_stores(database, options.stores, options.sizes) as urls:
            stores = {f"{size:,}": Filled(url, size) for size, url in urls.items()}
            if options.partitioned:
                stores |= {
                    f"{name} parted": part(store, options.partitioned) for name, store in stores.items()
                }
            figures = measure_shapes(stores, options.requests)
            print_figures(database, figures)
            print_throughput(urls[options.sizes[-1]])


@contextmanager
def open_stores(database: str, folder: Path, sizes: list[int]) -> Iterator[dict[int, str]]:
    """Yield the addresses of filled stores by their sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if database == "sqlite":
            urls = {size: f"sqlite:///{folder.absolute()}/{size}.db" for size in sizes}
        else:
            binaries = find_binaries()
            if binaries is None:
                raise SystemExit(NO_SERVER)
            home = folder / "postgres"
            home.mkdir(exist_ok=True)
            socket = stack.enter_context(running_postgres(binaries, home.absolute(), SETTINGS))
            urls = {size: create_database(socket, f"quotes_{size}") for size in sizes}
        for size, url in urls.items():
            prepare(url, size)
        yield urls


def prepare(url: str, size: int) -> None:
    store = Store(url)
    store.upgrade()
    if store.stats().articles == 0:
        start = time.perf_counter()
        fill(store, size)
        print(f"stored {size} quotes in {time.perf_counter() - start:.0f} s: {url}")
        if url.startswith("postgresql"):
            # As its own housekeeping would in a while: plans depend on it.
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
    store.close()


def part(filled: Filled, least: int) -> Filled:
    """Copy a store on PostgreSQL into partitions of at least a number of quotes."""
    address, _, socket = filled.url.partition("?host=")
    plain = address.rpartition("/")[2]
    url = create_database(Path(socket), f"{plain}_by_{least}", template=plain)
    store = Store(url)
    start = time.perf_counter()
    number, _ = store.partition_quotes(least)
    print(f"{filled.size} quotes in {number} partitions, after {time.perf_counter() - start:.0f} s: {url}")
    store.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return Filled(url, filled.size)


def choose_shapes(size: int, number: int) -> dict[str, list[str]]:
    """The addresses to ask, by what they ask for; speakers and words as often as the corpus has them."""
    chance = random.Random(SEED)
    corpus = Corpus(size)
    sample = [
        quoted.text.split()
        for _, read in zip(range(number), corpus, strict=False)
        for quoted in read[1].quotes
    ]
    ranks = [min(int(chance.paretovariate(0.7)), size // QUOTES_OF_A_SPEAKER) - 1 for _ in range(number)]
    names = [name_speaker(rank) for rank in ranks]
    rare = [name_speaker(chance.randrange(size // QUOTES_OF_A_SPEAKER)) for _ in range(number)]
    words = [name_word(int(chance.paretovariate(0.7)) + 20) for _ in range(number)]
    pairs = [list(pairwise(words)) for words in chance.sample(sample, number)]
    # As a corpus grows any two words meet more often: rare are those that hardly ever do.
    rare_pairs = [max(some, key=lambda pair: rank_word(pair[0]) * rank_word(pair[1])) for some in pairs]
    starts = [FIRST_DAY + chance.random() * (YEARS - MONTH) for _ in range(number)]
    articles = [chance.randrange(size // QUOTES_OF_AN_ARTICLE) for _ in range(number)]
    common = name_word(0)
    return {
        "speaker": [ask(speaker=name) for name in names],
        "surname": [ask(speaker=name.split()[1]) for name in names],
        "speaker and keyword": [ask(speaker=name, q=word) for name, word in zip(names, words, strict=True)],
        "speaker and commonest word": [ask(speaker=name, q=common) for name in names],
        "rare speaker and commonest word": [ask(speaker=name, q=common) for name in rare],
        "rare phrase": [ask(q='"{} {}"'.format(*pair)) for pair in rare_pairs],
        "any phrase": [ask(q='"{} {}"'.format(*some[3])) for some in pairs],
        "word": [ask(q=word) for word in words],
        "commonest word": [ask(q=common, limit=str(20 + place % 5)) for place in range(number)],
        "word and month": [
            ask(q=word, **{"from": f"{start:%Y-%m-%d}", "to": f"{start + MONTH:%Y-%m-%d}"})
            for word, start in zip(words, starts, strict=True)
        ],
        "article": [ask(article=f"a{article}") for article in articles],
        "article's own list": [f"/v1/articles/a{article}/quotes" for article in articles],
        "newest": [ask(limit=str(20 + place % 5)) for place in range(number)],
        "high confidence": [ask(min_confidence=f"0.{98 + place % 2}") for place in range(number)],
        "speakers by prefix": [
            f"/v1/speakers?{urlencode({'q': name[: 1 + place % 4]})}" for place, name in enumerate(names)
        ],
        "speaker, unique": [ask(speaker=name, unique="true") for name in names],
        "speaker, facets": [ask(speaker=name, facets=FACETS) for name in names],
        "word, facets": [ask(q=word, facets=FACETS) for word in words],
        "newest, facets": [ask(limit=str(20 + place % 5), facets=FACETS) for place in range(number)],
        "stats": ["/v1/stats"] * number,
    }


def ask(**options: str) -> str:
    return f"/v1/quotes?{urlencode(options, quote_via=quote)}"


def measure_shapes(stores: dict[str, Filled], number: int) -> dict[str, dict[str, Figure]]:
    """Ask the stores in turns, so that what else the machine does falls on all of them alike."""
    with ExitStack() as stack:
        clients = {}
        for name, filled in stores.items():
            # Without answers kept in memory: what the store takes is measured.
            environment = {"DATABASE_URL": filled.url, "WORKERS": "1", "ANSWER_CACHE_BYTES": "0"}
            base = stack.enter_context(running_server("service.app:create_app()", "/readyz", environment))
            clients[name] = Client(base)
        addresses = {
            name: choose_shapes(stores[name].size, number)
            | find_followed(client, number)
            | choose_deep_pages(client, number)
            for name, client in clients.items()
        }
        for client in clients.values():
            client.close()
        figures: dict[str, dict[str, Figure]] = {name: {} for name in stores}
        for shape in next(iter(addresses.values())):
            paths = {name: addresses[name][shape] for name in stores}
            for name, figure in time_all(clients, paths).items():
                figures[name][shape] = figure
        return figures


def choose_deep_pages(client: Client, number: int) -> dict[str, list[str]]:
    listings = {
        "speaker": ask(speaker=name_speaker(0)),
        "commonest word": ask(q=name_word(0)),
        "all": ask(),
    }
    deep = {f"{shape}, page {PAGES} and on": follow(client, path) for shape, path in listings.items()}
    return {shape: list(islice(cycle(pages), number)) for shape, pages in deep.items()}


def print_throughput(url: str) -> None:
    """Print the requests a second for the most quoted speaker, beside a bare Flask route with those bytes."""
    request = Request("GET", ask(speaker=name_speaker(0)))
    with TemporaryDirectory() as folder, ExitStack() as stack:
        environment = {"DATABASE_URL": url, "WORKERS": "1"}
        service = stack.enter_context(running_server("service.app:create_app()", "/readyz", environment))
        answer = Path(folder) / "answer"
        answer.write_bytes(Client(service).get(request.path))
        environment |= {"BENCH_QUOTES_ANSWER": str(answer), "BENCH_EXTRACT_ANSWER": str(answer)}
        bare = stack.enter_context(running_server("bench.bare:create_app()", request.path, environment))
        rounds = [
            [measure(base, request, clients=2, duration=SECONDS).per_second for base in (bare, service)]
            for _ in range(3)
        ]
    most, ours = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    print(f"  {request.path}: {ours:.0f} requests/s, {ours / most:.2f} of a bare Flask route")


def time_all(clients: dict[str, Client], paths: dict[str, list[str]]) -> dict[str, Figure]:
    seconds: dict[str, list[float]] = {name: [] for name in clients}
    for turn in zip(*paths.values(), strict=True):
        for (name, client), path in zip(clients.items(), turn, strict=True):
            start = time.perf_counter()
            client.get(path)
            seconds[name].append(time.perf_counter() - start)
    outcomes = {name: LoadResult(taken, len(taken) / sum(taken)) for name, taken in seconds.items()}
    return {name: Figure(done.percentile(50), done.percentile(95)) for name, done in outcomes.items()}


def find_followed(client: Client, number: int) -> dict[str, list[str]]:
    """The addresses that lists lead to: of quotations, and of the most quoted speakers' timelines."""
    pages = [json.loads(client.get(ask(limit="200", q=name_word(rank))))["items"] for rank in range(5)]
    quotations = dict.fromkeys(one["quotation"] for page in pages for one in page)
    names = [f"/v1/speakers?{urlencode({'q': name_speaker(rank), 'limit': 1})}" for rank in range(number)]
    speakers = [json.loads(client.get(path))["items"][0]["id"] for path in names]
    return {
        "quotation": [f"/v1/quotations/{quotation}" for quotation in islice(cycle(quotations), number)],
        "timeline": [f"/v1/speakers/{speaker}/timeline" for speaker in speakers],
    }


def follow(client: Client, path: str) -> list[str]:
    """The addresses of some pages from the hundredth on."""
    pages = []
    for _ in range(PAGES + 20):
        following = json.loads(client.get(path))["next"]
        if following is None:
            break
        path = following
        pages.append(path)
    return pages[PAGES - 2 :] or pages[-1:]


def print_figures(database: str, figures: dict[str, dict[str, Figure]]) -> None:
    names = list(figures)
    heads = "".join(f"{f'p50 at {name}':>26}{'p95':>8}" for name in names)
    print(f"\n{database}, milliseconds; how many times as long in the last store as in the first")
    print(f"  {'':<32}{heads}{'times':>8}{'p95':>6}")
    for shape in figures[names[0]]:
        cells = [figures[name][shape] for name in names]
        row = "".join(f"{cell.p50 * 1000:26.2f}{cell.p95 * 1000:8.2f}" for cell in cells)
        print(f"  {shape:<32}{row}{cells[-1].p50 / cells[0].p50:8.2f}{cells[-1].p95 / cells[0].p95:6.2f}")


if __name__ == "__main__":
    main()
