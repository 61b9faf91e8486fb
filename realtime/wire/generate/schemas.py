"""Every shape of the contract as JSON Schema 2020-12, by name, in the order they are met."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from realtime.wire import COMMANDS, EVENTS
from realtime.wire.base import Position
from realtime.wire.http import ROUTES
from realtime.wire.members import Level, Status
from realtime.wire.sync import View

Schema: TypeAlias = dict[str, Any]

REF = "#/components/schemas/"
# Shapes that are no model of their own, but have a name in every language.
ALIASES: dict[str, Any] = {"Position": Position, "View": View, "Status": Status, "Level": Level}


@cache
def all_schemas() -> dict[str, Schema]:
    """`{name: schema}`; aliases first, then models by name."""
    found = {name: _plain(TypeAdapter(alias).json_schema()) for name, alias in ALIASES.items()}
    _, document = models_json_schema(_models(), ref_template=REF + "{model}")
    for name, schema in sorted(document["$defs"].items()):
        if "-Input" in name or "-Output" in name:
            raise LookupError(f"{name}: one shape must not be both asked and answered")
        found[name] = _plain(schema, inside=found)
    return found


def _models() -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    """What clients send is described as it is validated, what they get as it is serialised."""
    asked = [spec.payload for spec in COMMANDS.values()]
    asked += [route.request for route in ROUTES if route.request is not None]
    told: list[type[BaseModel]] = [spec.ack for spec in COMMANDS.values()]
    told += [spec.payload for spec in EVENTS.values()]
    told += [route.response for route in ROUTES if route.response is not None]
    models: dict[type[BaseModel], JsonSchemaMode] = dict.fromkeys(told, "serialization")
    for model in asked:
        models.setdefault(model, "validation")
    return list(models.items())


def _plain(node: Any, inside: dict[str, Schema] | None = None) -> Any:
    """Without pydantic's titles, and with aliases named instead of spelt out."""
    if isinstance(node, list):
        return [_plain(item, inside) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        name: _plain(item, inside)
        for name, item in node.items()
        if not (name == "title" and isinstance(item, str))
    }
    for alias in ALIASES:
        if inside is not None and kept == inside.get(alias):
            return {"$ref": REF + alias}
    return kept
