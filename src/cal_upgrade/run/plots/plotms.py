"""plotms and plotcal as scripts of CASA 4.2 call them: they leave image files, and need no display.

What can't be drawn here is said in a warning (logger `cal_upgrade.run`) and left out; a plot never ends a script.
Panels of one call (`iteraxis`, `iteration`) stand in one file. Each call has a file of its own: `overplot` and
panels put together from several calls (`subplot=211`, then `212`) are not known here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cal_upgrade.run.plots import solutions, visibilities
from cal_upgrade.run.plots.draw import Panel, Series, Sheet, draw
from cal_upgrade.run.plots.visibilities import Array, Averaging

log = logging.getLogger("cal_upgrade.run")

_MOST_POINTS = 200_000
_MOST_PANELS = 48
_NOT_DONE = ("avgfield", "avgantenna", "avgspw", "transform", "array")
_COLUMN_WORDS = {
    "": "the data",
    "data": "the data",
    "corrected": "the corrected data (Jy)",
    "model": "the model (Jy)",
    "residual": "corrected data less model (Jy)",
    "corrected-model": "corrected data less model (Jy)",
    "data-model": "data less model",
}

Names = dict[str, tuple[str, ...]]
"""Words for numbers, by axis: antennas, fields, correlations."""


def plotms(vis: str = "", **given: Any) -> bool:
    """Draw visibilities into `plotfile` (without one: into `<vis>.<yaxis>-<xaxis>.png`); parameters as in 4.2.

    Gives False, with a warning, if nothing was drawn.
    """
    x_name, y_name = given.get("xaxis") or "time", given.get("yaxis") or "amp"
    target = Path(given.get("plotfile") or f"{vis}.{y_name}-{x_name}.png")
    if given.get("plotfile") and target.exists() and not given.get("overwrite"):
        return _not_drawn("plotms", f"{target} is there already, and overwrite is not set")
    x, y = visibilities.axis(x_name), visibilities.axis(y_name)
    if x is None or y is None:
        return _not_drawn("plotms", f"the axis '{x_name if x is None else y_name}' can't be drawn here")
    told_apart = {}
    for parameter in ("coloraxis", "iteraxis"):
        told_apart[parameter] = given.get(parameter) or ""
        if told_apart[parameter] and visibilities.axis(told_apart[parameter]) is None:
            log.warning("plotms: %s='%s' is not known here: left out.", parameter, told_apart.pop(parameter))
    for name in _NOT_DONE:
        if given.get(name):
            log.warning("plotms: %s is not done here: drawn without it.", name)
    colour, panel = told_apart.get("coloraxis", ""), told_apart.get("iteraxis", "")
    selected = [] if given.get("selectdata") is False else [*visibilities.SELECTIONS, "correlation"]
    selection = {name: _selection(given.get(name)) for name in selected}
    column = given.get("ydatacolumn") or given.get("xdatacolumn") or ""
    axes = [x_name, y_name, colour, *(["antenna1", "antenna2"] if panel == "antenna" else [panel])]
    try:
        values, correlations = visibilities.points(
            vis, selection, column, _averaging(given), tuple(dict.fromkeys(filter(None, axes)))
        )
        names = _names(vis) | {"corr": tuple(correlations)}
    except (ValueError, RuntimeError) as wrong:
        return _not_drawn("plotms", str(wrong))
    values, notes = _thinned(values)
    parts = list(_parts(values, panel, names))
    if len(parts) > _MOST_PANELS:
        notes.append(f"{_MOST_PANELS} of {len(parts)} panels are drawn")
    if visibilities.ALIASES.get(y_name, y_name) in ("amp", "real", "imag"):
        y = replace(y, label=f"{y.label} of {_COLUMN_WORDS.get(column, column)}")
    sheet = Sheet(
        [Panel(title, _coloured(part, x_name, y_name, colour, names)) for title, part in parts[:_MOST_PANELS]],
        replace(x, names=_words(x_name, names)),
        replace(y, names=_words(y_name, names)),
        given.get("title") or _title(vis, selection, names),
        limits=given.get("plotrange") or (),
        notes=notes,
    )
    return _draw("plotms", sheet, target)


def plotcal(caltable: str = "", **given: Any) -> bool:
    """Draw a calibration table into `figfile` (without one: into `<caltable>.<yaxis>-<xaxis>.png`); as in 4.2.

    Gives False, with a warning, if nothing was drawn.
    """
    try:
        found = solutions.read(caltable)
    except RuntimeError as wrong:
        return _not_drawn("plotcal", str(wrong))
    x = (given.get("xaxis") or ("chan" if found.kind.startswith("B") else "time")).replace("antenna1", "antenna")
    y = (given.get("yaxis") or "amp").replace("antenna1", "antenna")
    for name in (x, y):
        if name not in solutions.ACROSS and name not in solutions.VALUES:
            return _not_drawn("plotcal", f"the axis '{name}' can't be drawn here")
    if given.get("timerange"):
        log.warning("plotcal: timerange is not done here: all times are drawn.")
    windows = [str(number) for number in found.frequencies]
    rows = np.array([
        row
        for row in range(len(found.values))
        if found.antenna[row] in solutions.chosen(_selection(given.get("antenna")), found.antennas)
        and found.field[row] in solutions.chosen(_selection(given.get("field")), found.fields)
        and found.window[row] in solutions.chosen(_selection(given.get("spw")), windows)
    ], dtype=int)  # fmt: skip
    if not len(rows):
        return _not_drawn("plotcal", f"nothing in {caltable} fits the selection")
    wanted = [k for k, name in enumerate(found.polarisations) if name in (given.get("poln") or "")]
    if given.get("poln") == "/":
        log.warning("plotcal: the ratio of polarisations (poln='/') is not done here: both are drawn.")
    over = [name.strip() for name in _selection(given.get("iteration")).split(",")]
    panels = solutions.panels(found, rows, wanted or range(len(found.polarisations)), x, y, over)
    notes = [f"{_MOST_PANELS} of {len(panels)} panels are drawn"] if len(panels) > _MOST_PANELS else []
    sheet = solutions.sheet(found, panels[:_MOST_PANELS], x, y, Path(caltable).name)
    target = Path(given.get("figfile") or f"{caltable}.{y}-{x}.png")
    return _draw("plotcal", replace(sheet, limits=given.get("plotrange") or (), notes=notes), target)


def _draw(task: str, sheet: Sheet, target: Path) -> bool:
    try:
        draw(sheet, target)
    except (ValueError, OSError) as wrong:
        return _not_drawn(task, str(wrong))
    log.info("%s: drawn into %s", task, target)
    return True


def _not_drawn(task: str, why: str) -> bool:
    log.warning("%s: nothing drawn: %s.", task, why.rstrip("."))
    return False


def _selection(value: object) -> str:
    """Give a selection as CASA's text, whether a script gave text, a number or a list."""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _averaging(given: dict[str, Any]) -> Averaging:
    """Read plotms' averaging. Raises ValueError if a number is not one."""
    if given.get("averagedata") is False:
        return Averaging()
    return Averaging(
        channels=int(float(given.get("avgchannel") or 0)),
        seconds=float(str(given.get("avgtime") or 0).removesuffix("s")),
        scans=bool(given.get("avgscan")),
        baselines=bool(given.get("avgbaseline")),
        scalar=bool(given.get("scalar")),
    )


def _names(vis: str) -> Names:
    from casatools import table

    tb = table()
    names: Names = {}
    for axis, subtable in (("field", "FIELD"), ("antenna1", "ANTENNA")):
        tb.open(f"{vis}/{subtable}")
        names[axis] = tuple(tb.getcol("NAME"))
        tb.close()
    return names | {"antenna2": names["antenna1"]}


def _words(axis: str, names: Names) -> tuple[str, ...]:
    return names.get(visibilities.ALIASES.get(axis, axis), ())


def _word(axis: str, value: float, names: Names) -> str:
    """Name one value of an axis for a title or a legend."""
    words = _words(axis, names)
    if words:
        return words[int(value)]
    if axis == "baseline":
        return " & ".join(names["antenna1"][int(k)] for k in divmod(value, 1000))
    return f"{axis} {value:g}"


def _thinned(values: dict[str, Array]) -> tuple[dict[str, Array], list[str]]:
    step = -(-len(next(iter(values.values()))) // _MOST_POINTS)
    if step <= 1:
        return values, []
    return {name: points[::step] for name, points in values.items()}, [f"one point in {step} is drawn"]


def _parts(values: dict[str, Array], axis: str, names: Names) -> Iterator[tuple[str, dict[str, Array]]]:
    """Split points by the values of an axis: one part a panel. With no axis: one part."""
    if not axis:
        yield "", values
        return
    columns = [values[name] for name in (("antenna1", "antenna2") if axis == "antenna" else (axis,))]
    for value in np.unique(np.concatenate(columns)):
        here = np.any([column == value for column in columns], axis=0)
        yield _word(axis, value, names), {name: points[here] for name, points in values.items()}


def _coloured(values: dict[str, Array], x: str, y: str, colour: str, names: Names) -> list[Series]:
    if not colour:
        return [Series("", values[x], values[y])]
    return [
        Series(_word(colour, value, names), values[x][here], values[y][here], number)
        for number, value in enumerate(np.unique(values[colour]))
        for here in [values[colour] == value]
    ]


def _title(vis: str, selection: dict[str, str], names: Names) -> str:
    """Say what is drawn: the measurement set, and the field where it is one."""
    field = selection.get("field", "")
    words = names["field"][int(field)] if field.isdigit() and int(field) < len(names["field"]) else field
    return f"{Path(vis).name} · {words}" if words else Path(vis).name
