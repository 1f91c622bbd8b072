"""One run's calls, made as a script's are: JSON in, JSON out."""

import itertools
import json
from typing import Any

import pytest

import bindings
from storage import Store
from storage.ids import SeededIds
from storage.queries import Visitor

START_MS = 1_774_951_200_000
START_ISO = "2026-03-31T10:00:00.000Z"

C_1 = Visitor("c_1")

_numbers = itertools.count(1)


def new_brand() -> str:
    """A brand that no other test has."""
    return f"brand-{next(_numbers)}"


class Crm:
    """A run of one brand for one visitor. ``now_ms`` is its clock; its ids are its own."""

    def __init__(self, store: Store, *, brand: str | None = None, visitor: Visitor = C_1, strict: bool = False) -> None:
        self.store = store
        self.brand = brand or new_brand()
        self.now_ms = START_MS
        self.context = bindings.RunContext(
            brand=self.brand,
            visitor=visitor,
            store=store,
            now_ms=lambda: self.now_ms,
            new_id=SeededIds(next(_numbers), lambda: self.now_ms),
            strict=strict,
        )

    def run(self, visitor: Visitor = C_1, *, strict: bool = False) -> "Crm":
        """Another run of the same brand."""
        return Crm(self.store, brand=self.brand, visitor=visitor, strict=strict)

    def __call__(self, name: str, arguments: Any) -> Any:
        """Call a function; what comes back has passed through JSON."""
        return json.loads(json.dumps(bindings.call(name, json.loads(json.dumps(arguments)), self.context)))

    def refused(self, name: str, arguments: Any) -> tuple[str, str | None, str]:
        """Call a function that must throw: the error's class in JavaScript, its code and its message."""
        with pytest.raises(bindings.ScriptError) as caught:
            self(name, arguments)
        return caught.value.name, caught.value.code, caught.value.message

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """What the run was warned of, as code and message."""
        return [(warning.code, warning.message) for warning in self.context.warnings]

    def values(self, slug: str, **arguments: Any) -> list[dict[str, Any]]:
        """The values of the entries of an entity, newest first."""
        return [entry["values"] for entry in self("getCrmEntries", {"slug": slug, **arguments})]

    def entity(self, slug: str, *keys: str, **more: Any) -> None:
        """An entity with text fields."""
        self("EnsureCrmEntity", {"slug": slug, "fields": [{"key": key} for key in keys], **more})

    def collection(self, slug: str, *keys: str) -> None:
        """An entity in data mode with text fields."""
        self.entity(slug, *keys, entityMode="data")

    def pipelined(self, slug: str, *keys: str) -> None:
        """An entity with the pipelines ``sales`` (new, won) and ``support`` (new, done)."""
        sales = {"slug": "sales", "stages": [{"slug": "new"}, {"slug": "won", "status": "won"}]}
        support = {"slug": "support", "stages": [{"slug": "new"}, {"slug": "done"}]}
        self.entity(slug, *keys, pipelines=[sales, support])

    def linked(self) -> None:
        """``homes`` with the relations ``town`` (one) and ``towns`` (many) to the collection ``towns``."""
        self.collection("towns", "name")
        target = {"target_entity": "towns"}
        self(
            "EnsureCrmEntity",
            {
                "slug": "homes",
                "fields": [
                    {"key": "town", "type": "reference", "options": target},
                    {"key": "towns", "type": "multi_reference", "options": target},
                    {"key": "price", "type": "number"},
                ],
            },
        )

    def town(self) -> str:
        """A new entry of ``towns``: its id."""
        created: str = self("CreateCrmEntry", {"slug": "towns"})["id"]
        return created
