"""Puts the service together.  `create_app` is gunicorn's target."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.api import register_api
from service.config import Config
from service.store import Store
from service.web import pages


def create_app(config: Config | None = None) -> Flask:
    """Build the application; with no config, from the environment.  Raises WrongSetting.

    Nothing is read from the store here, so that it may be built before workers are forked.
    """
    config = config or Config.from_environment()
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's documentation has it
            app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_prefix=count
        )
    app.extensions["config"] = config
    app.extensions["store"] = Store(config.database_url)
    app.extensions["openapi"] = register_api(app, config)
    app.register_blueprint(pages.blueprint)
    return app
