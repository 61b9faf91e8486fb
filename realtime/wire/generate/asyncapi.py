"""docs/asyncapi.yaml: the Socket.IO contract in AsyncAPI 3.0."""

from __future__ import annotations

from realtime.wire import COMMANDS, EVENTS
from realtime.wire.base import CommandSpec, EventSpec
from realtime.wire.generate.schemas import REF, Schema, all_schemas
from realtime.wire.generate.yaml import dump

_CHANNEL = {"$ref": "#/channels/socket"}
_REFUSAL: Schema = {
    "type": "object",
    "required": ["ok", "code", "message"],
    "properties": {
        "ok": {"const": False},
        "code": {"type": "string", "description": "stable; see docs/wire.md"},
        "message": {"type": "string", "description": "for a person, in their language"},
        "field": {"type": "string"},
        "retry_after": {"type": "number", "description": "seconds"},
    },
}


def render() -> str:
    messages: dict[str, Schema] = {}
    operations: dict[str, Schema] = {}
    for command in COMMANDS.values():
        messages |= _messages_of(command)
        operations[_id(command.name)] = _command(command)
    for event in EVENTS.values():
        messages[_id(event.name)] = _message(event.name, event.about, event.payload.__name__)
        operations[f"on_{_id(event.name)}"] = _event(event)
    return dump(
        {
            "asyncapi": "3.0.0",
            "info": {
                "title": "Palier over Socket.IO",
                "version": "1",
                "description": "Engine.IO 4, namespace /, text packets. Commands are acked.",
            },
            "defaultContentType": "application/json",
            "channels": {
                "socket": {
                    "address": "/socket.io/",
                    "messages": {
                        name: {"$ref": f"#/components/messages/{name}"} for name in messages
                    },
                }
            },
            "operations": operations,
            "components": {
                "messages": messages,
                "schemas": {"Refusal": _REFUSAL, **all_schemas()},
            },
        }
    )


def _id(name: str) -> str:
    return name.replace(".", "_")


def _messages_of(command: CommandSpec) -> dict[str, Schema]:
    own = _id(command.name)
    done = {
        "allOf": [{"properties": {"ok": {"const": True}}}, {"$ref": REF + command.ack.__name__}]
    }
    return {
        own: _message(command.name, command.about, command.payload.__name__),
        f"{own}_ack": {
            "name": f"{command.name} (ack)",
            "payload": {"oneOf": [done, {"$ref": REF + "Refusal"}]},
        },
    }


def _message(name: str, about: str, shape: str) -> Schema:
    return {"name": name, "summary": about, "payload": {"$ref": REF + shape}}


def _command(command: CommandSpec) -> Schema:
    own = _id(command.name)
    return {
        "action": "receive",
        "channel": _CHANNEL,
        "summary": command.about,
        "messages": [{"$ref": f"#/channels/socket/messages/{own}"}],
        "reply": {
            "channel": _CHANNEL,
            "messages": [{"$ref": f"#/channels/socket/messages/{own}_ack"}],
        },
    }


def _event(event: EventSpec) -> Schema:
    return {
        "action": "send",
        "channel": _CHANNEL,
        "summary": event.about,
        "messages": [{"$ref": f"#/channels/socket/messages/{_id(event.name)}"}],
    }
