"""ETags: what a client has is still right unless the store has changed, which is one cheap question."""

import hashlib

from flask import Flask, Response, g, request

from service import __version__
from service.api.stores import current_store

PREFIX = "/v1/"
READS = ("GET", "HEAD")


def register_caching(app: Flask) -> None:
    """Answer 304 before a view is called, and give every read its tag."""
    app.before_request(_answer_unchanged)
    app.after_request(_tag_answer)


def _answer_unchanged() -> Response | None:
    if request.method not in READS or request.url_rule is None or not request.path.startswith(PREFIX):
        return None
    # Read before what it stands for, so that it is never newer.
    g.tag = _build_tag(current_store().stamp())
    # Not "*", which asks whether anything is there at all.
    if g.tag in request.if_none_match.as_set(include_weak=True):
        return Response(status=304)
    return None


def _build_tag(stamp: str) -> str:
    """Build the tag of this address in this form; it never stands for another's answer."""
    asked = "\0".join((__version__, stamp, request.full_path, request.headers.get("Accept", "")))
    return hashlib.blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _tag_answer(response: Response) -> Response:
    tag = g.get("tag")
    if tag is not None and response.status_code in (200, 304):
        # Weak, as a proxy may pack what it passes on.
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
    return response
