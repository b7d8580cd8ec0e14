"""The kit's Python side: what a lesson calls as ``nd.…``.

Importing the package loads nothing heavy; each name is loaded when it is first used.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsdesk.annotation.comparing import compare_marks, mark_differences
    from newsdesk.annotation.store import load_marks
    from newsdesk.annotation.widget import annotate
    from newsdesk.articles import load_article, own_article
    from newsdesk.charts import setup
    from newsdesk.checks import check
    from newsdesk.compare import shared_wording
    from newsdesk.dates.resolve import bounds, resolve_date
    from newsdesk.errors import NewsdeskError
    from newsdesk.progress import keep
    from newsdesk.reading import show_article
    from newsdesk.reliability import agreement
    from newsdesk.tables import load_gold, load_table, table_names
    from newsdesk.timeline.chart import timeline_chart

__all__ = [
    "NewsdeskError",
    "agreement",
    "annotate",
    "bounds",
    "check",
    "compare_marks",
    "keep",
    "load_article",
    "load_gold",
    "load_marks",
    "load_table",
    "mark_differences",
    "own_article",
    "resolve_date",
    "setup",
    "shared_wording",
    "show_article",
    "table_names",
    "timeline_chart",
]

_HOME = {
    "NewsdeskError": "errors",
    "agreement": "reliability",
    "annotate": "annotation.widget",
    "bounds": "dates.resolve",
    "check": "checks",
    "compare_marks": "annotation.comparing",
    "keep": "progress",
    "load_article": "articles",
    "load_gold": "tables",
    "load_marks": "annotation.store",
    "load_table": "tables",
    "mark_differences": "annotation.comparing",
    "own_article": "articles",
    "resolve_date": "dates.resolve",
    "setup": "charts",
    "shared_wording": "compare",
    "show_article": "reading",
    "table_names": "tables",
    "timeline_chart": "timeline.chart",
}

# Altair loads jsonschema, which loads rfc3987_syntax where jupyter_server brought it along, which
# compiles grammars for a second at import. Nothing of ours validates IRIs: until setup() has loaded
# Altair, the import is answered with "not there", which jsonschema allows for.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"newsdesk has no {name!r}. It has: {', '.join(__all__)}.")
    value = getattr(importlib.import_module(f"newsdesk.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
