"""ETags: what a client has, or was kept here, is right unless the store has changed: one cheap question."""

import hashlib

from flask import Flask, Response, g, request

from service import __version__
from service.api.access import READS
from service.api.remembered import RememberedAnswers
from service.api.stores import current_store

# The API, and the pages that show what is stored; the search is at the root itself.
PREFIXES = ("/v1/", "/articles/", "/speakers/", "/quotes", "/compare")
ROOT = "/"


def register_caching(app: Flask, capacity: int) -> None:
    """Answer what is known before a view is called, and give every read its tag.

    Answers are kept in up to `capacity` bytes of each process.
    """
    remembered = RememberedAnswers(capacity)

    @app.before_request
    def answer_known() -> Response | None:
        if request.method not in READS or request.url_rule is None:
            return None
        if not request.path.startswith(PREFIXES) and request.path != ROOT:
            return None
        # Read before what it stands for, so that it is never newer.
        g.tag = _build_tag(current_store().stamp())
        # Not "*", which asks whether anything is there at all.
        if "If-None-Match" in request.headers and g.tag in request.if_none_match.as_set(include_weak=True):
            return Response(status=304, headers=_build_headers(g.tag))
        answer = remembered.recall(g.tag)
        if answer is not None:
            del g.tag
        return answer

    @app.after_request
    def tag_answer(response: Response) -> Response:
        tag = g.pop("tag", None)
        if tag is not None and response.status_code == 200:
            response.headers.extend(_build_headers(tag))
            remembered.keep(tag, response)
        return response


def _build_headers(tag: str) -> dict[str, str]:
    # Weak, as a proxy may pack what it passes on.
    return {"ETag": f'W/"{tag}"', "Cache-Control": "no-cache"}


def _build_tag(stamp: str) -> str:
    """Build the tag of this address in this form; it never stands for another's answer."""
    environ = request.environ
    asked = (
        __version__,
        stamp,
        # An answer may hold addresses of this service.
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        request.root_path,
        request.path,
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_ACCEPT", ""),
    )
    return hashlib.blake2b("\0".join(asked).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
