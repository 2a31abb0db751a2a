"""The store and the settings that the running application was built with."""

from flask import current_app

from service.config import Config
from service.store import Store


def current_store() -> Store:
    """Give the store of the application that answers this request."""
    store: Store = current_app.extensions["store"]
    return store


def current_config() -> Config:
    """Give the settings of the application that answers this request."""
    config: Config = current_app.extensions["config"]
    return config
