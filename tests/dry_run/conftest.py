"""A store of each engine in turn, as the stores' own tests have them."""

from tests.storage.conftest import postgres_server, store, store_url, wiping

__all__ = ["postgres_server", "store", "store_url", "wiping"]
