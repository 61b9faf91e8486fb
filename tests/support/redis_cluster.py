"""A Redis Cluster of three primaries on loopback, without replicas."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import redis

from tests.support.processes import Process, free_port, wait_until

_SLOTS = ((0, 5460), (5461, 10922), (10923, 16383))


class RedisCluster:
    """Three servers that share the slots. `kill9(n)` ends one; its slots are then nobody's."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ports = [free_port() for _ in _SLOTS]
        self._gossip = [free_port() for _ in _SLOTS]
        self.processes = [self._begin(number) for number in range(len(_SLOTS))]
        for number in range(len(_SLOTS)):
            wait_until(partial(self._answers, number), 10, "a server of the cluster answers")
        self._join()
        self.url = f"redis://127.0.0.1:{self.ports[0]}"
        for number in range(len(_SLOTS)):
            wait_until(partial(self._is_whole, number), 20, "the cluster is whole")

    def _begin(self, number: int) -> Process:
        home = self.directory / f"redis{number}"
        home.mkdir(exist_ok=True)
        argv = ["redis-server", "--port", str(self.ports[number]), "--bind", "127.0.0.1"]
        argv += ["--cluster-enabled", "yes", "--cluster-port", str(self._gossip[number])]
        argv += ["--cluster-node-timeout", "2000", "--cluster-require-full-coverage", "no"]
        argv += ["--save", "", "--appendonly", "no", "--dir", str(home)]
        return Process(argv, home / "redis.log")

    def _ask(self, number: int, *command: str | int) -> object:
        with redis.Redis(port=self.ports[number], socket_timeout=1) as client:
            return client.execute_command(*command)

    def _answers(self, number: int) -> bool:
        try:
            return bool(self._ask(number, "PING"))
        except redis.RedisError:
            return False

    def _is_whole(self, number: int) -> bool:
        with redis.Redis(port=self.ports[number], socket_timeout=1) as client:
            state = client.cluster("info")
            return state["cluster_state"] == "ok" and state["cluster_known_nodes"] == "3"

    def _join(self) -> None:
        for number, (first, last) in enumerate(_SLOTS):
            self._ask(number, "CLUSTER", "ADDSLOTSRANGE", first, last)
            self._ask(number, "CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for number in (1, 2):
            self._ask(0, "CLUSTER", "MEET", "127.0.0.1", self.ports[number], self._gossip[number])

    def home_of(self, key: str) -> int:
        """Which of the three a key or a channel lives on."""
        slot = self._ask(0, "CLUSTER", "KEYSLOT", key)
        assert isinstance(slot, int)
        return next(n for n, (first, last) in enumerate(_SLOTS) if first <= slot <= last)

    def listeners(self, channel: str) -> int:
        """How many listen to it where it lives."""
        found = self._ask(self.home_of(channel), "PUBSUB", "SHARDNUMSUB", channel)
        assert isinstance(found, list | dict)
        return int(found[1] if isinstance(found, list) else next(iter(found.values())))

    def kill9(self, number: int) -> None:
        self.processes[number].kill9()

    def revive(self, number: int) -> None:
        """On the same port, with what it knew of the cluster."""
        self.processes[number] = self._begin(number)
        wait_until(lambda: self._answers(number), 10, "the server answers again")

    def stop(self) -> None:
        for process in self.processes:
            process.stop()
