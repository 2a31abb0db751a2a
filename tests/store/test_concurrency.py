"""Writers take turns and readers never see half an article: with real threads and processes."""

import multiprocessing
import threading
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from service.ingest.articles import ingest
from service.store import Article, PageRequest, QuoteFilter, Store
from tests.store.build import person, quote, save

ALL = PageRequest(200)
WRITERS = 4
ARTICLES = 15


def test_one_article_saved_by_many_at_once_is_one_article(store: Store) -> None:
    start = threading.Barrier(WRITERS)

    def write(_writer: int) -> list[str]:
        start.wait()
        return [save(store, f"a{number}", quote("One"), quote("Two", 9)).status for number in range(ARTICLES)]

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = [outcome for outcomes in pool.map(write, range(WRITERS)) for outcome in outcomes]
    assert Counter(outcomes) == {"created": ARTICLES, "unchanged": ARTICLES * (WRITERS - 1)}
    assert len(store.list_quotes(QuoteFilter(), ALL).items) == 2 * ARTICLES
    [jane] = store.list_speakers(None, ALL).items
    assert jane.quotes == 2 * ARTICLES


def ingest_in_process(url: str, writer: int) -> list[str]:
    store = Store(url)
    numbers = list(range(ARTICLES))[:: 1 if writer % 2 else -1]
    articles = [
        Article(f"“We shall not move {number},” said Jane Doe.", id=f"a{number}") for number in numbers
    ]
    outcomes: list[str] = [ingest(store, article).status for article in articles]
    store.close()
    return outcomes


def test_processes_that_load_the_same_articles_crosswise_load_them_once(store: Store, store_url: str) -> None:
    with ProcessPoolExecutor(WRITERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        tasks = [pool.submit(ingest_in_process, store_url, writer) for writer in range(WRITERS)]
        outcomes = [outcome for task in tasks for outcome in task.result()]
    assert Counter(outcomes) == {"created": ARTICLES, "unchanged": ARTICLES * (WRITERS - 1)}
    assert store.stats().articles == ARTICLES


def test_a_store_that_was_in_use_goes_on_after_a_fork(store: Store) -> None:
    save(store, "a", quote("One"))

    def work(writer: int) -> None:
        for number in range(ARTICLES):
            save(store, f"{writer}/{number}", quote("Two"))
            assert store.list_quotes(QuoteFilter(article="a"), ALL).items

    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=work, args=(writer,)) for writer in range(2)]
    for child in children:
        child.start()
    work(2)
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert store.stats().articles == 3 * ARTICLES + 1


def test_readers_see_an_article_whole_or_as_it_was(store: Store) -> None:
    versions = {
        number: [
            quote(f"Version {number}", place * 20, speaker=person(f"Jane {number}")) for place in range(5)
        ]
        for number in range(30)
    }
    save(store, "a", *versions[0])
    stop = threading.Event()

    def read() -> int:
        reads = 0
        while not stop.is_set() or not reads:
            found = store.list_quotes(QuoteFilter(article="a"), ALL).items
            assert len(found) == 5
            assert len({(one.text, one.speaker and one.speaker.name) for one in found}) == 1
            reads += 1
        return reads

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(1, 30):
            save(store, "a", *versions[number], text=f"Text {number}.")
        stop.set()
        assert all(reader.result() for reader in readers)
    assert [one.name for one in store.list_speakers(None, ALL).items] == ["Jane 29"]
