"""Sessions of browsers: a signed cookie says with which key somebody signed in.

The cookie holds the key's name and a hash, not the key.  It ends after SESSION_HOURS, and as soon as its key
is revoked.  Scripts cannot read it, and forms of other sites do not send it (SameSite); `sites.py` refuses
what another site sends all the same.
"""

import hashlib
import hmac
import secrets

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug import Response

from service.config import Config
from service.keys import Key, KeyRing, hash_secret

COOKIE = "quotes-session"
SALT = "session of a browser"
SECONDS_OF_AN_HOUR = 3_600


class Sessions:
    """Writes and reads the cookies of those who are signed in."""

    def __init__(self, config: Config, keys: KeyRing) -> None:
        """Without SESSION_SECRET cookies are signed with a secret of this start of the service."""
        self._keys = keys
        self._seconds = config.session_hours * SECONDS_OF_AN_HOUR
        self._signer = URLSafeTimedSerializer(
            config.session_secret or secrets.token_urlsafe(32),
            salt=SALT,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def __bool__(self) -> bool:
        """Whether there is anything to sign in with."""
        return bool(self._keys)

    def begin(self, response: Response, key: Key) -> None:
        """Give the browser a cookie for this key."""
        response.set_cookie(
            COOKIE,
            self._signer.dumps([key.name, hash_secret(key.digest)]),
            max_age=self._seconds,
            path=find_cookie_path(),
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )

    def end(self, response: Response) -> None:
        """Take the cookie away, and what the browser kept of pages."""
        response.delete_cookie(
            COOKIE, path=find_cookie_path(), secure=request.is_secure, httponly=True, samesite="Lax"
        )
        response.headers["Clear-Site-Data"] = '"cache"'

    def find_key(self) -> Key | None:
        """Find the key of this request's cookie; None if it is forged, too old, or its key is gone."""
        cookie = request.cookies.get(COOKIE)
        if cookie is None:
            return None
        try:
            name, digest = self._signer.loads(cookie, max_age=self._seconds)
        except (BadSignature, TypeError, ValueError):
            return None
        key = self._keys.find_named(str(name))
        return key if key and hmac.compare_digest(hash_secret(key.digest), str(digest)) else None


def find_cookie_path() -> str:
    """Return the path under which the service is found, behind a proxy too."""
    return request.script_root or "/"


def current_sessions() -> Sessions:
    """Give the sessions of the application that answers this request."""
    sessions: Sessions = current_app.extensions["sessions"]
    return sessions


def current_session() -> Key | None:
    """Give the key with which this browser is signed in."""
    if "session" not in g:
        g.session = current_sessions().find_key()
    key: Key | None = g.session
    return key
