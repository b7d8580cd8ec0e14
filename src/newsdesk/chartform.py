"""What of a chart counts as the answer: its marks, what they encode, their bounds, whether it has words."""

from __future__ import annotations

from typing import Any

_GROUPS = ("layer", "hconcat", "vconcat", "concat")
_KEPT = ("field", "type", "aggregate", "timeUnit", "bin", "value", "datum")
_SCALE = ("domain", "domainMin", "domainMax", "zero", "type")


def chart_form(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the projection of a Vega-Lite specification.

    Parameters
    ----------
    spec
        As a chart's ``to_dict()`` gives it.

    Returns
    -------
    dict
        ``marks``: for a single view, its ``mark`` (name), ``encoding`` (channel to what it shows) and
        whether data is filtered; a layered chart's or concatenation's views are in a list under
        ``layer`` or ``concat``. ``has_description`` and ``has_title`` say whether it has words. Colours,
        sizes, fonts and the wording of titles do not count.
    """
    return {
        "view": _view(spec, {}),
        "has_description": bool(spec.get("description")),
        "has_title": bool(spec.get("title")),
    }


def _view(spec: dict[str, Any], inherited: dict[str, Any]) -> dict[str, Any]:
    encoding = inherited | spec.get("encoding", {})
    for group in _GROUPS:
        if group in spec:
            views = [_view(part, encoding) for part in spec[group]]
            return {"layer" if group == "layer" else "concat": views}
    if "spec" in spec:
        inner = _view(spec["spec"], encoding)
        facet = spec.get("facet", {})
        channels = {"facet": facet} if "field" in facet else facet
        return inner | {"facet": {name: _channel(part) for name, part in channels.items()}}
    mark = spec.get("mark")
    return {
        "mark": mark.get("type") if isinstance(mark, dict) else mark,
        "encoding": {name: _channel(part) for name, part in encoding.items()},
        "is_filtered": any("filter" in step for step in spec.get("transform", [])),
    }


def _channel(part: Any) -> Any:
    if isinstance(part, list):
        return [_channel(item) for item in part]
    if not isinstance(part, dict):
        return part
    form = {key: part[key] for key in _KEPT if key in part}
    scale = part.get("scale")
    if isinstance(scale, dict):
        bounds = {key: scale[key] for key in _SCALE if key in scale}
        form |= {"scale": bounds} if bounds else {}
    return form
