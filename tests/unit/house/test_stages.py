"""What bin/test adds up is what the stages said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.support.stages import count_report, names_a_path


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


def test_a_path_is_told_from_an_option() -> None:
    assert names_a_path("tests/unit")
    assert names_a_path("tests/unit/house/test_stages.py::test_a_path_is_told_from_an_option")
    assert not names_a_path("-k")
    assert not names_a_path("nowhere")
