"""What a view is: HTML where Jupyter shows it, text everywhere else; and how tables stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])(?=[ >])")
_LEFT = ' style="text-align: left"'


@dataclass(frozen=True)
class Reading:
    """A view of an article; Jupyter shows its HTML, everything else its text."""

    html: str
    text: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def table_html(frame: pd.DataFrame) -> str | None:
    """Return a table as pandas shows it, its text flush left, its numbers flush right; JupyterLab sets all right.

    Examples
    --------
    >>> import pandas as pd
    >>> html = table_html(pd.DataFrame({"said": ["No."], "times": [2]}))
    >>> [cell for cell in re.findall("<t[hd].*?>.+?</t[hd]>", html) if "left" in cell]
    ['<th style="text-align: left">said</th>', '<td style="text-align: left">No.</td>']
    """
    import pandas as pd  # articles are shown without it
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    shown: Any = frame
    html: str | None = shown._repr_html_()
    most = pd.get_option("display.max_columns")
    if html is None or frame.columns.nlevels > 1 or (most and len(frame.columns) > most):
        return html
    index = frame.index
    kinds = [*(index.dtypes if isinstance(index, pd.MultiIndex) else [index.dtype]), *frame.dtypes]
    are_numbers = [is_numeric_dtype(kind) and not is_bool_dtype(kind) for kind in kinds]

    def aligned(row: re.Match[str]) -> str:
        first, *cells = _CELL.split(row[0])  # a cell's tag, the rest of the cell, and so on
        tags, rests = cells[::2], cells[1::2]
        there = are_numbers[len(are_numbers) - len(tags) :]  # an index cell that spans rows is in the first one only
        sides = ["" if is_number else _LEFT for is_number in there]
        return first + "".join(f"<{tag}{side}{rest}" for tag, side, rest in zip(tags, sides, rests, strict=True))

    return _ROW.sub(aligned, html)
