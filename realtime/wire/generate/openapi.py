"""docs/openapi.yaml: the JSON routes in OpenAPI 3.1."""

from __future__ import annotations

import re

from realtime.wire.generate.schemas import REF, Schema, all_schemas
from realtime.wire.generate.yaml import dump
from realtime.wire.http import ROUTES, STATUS, RouteSpec

_REFUSAL: Schema = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string", "description": "stable; see docs/wire.md"},
        "message": {"type": "string", "description": "for a person, in their language"},
        "field": {"type": "string"},
        "retry_after": {"type": "number", "description": "seconds"},
    },
}


def render() -> str:
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return dump(
        {
            "openapi": "3.1.0",
            "info": {"title": "Palier over HTTP", "version": "1"},
            "security": [{"cookie": []}, {"bearer": []}],
            "paths": paths,
            "components": {
                "securitySchemes": {
                    "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-sid"},
                    "bearer": {"type": "http", "scheme": "bearer"},
                },
                "schemas": {"Refusal": _REFUSAL, **all_schemas()},
            },
        }
    )


def _operation(route: RouteSpec) -> Schema:
    operation: Schema = {"summary": route.about}
    if route.is_open:
        operation["security"] = []
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if route.request is not None:
        operation["requestBody"] = {"required": True, "content": _json(route.request.__name__)}
    operation["responses"] = _responses(route)
    return operation


def _parameters(route: RouteSpec) -> list[Schema]:
    found = [(name, "path") for name in re.findall(r"\{(\w+)\}", route.path)]
    found += [(name, "query") for name in route.query]
    return [
        {"name": name, "in": place, "required": True, "schema": {"type": "string"}}
        for name, place in found
    ]


def _responses(route: RouteSpec) -> Schema:
    done: Schema = {"description": "done"}
    if route.response is not None:
        done["content"] = _json(route.response.__name__)
    codes = [*route.refusals, *(() if route.is_open else ("not_signed_in",))]
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(STATUS[code], []).append(code)
    refused = {
        str(status): {"description": ", ".join(names), "content": _json("Refusal")}
        for status, names in sorted(by_status.items())
    }
    return {str(route.status): done, **refused}


def _json(shape: str) -> Schema:
    return {"application/json": {"schema": {"$ref": REF + shape}}}
