"""A store that can only be read is read; a write is refused with a clear problem, and /readyz says so."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from bench.postgres import copy_server, create_database, find_binaries, running_postgres
from service.ingest.articles import ingest
from service.store import Article, Store
from tests.api.running import Service, running_service
from tests.faults.loading import BulkStream, build_article
from tests.postgres import QUICK

# Root may write everything; without these it is as any other user.
WITHOUT_RIGHTS = (
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
)
READABLE = 0o444
ENTERABLE = 0o555


def drop_rights() -> Sequence[str]:
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root cannot be kept from writing here: there is no setpriv")
    return WITHOUT_RIGHTS


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a store of one article, and a copy of that store."""
    folder = tmp_path / "store"
    folder.mkdir()
    store = Store(f"sqlite:///{folder}/quotes.db")
    store.upgrade()
    ingest(store, Article(**build_article("kept", 1)))
    store.back_up(folder / "copy.db")
    store.close()
    yield folder
    folder.chmod(0o755)


def check_read_only(service: Service) -> None:
    ready = service.get("/readyz")
    assert (ready.status, ready.json) == (200, {"status": "read-only"})
    assert len(service.get("/v1/quotes?speaker=byrne").json["items"]) == 2
    refusals = [
        service.post("/v1/articles", build_article("new", 2)),
        service.send("DELETE", "/v1/articles/kept"),
    ]
    assert all("cannot be written" in refusal.problem(503)["store"] for refusal in refusals)
    stream = BulkStream(service)
    stream.send([build_article("new", 2)])
    [answer] = stream.finish()
    stream.close()
    assert "cannot be written" in answer["error"]["detail"]
    assert service.get("/v1/stats").json["articles"] == 1


def forbid_file(folder: Path) -> str:
    (folder / "quotes.db").chmod(READABLE)
    return "quotes.db"


def forbid_copy(folder: Path) -> str:
    (folder / "copy.db").chmod(READABLE)
    return "copy.db"


def forbid_folder_of_copy(folder: Path) -> str:
    folder.chmod(ENTERABLE)
    return "copy.db"


@pytest.mark.parametrize("forbid", [forbid_file, forbid_copy, forbid_folder_of_copy])
def test_what_cannot_be_written_is_read(folder: Path, forbid: Callable[[Path], str]) -> None:
    name = forbid(folder)
    with running_service(f"sqlite:///{folder}/{name}", drop_rights(), WORKERS="1") as service:
        check_read_only(service)


def test_store_that_cannot_be_read_from_a_read_only_folder_says_what_can(folder: Path) -> None:
    folder.chmod(ENTERABLE)
    with running_service(f"sqlite:///{folder}/quotes.db", drop_rights(), WORKERS="1") as service:
        for path in ("/readyz", "/v1/quotes"):
            assert "quotes backup" in service.get(path).problem(503)["store"]
        assert "quotes backup" in service.post("/v1/articles", build_article("new", 2)).problem(503)["store"]


def test_server_that_takes_no_writes_is_read(postgres_socket: Path | None) -> None:
    if postgres_socket is None:
        pytest.skip("PostgreSQL is not installed")
    url = create_database(postgres_socket, "read_only")
    store = Store(url)
    store.upgrade()
    ingest(store, Article(**build_article("kept", 1)))
    store.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER DATABASE read_only SET default_transaction_read_only = on")
    with running_service(url, WORKERS="1") as service:
        check_read_only(service)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the user of a server may enter, as those of pytest are not."""
    home = Path(tempfile.mkdtemp(prefix="quotes-standby-"))
    home.chmod(0o755)
    yield home
    shutil.rmtree(home, ignore_errors=True)


def test_standby_is_read_follows_and_takes_over(home: Path) -> None:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    folders = [home / "primary", home / "standby"]
    for folder in folders:
        folder.mkdir()
    with running_postgres(binaries, folders[0], QUICK) as primary:
        url = create_database(primary, "replicated")
        store = Store(url)
        store.upgrade()
        ingest(store, Article(**build_article("kept", 1)))
        copy_server(binaries, primary, folders[1])
        with running_postgres(binaries, folders[1], QUICK) as standby:
            copied = url.replace(str(primary), str(standby))
            with running_service(copied, WORKERS="1") as service:
                check_read_only(service)
                ingest(store, Article(**build_article("later", 2)))
                deadline = time.monotonic() + 30
                while service.get("/v1/articles/later").status != 200:
                    assert time.monotonic() < deadline
                with psycopg.connect(copied, autocommit=True) as connection:
                    connection.execute("SELECT pg_promote()")
                assert service.get("/readyz").json == {"status": "ok"}
                assert service.post("/v1/articles", build_article("written", 3)).status == 201
        store.close()
