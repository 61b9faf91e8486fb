"""Our engine alone: no members, no journal. What the gateway costs is the difference to it."""

import sys

import orjson
import uvloop
from aiohttp import web

from realtime.engine import Engine, EngineOptions, FanOut, Socket, event_frame


class Hall:
    """Everybody hears every post."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.fan = FanOut(lambda key: self.sockets)

    async def connect(self, socket: Socket, auth: object, request: web.Request) -> None:
        self.sockets.add(socket)

    async def command(self, socket: Socket, name: str, payload: object) -> object:
        self.fan.post("room", event_frame("said", orjson.dumps(payload)))
        return b'{"ok":true}'

    def disconnected(self, socket: Socket, reason: str) -> None:
        self.sockets.discard(socket)


def main(port: int) -> None:
    host = f"127.0.0.1:{port}"
    app = web.Application()
    options = EngineOptions(
        origins=frozenset({f"http://{host}"}), hosts=frozenset({host}), limits_on=False
    )
    Engine(Hall(), options).attach(app)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
