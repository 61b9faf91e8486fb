"""Two other senders on the same sink: pywebpush's own `webpush()`, and npm's web-push.

Each as its documentation shows it, and once more with what a careful user adds: a session that
keeps its connections (pywebpush), an agent that does and 64 at once (web-push).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAYLOAD = json.dumps(
    {"web_push": 8030, "notification": {"title": "Chat perdu", "body": "Zone de 500 m", "navigate":
     "https://palier.example.org/alertes/01ARZ3NDEKTSV4RRFFQ69G5FAV"}}
).ljust(512)  # fmt: skip
NODE = """
const https = require("node:https");
const webPush = require(process.argv[2]);
const told = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const agent = told.careful ? new https.Agent({ keepAlive: true, maxSockets: 64 }) : undefined;
const vapidDetails = { subject: "mailto:o@example.org", ...told.vapid };
const options = { TTL: 3600, urgency: "high", agent, vapidDetails };
(async () => {
  const cpu = process.cpuUsage(), begun = performance.now();
  let next = 0, failed = 0;
  const one = async () => {
    while (next < told.subscriptions.length) {
      const subscription = told.subscriptions[next++];
      await webPush.sendNotification(subscription, told.payload, options).catch(() => failed++);
    }
  };
  await Promise.all(Array.from({ length: told.careful ? 64 : 1 }, one));
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - begun) / 1000;
  console.log(JSON.stringify({ seconds, cpu: (used.user + used.system) / 1e6, failed }));
})();
"""


def of_pywebpush(asked: dict[str, Any], trusted: Path) -> dict[str, float]:
    """In a process of its own."""
    return _run([sys.executable, "-m", "benchmarks.push.others"], asked, trusted)


def of_node(asked: dict[str, Any], trusted: Path) -> dict[str, float]:
    library = str(ROOT / "web_client/node_modules/web-push")
    return _run(["node", "-e", NODE, "x", library], asked, trusted)


def _run(argv: list[str], asked: dict[str, Any], trusted: Path) -> dict[str, float]:
    trust = {"REQUESTS_CA_BUNDLE": str(trusted), "NODE_EXTRA_CA_CERTS": str(trusted)}
    done = subprocess.run(
        argv,
        input=json.dumps({**asked, "payload": PAYLOAD}),
        env={**os.environ, **trust},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def send_all() -> None:
    """`webpush()` for each, one after another: it has no other way but threads, and those share
    one interpreter."""
    import requests
    from pywebpush import WebPushException, webpush

    asked = json.loads(sys.stdin.read())
    session = requests.Session() if asked["careful"] else None
    failed = 0
    begun, cpu = time.monotonic(), time.process_time()
    for subscription in asked["subscriptions"]:
        try:
            webpush(
                subscription,
                asked["payload"],
                vapid_private_key=asked["vapid"]["privateKey"],
                vapid_claims={"sub": "mailto:o@example.org"},
                ttl=3600,
                requests_session=session,
                timeout=20,
            )
        except WebPushException:
            failed += 1
    took, used = time.monotonic() - begun, time.process_time() - cpu
    print(json.dumps({"seconds": took, "cpu": used, "failed": failed}))


if __name__ == "__main__":
    send_all()
