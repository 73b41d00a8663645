"""Reads visibilities of a measurement set for a plot: selected, averaged, along the axes that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cal_upgrade.run.plots.draw import Axis
from cal_upgrade.run.plots.virtual_models import PointModels, point_models

Array = npt.NDArray[Any]

SELECTIONS = {
    "field": "field",
    "spw": "spw",
    "timerange": "time",
    "uvrange": "uvdist",
    "antenna": "baseline",
    "scan": "scan",
    "observation": "observation",
    "msselect": "taql",
}
"""plotms' name of a selection and what the ms tool calls it. Both read CASA's selection language. `correlation`
is chosen here: the ms tool gives all of them back."""

COLUMNS = {
    "": ("data",),
    "data": ("data",),
    "corrected": ("corrected_data",),
    "model": ("model_data",),
    "residual": ("corrected_data", "model_data"),
    "corrected-model": ("corrected_data", "model_data"),
    "data-model": ("data", "model_data"),
}
"""plotms' data columns: the ms tool's, the second one to be taken from the first."""

_LIGHT = 299_792_458.0  # m/s


class NothingSelected(ValueError):
    """The selection holds no data, or the data column asked for is not there."""


@dataclass(frozen=True)
class Averaging:
    """What is averaged: `channels` and `seconds` to a bin (0: none), over scans, over baselines; `scalar`: amplitudes
    and not the complex numbers."""  # fmt: skip

    channels: int = 0
    seconds: float = 0.0
    scans: bool = False
    baselines: bool = False
    scalar: bool = False


@dataclass(frozen=True)
class Block:
    """Visibilities of one scan and spectral window: `data` by correlation, channel, row; flagged ones are NaN."""

    data: Array
    weight: Array  # correlation, row
    columns: dict[str, Array]  # by row
    channels: Array
    frequencies: Array  # Hz
    correlations: Array  # their numbers among those of the measurement set
    window: int


def _per_row(name: str) -> Callable[[Block], Array]:
    return lambda block: block.columns[name]


def _wavelengths(name: str) -> Callable[[Block], Array]:
    return lambda block: block.columns[name] * block.frequencies[:, None] / _LIGHT / 1000


AXES: dict[str, tuple[str, Callable[[Block], Array]]] = {
    "amp": ("Amplitude", lambda block: np.abs(block.data)),
    "phase": ("Phase (degrees)", lambda block: np.degrees(np.angle(block.data))),
    "real": ("Real part", lambda block: block.data.real),
    "imag": ("Imaginary part", lambda block: block.data.imag),
    "wt": ("Weight", lambda block: block.weight[:, None, :]),
    "time": ("Time (UTC)", _per_row("time")),
    "scan": ("Scan", _per_row("scan_number")),
    "field": ("Field", _per_row("field_id")),
    "antenna1": ("Antenna 1", _per_row("antenna1")),
    "antenna2": ("Antenna 2", _per_row("antenna2")),
    "baseline": ("Baseline", lambda block: block.columns["antenna1"] * 1000 + block.columns["antenna2"]),
    "uvdist": ("Baseline length in the uv plane (m)", _per_row("uvdist")),
    "uvwave": ("Baseline length in the uv plane (1000 wavelengths)", _wavelengths("uvdist")),
    "u": ("u (m)", _per_row("u")),
    "v": ("v (m)", _per_row("v")),
    "w": ("w (m)", _per_row("w")),
    "uwave": ("u (1000 wavelengths)", _wavelengths("u")),
    "vwave": ("v (1000 wavelengths)", _wavelengths("v")),
    "wwave": ("w (1000 wavelengths)", _wavelengths("w")),
    "spw": ("Spectral window", lambda block: np.array(block.window)),
    "channel": ("Channel", lambda block: block.channels[:, None]),
    "freq": ("Frequency (GHz)", lambda block: block.frequencies[:, None] / 1e9),
    "corr": ("Correlation", lambda block: block.correlations[:, None, None]),
}
"""The axes that can be drawn: label, and how to take the values from a block, to fit (correlation, channel, row)."""

ALIASES = {
    "amplitude": "amp",
    "imaginary": "imag",
    "weight": "wt",
    "chan": "channel",
    "frequency": "freq",
    "correlation": "corr",
    "ant1": "antenna1",
    "ant2": "antenna2",
    "antenna": "antenna1",
}


def axis(name: str) -> Axis | None:
    """Give the axis that plotms calls `name`, None if it can't be drawn here."""
    name = ALIASES.get(name, name)
    return Axis(AXES[name][0], time=name == "time", degrees=name == "phase") if name in AXES else None


def points(
    vis: str, selection: dict[str, str], column: str, averaging: Averaging, axes: tuple[str, ...]
) -> tuple[dict[str, Array], list[str]]:
    """Read unflagged visibilities: the values along each of `axes`, all equally long, and the correlations' names.

    `selection` is by the names of `SELECTIONS`, and `correlation`. Reads a scan and window at a time.
    Raises NothingSelected if nothing is left to draw.
    """
    if column not in COLUMNS:
        raise NothingSelected(f"there is no data column '{column}'")
    found: dict[str, list[Array]] = {name: [] for name in axes}
    names = _correlations(vis)
    for block in _blocks(vis, selection, column, names, averaging.scans):
        block = average(block, averaging)
        good = np.isfinite(block.data)
        for name in axes:
            values = AXES[ALIASES.get(name, name)][1](block)
            found[name].append(np.broadcast_to(values, block.data.shape)[good])
    if not any(len(values) for values in found[axes[0]]):
        raise NothingSelected("no unflagged data are selected")
    return {name: np.concatenate(values) for name, values in found.items()}, names


def _correlations(vis: str) -> list[str]:
    """Name the correlations of a measurement set, in order (numbers as in casacore's `Stokes::StokesTypes`)."""
    from casatools import table

    stokes = dict(
        zip(range(1, 13), ["I", "Q", "U", "V", "RR", "RL", "LR", "LL", "XX", "XY", "YX", "YY"], strict=True)
    )
    tb = table()
    tb.open(f"{vis}/POLARIZATION")
    try:
        numbers = dict.fromkeys(int(n) for row in range(tb.nrows()) for n in tb.getcell("CORR_TYPE", row))
    finally:
        tb.close()
    return [stokes.get(number, str(number)) for number in numbers]


def _blocks(vis: str, selection: dict[str, str], column: str, names: list[str], whole: bool) -> Iterator[Block]:
    """Read a measurement set scan by scan and window by window (`whole`: all scans at a time)."""
    from casatools import ms as mstool
    from casatools import table

    wanted = {tool: selection[name] for name, tool in SELECTIONS.items() if selection.get(name)}
    wanted = wanted or {"field": "*"}
    correlations = [name.strip().upper() for name in selection.get("correlation", "").split(",") if name.strip()]
    ms, tb = mstool(), table()
    tb.open(f"{vis}/DATA_DESCRIPTION")
    windows = tb.getcol("SPECTRAL_WINDOW_ID").tolist()
    tb.close()
    ms.open(vis)
    try:
        if not ms.msselect(wanted):
            raise NothingSelected(f"nothing in {vis} fits {wanted}")
        ranges = ms.msselectedindices()["channel"].tolist()
        virtual = point_models(vis) if "model_data" in COLUMNS[column] else {}
        read = ms.getdata(["scan_number", "data_desc_id"])
        scans = [""] if whole else [str(number) for number in np.unique(read["scan_number"])]
        for scan in scans:
            for dd in np.unique(read["data_desc_id"]).tolist():
                ms.reset()
                # two selections that are made one after the other narrow each other down
                if not (ms.msselect(wanted) and (not scan or ms.msselect({"scan": scan}))):
                    continue
                if ms.selectinit(datadescid=dd) and ms.nrow(True):
                    block = _read(ms, column, windows[dd], ranges, names, virtual)
                    kept = [
                        k for k, n in enumerate(block.correlations) if not correlations or names[n] in correlations
                    ]
                    yield replace(
                        block,
                        data=block.data[kept],
                        weight=block.weight[kept],
                        correlations=block.correlations[kept],
                    )
    finally:
        ms.done()


def _read(
    ms: Any,
    column: str,
    window: int,
    ranges: list[list[int]],
    names: list[str],
    virtual: dict[tuple[int, int], float],
) -> Block:
    first, *others = COLUMNS[column]
    rows = ["time", "antenna1", "antenna2", "field_id", "scan_number", "uvdist", "u", "v", "w"]
    read = ms.getdata([first, *others, "flag", "flag_row", "weight", "axis_info", *rows])
    _set_virtual(read, window, virtual)
    for name in (first, *others):
        if read[name].ndim != 3:
            raise NothingSelected(f"the measurement set has no {name.upper()}")
    data = read[first] - read[others[0]] if others else np.array(read[first])
    data[read["flag"] | read["flag_row"]] = np.nan
    frequencies = np.asarray(read["axis_info"]["freq_axis"]["chan_freq"])[:, 0]
    correlations = np.array([names.index(name) for name in read["axis_info"]["corr_axis"]])
    kept = _channels(ranges, window, len(frequencies))
    columns = {name: read[name] for name in rows}
    return Block(data[:, kept], read["weight"], columns, kept, frequencies[kept], correlations, window)


def _set_virtual(read: dict[str, Array], window: int, virtual: PointModels) -> None:
    """Put virtual models in the place of MODEL_DATA's; where neither is, CASA takes 1 Jy."""
    fields = [field for field in np.unique(read["field_id"]) if (field, window) in virtual]
    if fields:
        # the ms tool gives an array of no size for a column that is not there
        if read["model_data"].ndim != 3:
            read["model_data"] = np.ones(read["flag"].shape, dtype=complex)
        model = read["model_data"]
        for field in fields:
            model[:, :, read["field_id"] == field] = virtual[field, window]


def _channels(ranges: list[list[int]], window: int, count: int) -> Array:
    """Give the channels that the selection names in one window; `ranges`: window, first, last, step."""
    chosen = [np.arange(first, last + 1, max(step, 1)) for spw, first, last, step in ranges if spw == window]
    return np.unique(np.concatenate(chosen)) if chosen else np.arange(count)


def average(block: Block, how: Averaging) -> Block:
    """Average channels first, rows then. Flagged (NaN) visibilities don't count."""
    if how.scalar and (how.channels > 1 or how.seconds or how.baselines):
        block = replace(block, data=np.where(np.isfinite(block.data), np.abs(block.data), np.nan).astype(complex))
    if how.channels > 1:
        starts = np.arange(0, len(block.channels), how.channels)
        lengths = np.diff([*starts, len(block.channels)])
        block = replace(
            block,
            data=_mean(block.data, starts, axis=1),
            channels=np.add.reduceat(block.channels, starts) / lengths,
            frequencies=np.add.reduceat(block.frequencies, starts) / lengths,
        )
    if how.seconds > 0 or how.baselines:
        block = _average_rows(block, how)
    return block


def _average_rows(block: Block, how: Averaging) -> Block:
    columns = block.columns
    times = columns["time"]
    bins = np.floor((times - times.min()) / how.seconds) if how.seconds > 0 else times
    keys = [bins, columns["field_id"]]
    if not how.baselines:
        keys += [columns["antenna1"], columns["antenna2"]]
    if not how.scans:
        keys.append(columns["scan_number"])
    order = np.lexsort(keys)
    table = np.array([key[order] for key in keys])
    starts = np.flatnonzero(np.any(np.diff(table, axis=1, prepend=np.nan) != 0, axis=0))
    lengths = np.diff([*starts, len(order)])
    return replace(
        block,
        data=_mean(block.data[:, :, order], starts, axis=2),
        weight=np.add.reduceat(block.weight[:, order], starts, axis=1),
        columns={
            name: np.add.reduceat(values[order], starts) / lengths
            if values.dtype.kind == "f"
            else values[order][starts]
            for name, values in columns.items()
        },
    )


def _mean(data: Array, starts: Array, axis: int) -> Array:
    good = np.isfinite(data)
    total = np.add.reduceat(np.where(good, data, 0), starts, axis=axis)
    count = np.add.reduceat(good.astype(int), starts, axis=axis)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(count > 0, total / count, np.nan))
