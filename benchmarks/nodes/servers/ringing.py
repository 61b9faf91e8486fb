"""A node's bus alone, told of 2,000 messages a second in its region. REDIS_PORT RATE SECONDS."""

import asyncio
import sys
import time

import uvloop

from realtime.fanout.redis_bus import RedisBus
from realtime.fanout.rendering import Rendered

REGION = "u09tv"
TOPICS = 50
TURN = 0.01


async def main(port: int, rate: int, seconds: float) -> None:
    bus = RedisBus(f"redis://127.0.0.1:{port}/0")
    running = asyncio.create_task(bus.run())
    end, seq, begun = time.monotonic() + seconds, 0, time.monotonic()
    while time.monotonic() < end:
        due = int((time.monotonic() - begun) * rate)
        while seq < due:
            seq += 1
            topic = f"street:{REGION}{seq % TOPICS:02d}"
            bus.publish([Rendered(topic, "e", seq, "message.posted", "m", b"{}", {}, REGION)])
        await asyncio.sleep(TURN)
    running.cancel()
    await asyncio.wait([running])
    print(seq)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
