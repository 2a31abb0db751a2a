"""ETags: an answer stays valid until the store's stamp changes, which is cheap to ask.

What can be changed at its address has a strong tag instead, of its body, for writes under a condition.
"""

import hashlib

from flask import Flask, Response, g, request
from werkzeug.http import quote_etag

from service import __version__
from service.http.access import READS
from service.http.answer_cache import RememberedAnswers
from service.http.current import current_config, current_store
from service.http.sessions import current_session
from service.http.strong_tags import find_changed_rules, list_forms, tag_body

# The API, and the pages that show what is stored; the search is at the root itself.
PREFIXES = ("/v1/", "/articles/", "/speakers", "/quotes", "/compare", "/outlets")
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
        # "*" asks whether anything is there at all, which shows once it is read.
        if "If-None-Match" in request.headers and g.tag in request.if_none_match.as_set(include_weak=True):
            return Response(status=304, headers=_build_headers(g.tag))
        answer = remembered.recall(g.tag)
        if answer is not None:
            g.pop("tag")
            return spare_known(answer)
        return None

    @app.after_request
    def tag_answer(response: Response) -> Response:
        tag = g.pop("tag", None)
        if tag is not None and response.status_code == 200:
            response.headers.extend(_build_headers(tag))
            if is_changed_here(app):
                response.headers["ETag"] = f'"{tag_body(response.get_data())}"'
            remembered.keep(tag, response)
            return spare_known(response)
        return response


def is_changed_here(app: Flask) -> bool:
    """Whether what this request reads can be written at the same address."""
    rules: frozenset[str] | None = app.extensions.get("changed_rules")
    if rules is None:
        rules = app.extensions["changed_rules"] = find_changed_rules(app)
    return request.url_rule is not None and request.url_rule.rule in rules


def spare_known(response: Response) -> Response:
    """Return 304 instead of an answer that the client has, or of any if it asked for nothing."""
    known = request.if_none_match
    tag, is_weak = response.get_etag()
    forms = (tag or "",) if is_weak else list_forms(tag or "")
    has = next((form for form in forms if known.contains_weak(form)), None)
    if has is None and not known.star_tag:
        return response
    caching = response.headers.get("Cache-Control", "no-cache")
    headers = {"ETag": quote_etag(has or tag or "", is_weak or False), "Cache-Control": caching}
    return Response(status=304, headers=headers)


def _build_headers(tag: str) -> dict[str, str]:
    # Weak, as a proxy may pack what it passes on.
    caching = "private, no-cache" if current_config().quotes_private else "no-cache"
    return {"ETag": f'W/"{tag}"', "Cache-Control": caching}


def _build_tag(stamp: str) -> str:
    """Build the tag of this address in this form; no other answer has it."""
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
        # A page names the key with which one is signed in, and what it may do.
        "" if (session := current_session()) is None else f"{session.name} {session.scope}",
    )
    return hashlib.blake2b("\0".join(asked).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
