"""What nbval compares: every output of every lesson, but the SVG pictures of charts.

A picture differs with the fonts of a machine and the numbering of clip paths; the chart's
specification beside it is compared, and a browser test looks at what is drawn.
"""

from __future__ import annotations

import pytest

_compared = {"run": 0, "with outputs": 0}


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Leave SVG out of the comparison."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("image/svg+xml",)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count the cells that nbval ran, and those whose stored outputs it compared."""
    count = dict(report.user_properties).get("nbval_outputs")
    if report.when == "call" and count is not None:
        _compared["run"] += 1
        _compared["with outputs"] += bool(count)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note on each notebook cell how many stored outputs it has."""
    cell = getattr(item, "cell", None)
    if cell is not None:
        item.user_properties.append(("nbval_outputs", len(cell.get("outputs", []))))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cells were compared."""
    if _compared["run"]:
        terminalreporter.write_line(
            f"nbval: {_compared['run']} cells run, {_compared['with outputs']} of them with outputs, all compared"
        )
