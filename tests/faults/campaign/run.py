"""The campaign: members write under faults until enough is acked; then peace, then the judge.

python -m tests.faults.campaign.run --acked 1000000 --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import uvloop

from tests.faults.campaign.device import Device
from tests.faults.campaign.history import History
from tests.faults.campaign.house import House, open_house, settle
from tests.faults.campaign.judge import judge
from tests.faults.campaign.nemesis import Nemesis
from tests.faults.campaign.report import Report, report_of
from tests.support.processes import scratch
from tests.support.servers import postgres_owner


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what. `seconds` ends the writing when `acked` takes too long.

    `patience`: how long after the last fault everybody may take to have everything.
    """

    acked: int = 20_000
    seconds: float = 100.0
    seed: int = 1
    per_room: int = 3
    pause: float = 0.01
    fault_pause: float = 1.0
    revoked: int = 2
    faults: tuple[str, ...] = ()
    failpoints: str = ""
    mutant: str = ""
    patience: float = 30.0
    talk: bool = False


async def run(plan: Plan) -> Report:
    """Set up, write under fire, wait until all is quiet, judge."""
    with scratch(postgres_owner()) as directory:
        Path(directory).chmod(0o755)
        house = await asyncio.to_thread(
            open_house, directory, mutant=plan.mutant, failpoints=plan.failpoints
        )
        try:
            return await _run(house, plan)
        finally:
            await asyncio.to_thread(house.stop)


async def _run(house: House, plan: Plan) -> Report:
    history = History()
    devices = await _devices(house, plan, history)
    lines = [asyncio.create_task(device.keep_connected()) for device in devices]
    conversations = await _openings(devices)
    nemesis = Nemesis(house, plan.seed, pause=plan.fault_pause, faults=plan.faults)
    keeper = asyncio.create_task(nemesis.keep_alive())
    begun = time.monotonic()
    writing = [
        asyncio.create_task(device.write(conversations[device.topic], plan.pause))
        for device in devices
    ]
    faults = asyncio.create_task(nemesis.run())
    revoking = asyncio.create_task(_revoke(devices, plan, history, house))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(plan.seconds):
            while len(history.acked) < plan.acked:
                await asyncio.sleep(0.1)
                if plan.talk:
                    talk(f"{time.monotonic() - begun:.0f} s {len(history.acked)} {nemesis.now}")
                _raise_from(faults, keeper, revoking, *writing)
    seconds = time.monotonic() - begun
    await _end(revoking, *writing)
    nemesis.is_over = True
    await faults
    if plan.talk:
        talk("healing")
    await nemesis.heal()
    await _end(keeper)
    healed = time.monotonic()
    converged = await _wait_until_current(house, devices, history, plan.patience)
    for device in devices:
        device.is_over = True
    await _end(*lines)
    log = await asyncio.to_thread(house.read_log)
    broken = judge(history, log, paused_until=nemesis.paused_until)
    ends = Counter(line for node in house.nodes for line in node.faults())
    return report_of(
        plan.seed, history, log, nemesis, seconds, converged - healed, devices, broken, ends
    )


async def _devices(house: House, plan: Plan, history: History) -> list[Device]:
    """Half by WebSocket, half by polling."""
    random.seed(plan.seed)
    devices = []
    for number, (token, topic) in enumerate(await settle(house, plan.per_room)):
        transport = "polling" if number % 2 else "websocket"
        device = Device(number, token, house.origins, history, transport)
        device.topic = topic
        history.members[number] = topic
        devices.append(device)
    return devices


async def _openings(devices: list[Device]) -> dict[str, str]:
    """One conversation a room; everybody is connected before it is opened."""
    for device in devices:
        await asyncio.wait_for(device.live.wait(), 60)
    opened = {}
    for device in devices:
        if device.topic not in opened:
            message = await device.say(None)
            assert message is not None
            opened[device.topic] = message["id"]
    return opened


async def _revoke(devices: list[Device], plan: Plan, history: History, house: House) -> None:
    """Now and then a member signs out on some node: every socket must hear nothing more."""
    last = [device for device in devices if device.number % plan.per_room == plan.per_room - 1]
    for device in last[: plan.revoked]:
        await asyncio.sleep(plan.seconds / (plan.revoked + 2) * 0.5)
        while device.number not in history.revoked:
            origin = random.choice(house.origins)
            try:
                await asyncio.to_thread(_sign_out, origin, device.token)
            except OSError:
                await asyncio.sleep(0.2)
                continue
            history.revoked[device.number] = time.monotonic()
        await asyncio.sleep(3)
        device.is_over = True
        device._silence.set()


def _sign_out(origin: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Origin": origin}
    request = urllib.request.Request(f"{origin}/api/session", method="DELETE", headers=headers)
    try:
        urllib.request.urlopen(request, timeout=3).close()
    except urllib.error.HTTPError as error:
        if error.code != 401:  # an earlier try went through
            raise


async def _wait_until_current(
    house: House, devices: list[Device], history: History, patience: float
) -> float:
    """When the last device had everything, or when patience ended: the judge tells."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        log = await asyncio.to_thread(house.read_log)
        if all(
            device.number in history.revoked
            or device.positions.get(device.topic, ("", -1))[1] == len(log[device.topic])
            for device in devices
        ):
            break
        await asyncio.sleep(0.2)
    return time.monotonic()


def talk(words: str) -> None:
    """One line that is written over, for whoever waits."""
    print(f"\r{words:<78}", end="", file=sys.stderr, flush=True)


def _raise_from(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error


async def _end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    # The client library swallows a cancellation now and then: `is_over` ends those.
    await asyncio.wait(tasks, timeout=5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acked", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--pause", type=float, default=0.01)
    parser.add_argument("--failpoints", default="")
    parser.add_argument("--mutant", default="")
    asked = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(run(Plan(**vars(asked), talk=True)))
    print("\n".join(report.lines()))
    return int(bool(report.broken))


if __name__ == "__main__":
    sys.exit(main())
