"""Signing in: a form takes a key, and a cookie stands for it from then on."""

import regex
from flask import current_app, request, url_for
from werkzeug import Response
from werkzeug.utils import redirect

from service.http.access import find_keys
from service.http.rates import SignInLimit
from service.http.sessions import current_session, current_sessions
from service.web.blueprint import answer_page, blueprint

# A path of this service: with two slashes ahead, or a backslash, browsers would go to another host.
LOCAL_PATH = regex.compile(r"/(?:[!-.0-\[\]-~][!-\[\]-~]*)?")
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="quotes"'}
UNKNOWN = "This key is not known here, or it was revoked."
FOR_FEEDS = "This key is for feeds alone: it is a part of their addresses."


@blueprint.get("/sign-in")
def show_sign_in() -> Response:
    """Show the form, or with which key one is signed in."""
    return answer_page("sign_in.html", goes_to=choose_local(request.args.get("next")), error=None)


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """Take a key.  Raises Problem if too many were refused."""
    goes_to = choose_local(request.form.get("next"))
    limit: SignInLimit = current_app.extensions["sign_in_limit"]
    limit.check()
    key = find_keys().find(request.form.get("key", "").strip())
    if key is None or not key.allows("read"):
        limit.count_failure()
        page = answer_page("sign_in.html", 401, goes_to=goes_to, error=UNKNOWN if key is None else FOR_FEEDS)
        page.headers.extend(CHALLENGE)
        return page
    answer = redirect(goes_to, 303)
    current_sessions().begin(answer, key)
    return answer


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session of this browser."""
    answer = redirect(url_for("pages.show_sign_in"), 303)
    current_sessions().end(answer)
    return answer


def choose_local(path: str | None) -> str:
    """Return a path of this service to go on to; the search for anything else."""
    return path if path and LOCAL_PATH.fullmatch(path) else url_for("pages.show_search")


@blueprint.app_context_processor
def describe_session() -> dict[str, object]:
    """Give every template whether one can sign in, and with which key one is signed in."""
    return {"can_sign_in": bool(current_sessions()), "signed_in": current_session()}


def find_return_path() -> str:
    """Return the address to come back to after signing in; of what was sent, the page that it is about."""
    if request.method in ("GET", "HEAD"):
        asked = request.query_string.decode("ascii", "replace")
        return request.script_root + request.path + (f"?{asked}" if asked else "")
    speaker_id = (request.view_args or {}).get("speaker_id")
    return (
        url_for("pages.show_speaker", speaker_id=speaker_id) if speaker_id else url_for("pages.show_search")
    )
