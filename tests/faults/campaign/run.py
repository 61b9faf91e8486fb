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
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop

from realtime.clock import to_iso
from realtime.geo.cells import centre, prefixes
from tests.faults.campaign.device import Device
from tests.faults.campaign.faults import BLINDING, faults_for
from tests.faults.campaign.history import History
from tests.faults.campaign.house import House, open_house, settle
from tests.faults.campaign.judge import judge
from tests.faults.campaign.nemesis import Nemesis
from tests.faults.campaign.report import Report, report_of
from tests.support.clients import new_key
from tests.support.processes import scratch
from tests.support.servers import postgres_owner

SAY_SECONDS = 10.0
UNDER_WAY_SECONDS = 1.0
GROUP = {"name": "Le palier", "access": "open", "category": "divers", "reach": "neighbourhood"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what. `seconds` ends the writing when `acked` takes too long.

    `lanes`: how many messages a member has under way at once.
    `patience`: how long after the last fault everybody may take to have everything.
    `spares`: who comes in the place of one who was signed out, in each room.
    `log`: a file that is told each ten seconds how far it is.
    """

    acked: int = 20_000
    seconds: float = 100.0
    seed: int = 1
    per_room: int = 3
    spares: int = 2
    lanes: int = 4
    pause: float = 0.01
    fault_pause: float = 1.0
    faults: tuple[str, ...] = ()
    failpoints: str = ""
    mutant: str = ""
    patience: float = 30.0
    log: str = ""


async def run(plan: Plan) -> Report:
    """Set up, write under fire, wait until all is quiet, judge."""
    with scratch(postgres_owner()) as directory:
        Path(directory).chmod(0o755)
        house = await asyncio.to_thread(
            open_house, directory, mutant=plan.mutant, failpoints=plan.failpoints
        )
        try:
            return await Campaign(house, plan).run()
        finally:
            await asyncio.to_thread(house.stop)


class Campaign:
    """One run of a plan in a house."""

    def __init__(self, house: House, plan: Plan) -> None:
        random.seed(plan.seed)
        self._house = house
        self._plan = plan
        self._history = History()
        self._devices: list[Device] = []
        self._spares: list[Device] = []
        # Of each street: who owns its group, and the group's topic.
        self._groups: dict[str, tuple[Device, str]] = {}
        self._lines: list[asyncio.Task[None]] = []
        self._writing: list[asyncio.Task[None]] = []
        faults = faults_for(plan.faults, can_fill=house.disk is not None)
        self._nemesis = Nemesis(
            house, self._devices, self._sign_somebody_out, self._take_somebody_out, plan.seed,
            pause=plan.fault_pause, faults=faults,
        )  # fmt: skip

    async def run(self) -> Report:
        await self._settle()
        nemesis = self._nemesis
        keeper = asyncio.create_task(nemesis.keep_alive())
        begun = time.monotonic()
        for device in self._devices:
            self._let_write(device)
        faults = asyncio.create_task(nemesis.run())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._plan.seconds):
                await self._until_enough(begun, faults, keeper)
        seconds = time.monotonic() - begun
        nemesis.is_over = True
        await faults  # the last one may bring somebody who writes
        for device in self._devices:
            device.has_written = True
        await _end(*self._writing)
        await nemesis.heal()
        await _end(keeper)
        healed = time.monotonic()
        current = await self._wait_until_current()
        for device in self._devices:
            device.is_over = True
        await _end(*self._lines)
        await asyncio.gather(*(device.hang_up() for device in self._devices))
        return await self._report(seconds, current - healed)

    async def _report(self, seconds: float, converged: float) -> Report:
        log = await asyncio.to_thread(self._house.read_log)
        blind = [(a, b) for name, a, b in self._nemesis.done if name in BLINDING]
        broken = judge(self._history, log, blind)
        ends = Counter(line for node in self._house.nodes for line in node.faults())
        return report_of(
            self._plan.seed, self._history, log, self._nemesis, seconds, converged, broken, ends
        )

    # ---- Members

    async def _settle(self) -> None:
        """Half by WebSocket, half by polling."""
        here: Counter[str] = Counter()
        together = self._plan.per_room + self._plan.spares
        for number, (token, topic) in enumerate(await settle(self._house, together)):
            transport = "polling" if number % 2 else "websocket"
            device = Device(number, token, self._house.origins, self._history, transport)
            device.topic = topic
            here[topic] += 1
            if here[topic] > self._plan.per_room:
                self._spares.append(device)
            else:
                self._admit(device)
        for device in self._devices:
            await asyncio.wait_for(device.live.wait(), 240)
        for topic in here:
            await self._make_rooms([one for one in self._devices if one.topic == topic])

    async def _make_rooms(self, neighbours: list[Device]) -> None:
        """A group of all of them, which the first owns; a direct thread between the last two."""
        owner, *members = neighbours
        made = await owner.insist("group.create", {"key": new_key(), **GROUP})
        assert made is not None
        topic = made["group"]["topic"]
        self._groups[owner.topic] = owner, topic
        self._let_hear(owner, topic)
        for device in members:
            await self._let_in(device)
        one, other = members[-2:]
        asked = {"key": new_key(), "account": other.me["account"]}
        thread = await one.insist("direct.open", asked)
        assert thread is not None
        for device in (one, other):
            self._let_hear(device, thread["topic"])
        await one.say(thread["topic"], to=thread["topic"])
        await other.insist("direct.accept", {"topic": thread["topic"]})
        for device in neighbours:
            device.come_back()

    def _let_hear(self, device: Device, topic: str) -> None:
        self._history.members[device.number].add(topic)
        device.rooms.append(topic)

    async def _let_in(self, device: Device) -> None:
        """Into the group of the street, for as long as its owner is there."""
        _, topic = self._groups[device.topic]
        self._let_hear(device, topic)
        await device.insist("group.join", {"topic": topic})

    def _admit(self, device: Device) -> None:
        self._devices.append(device)
        areas = {f"area:{cell}" for cell in prefixes(_cell_of(device))}
        self._history.members[device.number] = {device.topic, *areas}
        self._lines.append(asyncio.create_task(device.keep_connected()))

    def _let_write(self, device: Device) -> None:
        lon, lat = centre(_cell_of(device))
        alert = {
            "kind": "outage",
            "occurred_at": to_iso(datetime.now(UTC) - timedelta(hours=3)),
            "place": {"lon": lon, "lat": lat},
        }
        work = device.write(self._plan.pause, self._plan.lanes, alert)
        self._writing.append(asyncio.create_task(work))

    async def _sign_somebody_out(self) -> None:
        """On some node: every socket of theirs must hear nothing more. Another takes the place."""
        if not self._spares:
            return
        spare = self._spares.pop(self._nemesis.chance.randrange(len(self._spares)))
        owner, _ = self._groups[spare.topic]
        device = next(
            d for d in self._devices if d.topic == spare.topic and not d.is_over and d is not owner
        )
        while device.number not in self._history.revoked:
            origin = self._nemesis.chance.choice(self._house.origins)
            try:
                await asyncio.to_thread(_sign_out, origin, device.token)
            except OSError:
                await asyncio.sleep(0.2)
                continue
            self._history.revoked[device.number] = time.monotonic()
        self._admit(spare)
        self._let_write(spare)
        await self._let_in(spare)
        spare.come_back()
        # It goes on listening for a while, as one would who should not hear.
        await asyncio.sleep(4)
        device.end()

    async def _take_somebody_out(self) -> None:
        """Of a group: by its owner, or by their own leave. They must hear no more of it."""
        chance, history = self._nemesis.chance, self._history
        inside = [
            device
            for device in self._devices
            for owner, topic in self._groups.values()
            if device is not owner and topic in device.rooms and not device.is_over
        ]
        if not inside:
            return
        device = chance.choice(inside)
        owner, topic = self._groups[device.topic]
        device.rooms.remove(topic)
        if chance.random() < 0.5:
            done = await device.insist("group.leave", {"topic": topic}, over="not_found")
        else:
            asked = {"topic": topic, "account": device.me["account"]}
            done = await owner.insist("group.remove", asked, over="not_found")
        if done is not None:
            history.removed[device.number, topic] = time.monotonic()
        # No line may hang before the two seconds are over: it would hold back what was said before.
        await asyncio.sleep(3)

    # ---- Waiting

    async def _until_enough(self, begun: float, *tasks: asyncio.Task[None]) -> None:
        acked, nemesis = self._history.acked, self._nemesis
        said_at = begun
        while len(acked) < self._plan.acked or not nemesis.has_done_all():
            await asyncio.sleep(0.1)
            now = time.monotonic()
            if self._plan.log and now - said_at >= SAY_SECONDS:
                said_at = now
                await asyncio.to_thread(self._say, now - begun)
            if self._plan.mutant and self._history.is_broken():
                return
            _raise_from(*tasks, *self._writing)

    def _say(self, seconds: float) -> None:
        """One line for whoever waits: seconds, acked, acked a second, faults, what is known."""
        history, nemesis = self._history, self._nemesis
        acked, wrong = len(history.acked), len(history.contradictions)
        line = (
            f"{seconds:.0f} s; acked {acked}, {acked / seconds:.0f} a second; "
            f"faults {sum(nemesis.counted.values())}, deaths {nemesis.deaths}; contradictions "
            f"{wrong}, stepped over {len(history.holes)}, given again {len(history.repeats)}"
        )
        with Path(self._plan.log).open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    async def _wait_until_current(self) -> float:
        """When the last device had everything, or when patience ended: the judge tells.

        Looked at twice: what a node still had under way is written a moment after its writer left.
        """
        deadline = time.monotonic() + self._plan.patience
        heads, looked_at = {"": 0}, time.monotonic()
        while time.monotonic() < deadline:
            before, before_at = heads, looked_at
            heads, looked_at = await asyncio.to_thread(self._house.read_heads), time.monotonic()
            if heads == before and not any(self._behind(one, heads) for one in self._devices):
                return before_at
            await asyncio.sleep(UNDER_WAY_SECONDS)
        self._describe(heads)
        return time.monotonic()

    def _describe(self, heads: dict[str, int]) -> None:
        """How it stands with those who are behind: what the judge will not know."""
        for device, line in zip(self._devices, self._lines, strict=True):
            if behind := self._behind(device, heads):
                print(device.describe(), f"behind {behind}", line.get_stack(limit=3))

    def _behind(self, device: Device, heads: dict[str, int]) -> list[tuple[str, int, int]]:
        """Where it is, and how far the topic has come, for each that it should have all of."""
        if device.number in self._history.revoked:
            return []
        topics = self._history.members[device.number]
        at = {topic: device.positions.get(topic, ("", -1))[1] for topic in topics}
        return [
            (topic, at[topic], heads.get(topic, 0))
            for topic in topics
            if (device.number, topic) not in self._history.removed
            and at[topic] != heads.get(topic, 0)
        ]


def _cell_of(device: Device) -> str:
    return device.topic.partition(":")[2]


def _sign_out(origin: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Origin": origin}
    request = urllib.request.Request(f"{origin}/api/session", method="DELETE", headers=headers)
    try:
        urllib.request.urlopen(request, timeout=3).close()
    except urllib.error.HTTPError as error:
        if error.code != 401:  # an earlier try went through
            raise


def _raise_from(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()):
            raise error


async def _end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    # The library swallows a cancellation now and then: `has_written` and `is_over` end those.
    await asyncio.wait(tasks, timeout=5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acked", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--pause", type=float, default=0.01)
    parser.add_argument("--failpoints", default="")
    parser.add_argument("--spares", type=int, default=2)
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--fault-pause", type=float, default=1.0)
    parser.add_argument("--faults", nargs="*", default=())
    parser.add_argument("--mutant", default="")
    parser.add_argument("--log", default="/dev/stderr", help="who is told how far it is")
    asked = vars(parser.parse_args())
    asked["faults"] = tuple(asked["faults"])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(run(Plan(**asked)))
    print("\n".join(report.lines()))
    return int(bool(report.broken))


if __name__ == "__main__":
    sys.exit(main())
