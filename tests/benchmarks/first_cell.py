"""A lesson's first cell and first chart, in a new process, against plain pandas and Altair.

Both sides make the same chart of the same data and hand back its specification and its picture. Altair's
import is slow where jupyter_server brought rfc3987_syntax along; the kit blocks that module until Altair is
loaded. So both sides are measured with the block, and both without it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from table import Result

ROUNDS = 7
ALLOWED = 1.15

_CLOCK = "from time import perf_counter\nbegan = perf_counter()\n"
_BLOCK = {
    "with the block": ("", "import sys\nsys.modules['rfc3987_syntax'] = None\n"),  # ours brings its own
    "without the block": ("import rfc3987_syntax\n", "import rfc3987_syntax\n"),
}
_CHART = """
page = pd.DataFrame({"para": range(1, 19), "words": [4, *range(20, 36), 5], "role": ["f", *["s"] * 16, "f"]})
chart = alt.Chart(page, title="A page, paragraph by paragraph").mark_bar().encode(
    x=alt.X("words", title="Words in the paragraph"),
    y=alt.Y("para:O", title="Paragraph"),
    color=alt.Color("role", legend=None),
    row=alt.Row("role", title="Role"),
).resolve_scale(y="independent").properties(height=alt.Step(16), description="Words per paragraph.")
"""
_OURS = f"""import newsdesk as nd, altair as alt, pandas as pd
nd.setup()
{_CHART}
shown = chart._repr_mimebundle_()
spec, picture = shown["application/vnd.vegalite.v5+json"], shown["image/svg+xml"]
"""
_BASELINE = f"""import altair as alt, pandas as pd
{_CHART}
spec = chart.to_dict()
import vl_convert
picture = vl_convert.vegalite_to_svg(spec)
"""
_SAY = """
seconds = perf_counter() - began
assert spec["mark"]["type"] == "bar" and "<svg" in picture and "Words in the paragraph" in picture
print(seconds)
"""


def measure() -> Iterator[Result]:
    """Measure with the block and without it; the first round of each side only warms the file cache."""
    for name, (before_ours, before_baseline) in _BLOCK.items():
        ours: list[float] = []
        baseline: list[float] = []
        for _ in range(ROUNDS + 1):
            ours.append(_seconds(before_ours + _OURS))
            baseline.append(_seconds(before_baseline + _BASELINE))
        yield Result(f"first cell, {name}", ours[1:], baseline[1:], ALLOWED)


def _seconds(cell: str) -> float:
    done = subprocess.run([sys.executable, "-c", _CLOCK + cell + _SAY], stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)
