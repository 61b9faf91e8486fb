"""Run everything, the quickest first: what `bin/test` calls.

Each stage is a process of its own, so that one that dies takes no other with it, and no stage
inherits another's memory or event loop. The closing line adds them up, in pytest's words.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
STAGES = {
    "unit": ["tests/unit"],
    "integration, contract": ["tests/integration", "tests/contract"],
    "acceptance": ["tests/acceptance"],
    "faults": ["tests/faults"],
    "browser": ["tests/browser"],
}
# With --long, after the others: everything the house promises, on the engine's slower path.
_PLAIN_WRITES = "acceptance, plain writes"
# These stages wait for databases more than they compute: two at once take half the time.
_SIDE_BY_SIDE = {"unit", "integration, contract", "acceptance"}
# No stage needs half of it on two slow cores. One that hangs is ended, and the next one runs.
STAGE_SECONDS = 1_800.0
# pytest's word for "no test was selected": `bin/test -k name` empties most stages.
_NOTHING_SELECTED = 5
_FAILED = 1
# Real browsers and real faults: what failed is tried once more, and the closing lines say so.
_TRIED_TWICE = {"acceptance", "faults", "browser"}
# Four kinds that count what was lost. A promise that was broken once was broken.
_PROMISES = (
    "tests.faults.campaign.test_campaign.test_no_promise",
    "tests.faults.test_kill.",
    "tests.faults.test_push_kill.",
    "tests.faults.test_full_disk.",
)
# A worker died, and its next tests are named nowhere; the canary was seen, or nobody looked for it,
# and that is booked on whichever test ran last.
_ELSEWHERE = (
    "crashed while running",
    "a house number left the house",
    "never searched for a house",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one stage went."""

    name: str
    exit_code: int
    seconds: float
    counts: Counter[str]


def main(arguments: list[str]) -> int:
    """The exit code: 0 only when every stage passed."""
    os.chdir(ROOT)
    # Servers start a hundred times: none compiles again what the one before it has compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if "--long" in arguments:
        arguments = [*arguments, "-o", "faulthandler_timeout=0"]
    if any(names_a_path(argument) for argument in arguments):
        return subprocess.call(_pytest(arguments))
    outcomes = []
    if not _selects(arguments) and (outcome := _web_client()):
        outcomes.append(outcome)
    for name, folders in STAGES.items():
        if present := [folder for folder in folders if Path(folder).is_dir()]:
            outcomes.append(_stage(name, [*present, *_workers(name), *arguments]))
    if "--long" in arguments:
        os.environ["PALIER_DIRECT_WRITES"] = "off"
        outcomes.append(_stage(_PLAIN_WRITES, ["tests/acceptance", *arguments]))
    print(_closing(outcomes), flush=True)
    return int(any(outcome.exit_code for outcome in outcomes))


def _workers(name: str) -> list[str]:
    if name not in _SIDE_BY_SIDE or (name == "acceptance" and "--long" in sys.argv):
        return []  # with --long it holds 99 of 100 to their time: alone on the machine
    # A worker put in the place of a dead one may be given nothing to do, and is waited for.
    return ["-n", "2", "--dist", "loadfile", "--max-worker-restart=0"]


def names_a_path(argument: str) -> bool:
    """True for `tests/unit`, `tests/unit/test_x.py::test_y`."""
    return not argument.startswith("-") and Path(argument.partition("::")[0]).exists()


def _selects(arguments: list[str]) -> bool:
    """True when only some of the Python tests are wanted: then the web client's are not."""
    return any(argument in ("-k", "-m", "--lf", "--last-failed") for argument in arguments)


def _pytest(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


def _stage(name: str, arguments: list[str]) -> Outcome:
    def run(report: Path, *more: str) -> list[str]:
        return _pytest(["-q", f"--junitxml={report}", *arguments, *more])

    again = (lambda report: run(report, "--last-failed")) if name in _TRIED_TWICE else None
    return _run(name, run, again)


def _web_client() -> Outcome | None:
    """`npm test`, where there is a web client and a Node."""
    if not Path("web_client/package.json").exists():
        return None
    if not shutil.which("npm"):
        print("──── web client: not run, there is no Node here", flush=True)
        return None
    reporters = ["--reporter=default", "--reporter=junit"]
    command = ["npm", "--prefix", "web_client", "test", "--silent", "--", *reporters]
    return _run("web client", lambda report: [*command, f"--outputFile.junit={report}"])


def _run(
    name: str,
    command: Callable[[Path], list[str]],
    again: Callable[[Path], list[str]] | None = None,
) -> Outcome:
    """Run `command(report)`, which leaves a JUnit report there; `again` where that failed."""
    print(f"\n──── {name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="palier-") as directory:
        report = Path(directory) / "report.xml"
        begun = time.monotonic()
        limit = None if "--long" in sys.argv else STAGE_SECONDS
        exit_code = run_within(limit, command(report))
        seconds = time.monotonic() - begun
        counts = count_report(report) if report.exists() else Counter[str]()
        may_be_tried = report.exists() and may_be_tried_again(report)
    if exit_code == _FAILED and again is not None and may_be_tried:
        second = _run(f"{name}: what failed, once more", again)
        counts = Counter(passed=counts["passed"], skipped=counts["skipped"]) + second.counts
        counts["unsteady"] = second.counts["passed"]
        exit_code, seconds = second.exit_code, seconds + second.seconds
    if exit_code == _NOTHING_SELECTED:
        exit_code = 0
    if exit_code and not counts["failed"] + counts["errors"]:
        counts["errors"] += 1  # it ended before it could say what failed
    print(f"──── {name}: {_in_words(counts)} in {seconds:.1f} s", flush=True)
    return Outcome(name, exit_code, seconds, counts)


def run_within(seconds: float | None, command: list[str]) -> int:
    """Run it; its exit code. Past its time every process of it shows its stacks and is ended."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"──── still running after {seconds:g} s: ended", flush=True)
        # pytest's faulthandler answers SIGABRT with the stacks of all threads.
        os.killpg(process.pid, signal.SIGABRT)
        time.sleep(2)
        return 1
    finally:
        # Also when we are interrupted: nothing a stage began outlives it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def count_report(report: Path) -> Counter[str]:
    """Outcomes of a JUnit report, in pytest's words."""
    counts: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):
        found = {child.tag for child in case}
        if "failure" in found:
            counts["failed"] += 1
        elif "error" in found:
            counts["errors"] += 1
        elif "skipped" in found:
            counts["skipped"] += 1
        else:
            counts["passed"] += 1
    return counts


def may_be_tried_again(report: Path) -> bool:
    """False where a promise was broken, or where the test that failed may not be the one to ask."""
    said = report.read_text(encoding="utf-8")
    if any(words in said for words in _ELSEWHERE):
        return False
    return not any(
        f"{case.get('classname')}.{case.get('name')}".startswith(_PROMISES)
        for case in ElementTree.parse(report).iter("testcase")
        if {"failure", "error"} & {child.tag for child in case}
    )


def _in_words(counts: Counter[str]) -> str:
    words = [f"{counts['failed']} failed", f"{counts['passed']} passed"]
    words += [
        f"{counts[word]} {word}" for word in ("skipped", "errors", "unsteady") if counts[word]
    ]
    return ", ".join(words)


def _closing(outcomes: list[Outcome]) -> str:
    lines = ["", "──── times"]
    lines += [f"{outcome.name:<22} {outcome.seconds:7.1f} s" for outcome in outcomes]
    total = sum((outcome.counts for outcome in outcomes), Counter[str]())
    seconds = sum(outcome.seconds for outcome in outcomes)
    lines.append(f"===== {_in_words(total)} in {seconds:.2f}s =====")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
