"""The store that the running application was built with."""

from flask import current_app

from service.store import Store


def current_store() -> Store:
    """Give the store of the application that answers this request."""
    store: Store = current_app.extensions["store"]
    return store
