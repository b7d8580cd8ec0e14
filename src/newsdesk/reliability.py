"""How far coders agree, beyond what chance would give."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newsdesk.errors import DataError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


def nominal_alpha(table: pd.DataFrame) -> float:
    """Krippendorff's alpha for unordered codes.

    Parameters
    ----------
    table
        One row a unit, one column a coder; missing codings are NaN or None. Units with fewer than two
        codings are left out.

    Returns
    -------
    float
        1 for full agreement, 0 for what chance would give, below 0 for less. NaN where it is undefined:
        no unit was coded twice, or everybody used one and the same code, so that there is nothing to
        agree about.

    Notes
    -----
    K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, section C: any number of
    observers, missing data, nominal metric.

    Examples
    --------
    >>> import pandas as pd
    >>> round(nominal_alpha(pd.DataFrame({"A": list("aabb"), "B": list("aaba")})), 3)
    0.533
    """
    units = [Counter(row.dropna()) for _, row in table.iterrows()]
    units = [unit for unit in units if unit.total() >= 2]
    n = sum(unit.total() for unit in units)
    expected = _unequal_pairs(sum(units, Counter()))
    if expected == 0:
        return float("nan")
    observed = sum(_unequal_pairs(unit) / (unit.total() - 1) for unit in units)
    return 1 - (n - 1) * observed / expected


def _unequal_pairs(codes: Counter[object]) -> int:
    return codes.total() ** 2 - sum(count**2 for count in codes.values())


def agreement(
    codings: pd.DataFrame, *, fields: Iterable[str] | None = None, coders: Iterable[str] | None = None
) -> pd.DataFrame:
    """Agreement by field.

    Parameters
    ----------
    codings
        One row a coding, with the columns `coder`, `unit`, `field` and `value`, as in the table
        ``codings``.
    fields
        The fields to report; all by default.
    coders
        The coders to compare; all by default.

    Returns
    -------
    pandas.DataFrame
        Columns: `field`, `coders` (how many), `units` (coded by at least two of them), `same` (units on
        which all who coded them gave one code), `share` (same / units), `alpha`.

    Raises
    ------
    DataError
        When a column is missing or a coder coded one unit twice in one field.
    NotFoundError
        When a field or coder does not occur.
    """
    import pandas as pd  # whoever only reads an article does not wait for pandas

    missing = [c for c in ("coder", "unit", "field", "value") if c not in codings.columns]
    if missing:
        raise DataError(
            f"codings lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}. "
            f"It has: {', '.join(map(str, codings.columns))}."
        )
    chosen = {}
    for column, wanted in (("field", fields), ("coder", coders)):
        present = list(dict.fromkeys(codings[column].dropna()))
        names = [wanted] if isinstance(wanted, str) else wanted
        chosen[column] = present if names is None else list(names)
        for name in chosen[column]:
            if name not in present:
                raise unknown(f"{column} in codings", name, present)
    part = codings[codings["coder"].isin(chosen["coder"])].dropna(subset=["value"])
    twice = part[part.duplicated(["coder", "unit", "field"])]
    if len(twice):
        row = twice.iloc[0]
        raise DataError(f"Coder {row['coder']} coded {row['unit']} twice for {row['field']}. One coding a unit.")
    rows = []
    for field in chosen["field"]:
        table = part[part["field"] == field].pivot(index="unit", columns="coder", values="value")
        table = table[table.notna().sum(axis=1) >= 2]
        same = int((table.nunique(axis=1) == 1).sum())
        rows.append(
            {
                "field": field,
                "coders": int(table.notna().any().sum()),
                "units": len(table),
                "same": same,
                "share": round(same / len(table), 3) if len(table) else float("nan"),
                "alpha": round(nominal_alpha(table), 3) if len(table) else float("nan"),
            }
        )
    return pd.DataFrame(rows, columns=["field", "coders", "units", "same", "share", "alpha"])
