"""Answers kept in memory, each under the tag that it was given with: the same is asked again and again."""

from collections import OrderedDict
from threading import Lock

from flask import Response

# Of an answer that is larger, writing takes little beside sending.
LARGEST_ANSWER_BYTES = 200_000
# What an answer takes beside its body: its headers, and its place here.
OVERHEAD_BYTES = 2_000


class RememberedAnswers:
    """A cache of the answers used last, with a limit in bytes.  Threads may share it.

    A tag names the question and the state of the store, so an answer is never outdated, only unused.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._size = 0
        self._answers: OrderedDict[str, tuple[bytes, list[tuple[str, str]]]] = OrderedDict()
        self._lock = Lock()

    def recall(self, tag: str) -> Response | None:
        """Build the answer that was given with this tag, if it is still here."""
        with self._lock:
            known = self._answers.get(tag)
            if known is None:
                return None
            self._answers.move_to_end(tag)
        body, headers = known
        return Response(body, headers=headers)

    def keep(self, tag: str, response: Response) -> None:
        """Keep an answer, unless it is a stream, large, or no answer to keep."""
        if response.status_code != 200 or response.is_streamed:
            return
        body = response.get_data()
        if len(body) > LARGEST_ANSWER_BYTES or len(body) + OVERHEAD_BYTES > self._capacity:
            return
        with self._lock:
            if tag not in self._answers:
                self._answers[tag] = (body, response.headers.to_wsgi_list())
                self._size += len(body) + OVERHEAD_BYTES
            while self._size > self._capacity:
                _, (oldest, _) = self._answers.popitem(last=False)
                self._size -= len(oldest) + OVERHEAD_BYTES
