"""What bin/test adds up is what the stages said."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.processes import wait_until
from tests.support.stages import count_report, may_be_tried_again, names_a_path, run_within


def test_a_report_is_counted_in_the_words_of_pytest(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        "<testcase name='a'/><testcase name='b'/>"
        "<testcase name='c'><failure/></testcase>"
        "<testcase name='d'><skipped/></testcase>"
        "<testcase name='e'><error/></testcase>"
        "</testsuite></testsuites>"
    )

    assert count_report(report) == Counter(passed=2, failed=1, skipped=1, errors=1)


def test_what_a_dead_worker_left_undone_is_not_taken_for_done(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(
        "import os\ndef test_a(): os._exit(1)\ndef test_b(): pass\n"
    )
    report = tmp_path / "report.xml"
    options = ["-q", "-n", "1", "--max-worker-restart=0", "-p", "no:cacheprovider"]
    argv = [sys.executable, "-m", "pytest", *options, f"--junitxml={report}", str(tmp_path)]
    assert run_within(60, [*argv, f"--rootdir={tmp_path}"]) == 1
    assert count_report(report).total() == 1
    assert not may_be_tried_again(report)


@pytest.mark.parametrize(
    ("test", "may_be_tried"),
    [
        ("tests.browser.test_chat.test_a", True),
        ("tests.faults.test_kill.test_acked_messages_survive[sqlite]", False),
        ("tests.faults.campaign.test_campaign.test_no_promise_is_broken_under_faults", False),
    ],
)
def test_a_broken_promise_is_not_tried_again(test: str, may_be_tried: bool, tmp_path: Path) -> None:
    module, _, name = test.rpartition(".")
    report = tmp_path / "report.xml"
    report.write_text(
        f"<testsuite><testcase classname='{module}' name='{name}'><failure/></testcase></testsuite>"
    )
    assert may_be_tried_again(report) is may_be_tried


@pytest.mark.parametrize("act", ["canary.assert_unseen()", "canary.assert_looked('metrics')"])
def test_what_the_canary_saw_is_not_tried_again(act: str, tmp_path: Path) -> None:
    """pytest books what the end of a run finds on whichever test ran last."""
    (tmp_path / "test_a.py").write_text(
        "import pytest\n"
        "from tests.support import canary\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def shared_house():\n"
        "    yield\n"
        "    canary._seen.append('log server')\n"
        f"    {act}\n"
        "def test_a(): pass\n"
    )
    report = tmp_path / "report.xml"
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    assert run_within(60, [*argv, f"--junitxml={report}", f"--rootdir={tmp_path}"]) == 1
    assert count_report(report)["errors"] == 1
    assert not may_be_tried_again(report)


def test_a_path_is_told_from_an_option() -> None:
    assert names_a_path("tests/unit")
    assert names_a_path("tests/unit/house/test_stages.py::test_a_path_is_told_from_an_option")
    assert not names_a_path("-k")
    assert not names_a_path("nowhere")


def test_a_stage_that_hangs_shows_where_and_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    hang = "import faulthandler, time; faulthandler.enable(); print('here', flush=True); "
    assert run_within(1, [sys.executable, "-c", hang + "time.sleep(600)"]) == 1
    said = capfd.readouterr()
    assert "still running after 1 s" in said.out
    assert 'File "<string>", line 1' in said.err


def test_what_a_stage_left_running_is_ended_with_it(tmp_path: Path) -> None:
    left = tmp_path / "pid"
    leave = f"import subprocess; open({str(left)!r}, 'w').write(str(subprocess.Popen("
    leave += "['sleep', '600']).pid))"
    assert run_within(10, [sys.executable, "-c", leave]) == 0
    wait_until(lambda: not is_alive(int(left.read_text())), 5, "what was left has ended")


def is_alive(pid: int) -> bool:
    """A zombie nobody has reaped yet is not."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()
