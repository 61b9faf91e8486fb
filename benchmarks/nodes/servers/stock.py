"""The peer to beat: python-socketio with its own AsyncRedisManager. PORT REDIS_PORT."""

import sys

import socketio
import uvloop
from aiohttp import web

manager = socketio.AsyncRedisManager(f"redis://127.0.0.1:{sys.argv[2]}/0")
sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins=[], client_manager=manager)
app = web.Application()
sio.attach(app)


@sio.event
async def connect(sid, environ, auth=None):
    await sio.enter_room(sid, "room")


@sio.event
async def post(sid, payload):
    await sio.emit("said", payload, room="room")
    return {"ok": True}


if __name__ == "__main__":
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
