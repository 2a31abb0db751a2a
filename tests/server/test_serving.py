"""The service as a process: ready when its store is, and gone in good order."""

import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.store import Store
from tests.api.running import ANSWER_SECONDS, running_service


def test_store_without_tables_is_alive_and_not_ready(tmp_path: Path) -> None:
    with running_service(f"sqlite:///{tmp_path}/quotes.db", WORKERS="1") as service:
        assert service.get("/healthz").status == 200
        reply = service.get("/readyz")
        assert "quotes db upgrade" in reply.problem(503)["store"]
        assert int(reply.headers["Retry-After"]) > 0
        service.get("/v1/quotes").problem(503)
        service.post("/v1/articles", {"text": "“We wait,” said Jane Doe."}).problem(503)
        assert service.post("/v1/extract", {"text": "“We wait,” said Jane Doe."}).status == 200


def test_unreachable_server_is_not_ready() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"postgresql://user:secret@127.0.0.1:{listener.getsockname()[1]}/quotes"
        with running_service(url, WORKERS="1") as service:
            reply = service.get("/readyz")
            reply.problem(503)
            assert b"secret" not in reply.body


def test_clients_that_send_nothing_or_half_a_request_do_not_stop_the_service(tmp_path: Path) -> None:
    head = b"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    slow: list[socket.socket] = []
    settings = {"WORKERS": "1", "THREADS": "1", "CLIENT_TIMEOUT_SECONDS": "1"}
    with running_service(f"sqlite:///{tmp_path}/quotes.db", **settings) as service, ExitStack() as stack:
        silent = [b""] * 20
        for sent in (*silent, head, head + b'Content-Length: 20\r\n\r\n{"text":'):
            address = ("127.0.0.1", service.port)
            connection = stack.enter_context(socket.create_connection(address, timeout=ANSWER_SECONDS))
            connection.sendall(sent)
            if sent:
                slow.append(connection)
        assert service.get("/healthz").status == 200
        for connection in slow:
            answer = connection.recv(10_000)
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"limit for a pause is 1 seconds" in answer


def test_request_in_hand_is_finished_on_sigterm(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/quotes.db"
    Store(url).upgrade()
    with running_service(url, WORKERS="1") as service:
        assert service.get("/readyz").status == 200
        body = b'{"text": "Nobody spoke."}'
        with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
            connection.sendall(
                b"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body)
            )
            # The interim answer shows that the request is in a worker's hands.
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            service.process.send_signal(signal.SIGTERM)
            connection.sendall(body)
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
        assert service.process.wait(30) == 0


def test_worker_is_replaced_after_many_requests_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--max-requests 20 --max-requests-jitter 0")
    with running_service(f"sqlite:///{tmp_path}/quotes.db", WORKERS="1") as service:
        assert {service.get("/healthz").status for _ in range(100)} == {200}
        assert b"quotes_worker_exits_total 0\n" not in service.get("/metrics").body
