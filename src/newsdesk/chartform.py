"""What of a chart counts as the answer: its marks, what they encode, their bounds, whether it has words."""

from __future__ import annotations

import json
from typing import Any

_GROUPS = {"layer": "layer", "hconcat": "concat", "vconcat": "concat", "concat": "concat"}
_FACETS = ("facet", "row", "column")
_UNSEEN = ("tooltip", "href", "url", "description", "key")
_PLACES = ("x", "y", "theta", "radius", "latitude", "longitude")
_KEPT = ("field", "type", "aggregate", "timeUnit", "bin", "stack", "value", "datum")
_SCALE = ("domain", "domainMin", "domainMax", "zero", "type")
_USUAL: dict[str, tuple[Any, ...]] = {"stack": (True, "zero"), "bin": (False, None)}
_USUAL_SCALES = ("linear", "time", "band", "point", "ordinal")


def chart_form(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the projection of a Vega-Lite specification.

    Parameters
    ----------
    spec
        As a chart's ``to_dict()`` gives it.

    Returns
    -------
    dict
        ``view``: for a single view its ``mark`` (name), its ``encoding`` (channel to what it shows) and
        whether data ``is_filtered``; the views of layers, in no order, are in a list under ``layer``,
        those of concatenations, however arranged, under ``concat``. What a chart is split by is under
        ``facet``, what it is repeated for under ``repeat``. ``has_description`` and ``has_title`` say
        whether it has words. Data, colours, sizes, fonts, tooltips, the order of bars and the wording of
        titles do not count; nor does a default that is written out.
    """
    return {
        "view": _view(spec, {}, is_filtered=False),
        "has_description": _has_words(spec.get("description")),
        "has_title": _has_words(spec.get("title")),
    }


def _has_words(title: Any) -> bool:
    text = title.get("text") if isinstance(title, dict) else title
    return bool("".join(text).strip()) if isinstance(text, str | list) else bool(text)


def _view(spec: dict[str, Any], inherited: dict[str, Any], *, is_filtered: bool) -> dict[str, Any]:
    encoding = inherited | spec.get("encoding", {})
    is_filtered = is_filtered or any("filter" in step for step in spec.get("transform", []))
    for group, name in _GROUPS.items():
        if group in spec:
            views: list[dict[str, Any]] = []
            for part in spec[group]:
                view = _view(part, encoding, is_filtered=is_filtered)
                views += view[name] if view.keys() == {name} else [view]
            if name == "layer":
                views.sort(key=lambda view: json.dumps(view, sort_keys=True))
            return views[0] if len(views) == 1 else {name: views}
    if "spec" in spec:
        inner = _view(spec["spec"], encoding, is_filtered=is_filtered)
        facet = spec.get("facet", {})
        channels = {"facet": facet} if "field" in facet else facet
        splits = {"facet": _channels(channels)} if channels else {}
        return inner | splits | ({"repeat": spec["repeat"]} if "repeat" in spec else {})
    mark = spec.get("mark")
    facets = {name: encoding[name] for name in _FACETS if name in encoding}
    form = {
        "mark": mark.get("type") if isinstance(mark, dict) else mark,
        "encoding": _channels({name: part for name, part in encoding.items() if name not in facets}),
        "is_filtered": is_filtered,
    }
    return form | ({"facet": _channels(facets)} if facets else {})


def _channels(encoding: dict[str, Any]) -> dict[str, Any]:
    forms = {name: _channel(part) for name, part in encoding.items() if name not in _UNSEEN}
    # a constant colour or size is looks; a constant place is a statement
    return {
        name: form
        for name, form in forms.items()
        if name.startswith(_PLACES) or not isinstance(form, dict) or form.keys() - {"value"}
    }


def _channel(part: Any) -> Any:
    if isinstance(part, list):
        return [_channel(item) for item in part]
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("condition"), dict) and "field" in part["condition"]:
        part = part["condition"]
    form = {key: _plain(part[key]) for key in _KEPT if key in part}
    for key, usual in _USUAL.items():
        if key in form and form[key] in usual:
            del form[key]
    if form.get("bin") == {}:
        form["bin"] = True
    if "stack" in form and form["stack"] is None:
        form["stack"] = False
    if form.get("aggregate") == "count":
        form.pop("type", None)  # a count is a number, whether or not somebody says so
    bounds = _bounds(part.get("scale") or {})
    return form | ({"scale": bounds} if bounds else {})


def _bounds(scale: dict[str, Any]) -> dict[str, Any]:
    bounds = {key: _plain(scale[key]) for key in _SCALE if key in scale}
    if bounds.get("type") in _USUAL_SCALES:
        del bounds["type"]
    has_domain = any(key.startswith("domain") for key in bounds)
    if "zero" in bounds and bounds["zero"] == (not has_domain):  # the default: from 0 where no bounds are set
        del bounds["zero"]
    return bounds


def _plain(value: Any) -> Any:
    """Return JSON in which a whole number is written in one way only."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value
