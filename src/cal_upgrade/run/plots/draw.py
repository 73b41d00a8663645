"""Draws points and lines into image files, without a display: one panel or many of the same axes.

This module knows nothing of CASA. matplotlib is imported only when something is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from time import gmtime, strftime
from typing import Any

import numpy as np
import numpy.typing as npt

# Okabe and Ito's colours, apart from each other for all kinds of colour sight, the palest ones last.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#555555", "#b8a900")

_INK = "#222222"
_GRID = "#dddddd"
_MJD_OF_1970 = 40587.0
_STEPS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400)  # seconds
_MOST_KEYS = 16  # a legend with more entries explains nothing


@dataclass(frozen=True)
class Axis:
    """What is drawn along one axis: its label with unit.

    `time`: the values are seconds of MJD (UTC). `degrees`: they are phases.
    `names`: words for the values 0, 1, 2, … (antennas, correlations), if they have any.
    """

    label: str
    time: bool = False
    degrees: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """Points of one colour. `label`: for the legend. `style`: 0 full dots or lines, 1 hollow dots or dashes."""

    label: str
    x: npt.NDArray[Any]
    y: npt.NDArray[Any]
    colour: int = 0
    style: int = 0
    line: bool = False


@dataclass(frozen=True)
class Panel:
    """One of several drawings side by side."""

    title: str
    series: Sequence[Series]


@dataclass(frozen=True)
class Sheet:
    """All that is drawn into one file. `limits`: x from, to, y from, to (from = to: whatever the data need)."""

    panels: Sequence[Panel]
    x: Axis
    y: Axis
    title: str = ""
    columns: int = 0
    limits: Sequence[float] = ()
    notes: Sequence[str] = field(default_factory=tuple)


def draw(sheet: Sheet, path: Path) -> None:
    """Draw a sheet into `path`; the ending says in which format (png, jpg, pdf, ps, svg).

    Raises ValueError for an ending that matplotlib does not know, OSError if it can't be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    count = max(1, len(sheet.panels))
    columns = sheet.columns or (1 if count == 1 else min(4, ceil(np.sqrt(count))))
    rows = ceil(count / columns)
    width, height = (8.0, 4.8) if count == 1 else (11.0, max(3.4, 0.9 + (1.55 if columns > 2 else 2.1) * rows))
    figure = Figure(figsize=(width, height), dpi=110, facecolor="white")
    canvas: Any = FigureCanvasAgg(figure)
    keys = _keys(sheet)
    # margins in inches: matplotlib can find them by itself, and takes longer for that than for all the rest
    right = 0.35 + 0.075 * max(map(len, keys)) if keys else 0.15
    bottom = 0.85 if sheet.x.names else 0.58
    places = figure.subplots(
        rows,
        columns,
        sharex=True,
        sharey=True,
        squeeze=False,
        gridspec_kw={
            "left": 0.8 / width,
            "right": 1 - right / width,
            "bottom": bottom / height,
            "top": 1 - (0.58 if count > 1 else 0.4) / height,
            "wspace": 0.06,
            "hspace": 0.2,
        },
    )
    for number, place in enumerate(places.flat):
        if number >= len(sheet.panels):
            place.set_visible(False)
            continue
        panel = sheet.panels[number]
        lowest = number + columns >= count
        _draw_panel(place, panel, sheet, dated=lowest)
        if lowest:
            place.tick_params(labelbottom=True)
    if sheet.title:
        figure.suptitle(sheet.title, fontsize=11, color=_INK, y=1 - 0.1 / height)
    figure.supxlabel(_x_label(sheet), fontsize=9.5, color=_INK, y=0.1 / height)
    figure.supylabel(sheet.y.label, fontsize=9.5, color=_INK, x=0.1 / width)
    if keys:
        place = (1 - (right - 0.05) / width, 1 - 0.35 / height)
        figure.legend(handles=list(keys.values()), loc="upper left", bbox_to_anchor=place, fontsize=8,
                      frameon=False, handletextpad=0.3, handlelength=1.4, borderpad=0)  # fmt: skip
    if sheet.notes:
        figure.text(0.995, 0.995, "; ".join(sheet.notes), ha="right", va="top", fontsize=7, color="#777777")
    if path.suffix == ".png":
        canvas.print_png(path)  # savefig would draw all of it twice
    else:
        figure.savefig(path)


def _draw_panel(place: Any, panel: Panel, sheet: Sheet, dated: bool) -> None:
    points = sum(len(series.x) for series in panel.series)
    dot = 4.0 if points < 100 else 2.8 if points < 3000 else 1.6
    for series in panel.series:
        colour = COLOURS[series.colour % len(COLOURS)]
        x = series.x / 86400.0 - _MJD_OF_1970 if sheet.x.time else series.x
        if series.line:
            place.plot(x, series.y, color=colour, linewidth=1.1, linestyle="--" if series.style else "-")
        else:
            hollow = {"markerfacecolor": "white", "markeredgewidth": 0.8} if series.style else {"markeredgewidth": 0}
            place.plot(x, series.y, "o", color=colour, markersize=dot, **hollow)
    if panel.title:
        place.set_title(panel.title, fontsize=8.5, color=_INK, loc="left", y=1.02, pad=0)
    place.grid(True, color=_GRID, linewidth=0.6)
    place.set_axisbelow(True)
    place.tick_params(labelsize=7.5, color=_GRID, labelcolor=_INK)
    for spine in place.spines.values():
        spine.set_color("#aaaaaa")
        spine.set_linewidth(0.7)
    if not points:
        place.text(0.5, 0.5, "no unflagged data", transform=place.transAxes, ha="center", va="center", fontsize=8)
    _scale(place, sheet, dated)


def _scale(place: Any, sheet: Sheet, dated: bool) -> None:
    """Set limits and ticks as the axes want them."""
    if len(sheet.limits) == 4:
        x0, x1, y0, y1 = sheet.limits
        if x0 != x1 and not sheet.x.time:
            place.set_xlim(x0, x1)
        if y0 != y1:
            place.set_ylim(y0, y1)
    if sheet.x.time and dated:
        _mark_times(place, 3 if len(sheet.panels) > 4 else 6)
    low, high = place.get_ylim()
    if sheet.y.degrees and high - low > 180 and not len(sheet.limits):
        place.set_ylim(-190, 190)
        place.set_yticks([-180, -90, 0, 90, 180])
    for axis, ticks in ((sheet.x, place.xaxis), (sheet.y, place.yaxis)):
        if axis.names:
            turn = 90 if ticks is place.xaxis else 0
            ticks.set_ticks(range(len(axis.names)), axis.names, fontsize=7, rotation=turn)


def _mark_times(place: Any, most: int) -> None:
    """Mark round times along the x axis, at most so many, where its numbers are days since 1970."""
    low, high = (day * 86400.0 for day in place.get_xlim())
    step = next((step for step in _STEPS if (high - low) / step <= most), _STEPS[-1])
    times = np.arange(ceil(low / step), int(high // step) + 1) * step
    form = "%H:%M:%S" if step < 60 else "%H:%M" if step < 86400 else "%m-%d"
    place.xaxis.set_ticks(times / 86400.0, [strftime(form, gmtime(time)) for time in times.tolist()])


def _x_label(sheet: Sheet) -> str:
    """Give the label of the x axis; with times, the day they are of."""
    starts = [float(np.min(series.x)) for panel in sheet.panels for series in panel.series if len(series.x)]
    if not sheet.x.time or not starts:
        return sheet.x.label
    day = np.datetime64("1970-01-01") + np.timedelta64(int(min(starts) / 86400.0 - _MJD_OF_1970), "D")
    return f"{sheet.x.label} on {day}"


def _keys(sheet: Sheet) -> dict[str, Any]:
    """Give what explains the colours, by label; nothing where there is one, or too many to tell apart."""
    from matplotlib.lines import Line2D

    keys: dict[str, Any] = {}
    for panel in sheet.panels:
        for series in panel.series:
            if series.label and series.label not in keys:
                colour = COLOURS[series.colour % len(COLOURS)]
                look: dict[str, Any] = (
                    {"linestyle": "--" if series.style else "-"}
                    if series.line
                    else {"linestyle": "", "marker": "o", "markerfacecolor": "white" if series.style else colour}
                )
                keys[series.label] = Line2D([], [], color=colour, markersize=4.5, label=series.label, **look)
    return keys if 1 < len(keys) <= _MOST_KEYS else {}
