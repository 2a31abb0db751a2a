"""Puts the service together.  `create_app` is gunicorn's target."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.api import register_api
from service.api.metrics import declare_routes, register_monitoring
from service.config import Config
from service.http.headers import drop_odd_prefix
from service.monitoring.requests import watch
from service.store import Store
from service.web import register_pages


class Application(Flask):
    """Flask, with a line of log for a failure that does not repeat the request."""

    def log_exception(self, exc_info: Any) -> None:
        """Log where an answer failed; the line of the request has the address."""
        self.logger.error("an answer failed", exc_info=exc_info)


def create_app(config: Config | None = None) -> Flask:
    """Build the application; with no config, from the environment.  Raises WrongSetting.

    Nothing is read from the store here, so that it may be built before workers are forked.
    """
    config = config or Config.from_environment()
    app = Application(__name__, static_folder="web/static", template_folder="web/templates")
    register_monitoring(app)
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's documentation has it
            app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_prefix=count
        )
        app.wsgi_app = drop_odd_prefix(app.wsgi_app)  # type: ignore[assignment,method-assign]
    app.extensions["config"] = config
    app.extensions["store"] = Store(config.database_url, keeps_gender=config.speaker_gender == "on")
    app.extensions["openapi"] = register_api(app, config)
    register_pages(app)
    declare_routes(app)
    app.wsgi_app = watch(app.wsgi_app)  # type: ignore[assignment,method-assign]  # as Flask's documentation has it
    return app
