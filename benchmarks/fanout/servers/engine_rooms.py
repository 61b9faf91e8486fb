"""Our engine through python-socketio's rooms: every client alone in a room of its own."""

import sys

import uvloop
from aiohttp import web

from benchmarks.fanout.servers.engine import Hall
from realtime.engine import Engine, EngineOptions, Socket


class Flats(Hall):
    """One room a client."""

    engine: Engine

    async def connect(self, socket: Socket, auth: object, request: web.Request) -> None:
        await super().connect(socket, auth, request)
        self.engine.server.roster.add(socket)
        await self.engine.server.enter_room(socket.id, f"flat {socket.id}")


def main(port: int) -> None:
    host = f"127.0.0.1:{port}"
    app, edge = web.Application(), Flats()
    options = EngineOptions(
        origins=frozenset({f"http://{host}"}), hosts=frozenset({host}), limits_on=False
    )
    edge.engine = Engine(edge, options)
    edge.engine.attach(app)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
