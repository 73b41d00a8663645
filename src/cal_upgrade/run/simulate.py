"""Makes a Cycle 0 observation whose true fluxes are known, to calibrate and compare.

What comes out is what a data package holds: `<uid>.ms.split`, a priori calibrated (so in kelvin, not in jansky),
with the column DATA only, a filled POINTING table, intents, and one scan at a time over all spectral windows.

Fields, in the order that scripts name them by number:
0 3c279 (bandpass) · 1 Titan (flux) · 2 J1037-295 (phase calibrator) · 3 TW Hya (target).
Titan is CASA's own disc ('Butler-JPL-Horizons 2012'), resolved by the array; the others are points at the phase
centre, each with one flux per spectral window. Needs casatools and casatasks.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
Size = Literal["small", "large"]
"""`small`: 2 windows of 32 channels, 8 minutes, made in a few seconds. `large`: 4 windows of 64, 48 minutes."""

ANTENNAS = ("DA41", "DA43", "DV02", "DA42", "DV05", "DV11", "DV16", "DV03",
            "DV06", "DV09", "DV12", "DV08", "PM03", "DV13", "DV15", "PM01")  # fmt: skip
"""Names for the 16 places of the compact Cycle 0 array, in the order of casadata's list of places."""

REFERENCE_ANTENNA = "DV08"
"""The antenna nearest to the middle of the array."""

INNER_ANTENNAS = ("DA41", "DA43", "DV02", "DV05", "DV08", "DV11", "DV16", "PM03")
"""Those in the middle, less than 70 m from each other: Titan is nearly a point for them."""

TITAN = 1
INTEGRATION = 6.048
"""Seconds: the usual integration of Cycle 0."""

_START = "2012/11/20/11:10:00"  # UTC; all four fields are between 35 and 83 degrees high at ALMA
_SLEW = 4  # integrations between two scans
_NOISE = 0.05  # Jy in one channel of 62.5 MHz, one polarisation, one integration; real data of 2012 had 0.15
_KELVIN_PER_JANSKY = 1 / 40
_FIRST_GHZ = 334.5  # no line of Titan up to 342 GHz: one flux for a window is as good as one for each channel


class Source(msgspec.Struct, frozen=True):
    """One field and its true flux in each spectral window, in Jy; Titan's as a whole, at the window's lower edge."""

    id: int
    name: str
    intent: str
    flux: tuple[float, ...]


class Truth(msgspec.Struct, frozen=True):
    """What went into a simulated observation.

    `vis` is the measurement set's name, `centres` the middle of each spectral window (GHz), `gains` the amplitude
    (square root of K/Jy) per antenna and polarisation, constant in time, `noise` in Jy per visibility.
    """

    vis: str
    reference_antenna: str
    sources: tuple[Source, ...]
    centres: tuple[float, ...]
    antennas: tuple[str, ...]
    gains: tuple[tuple[float, float], ...]
    noise: float
    seed: int

    def flux(self, name: str) -> tuple[float, ...]:
        """Give a field's flux (Jy) per spectral window; KeyError if there is no such field."""
        return {source.name: source.flux for source in self.sources}[name]


@dataclass(frozen=True)
class _Field:
    name: str
    direction: str
    intent: str
    flux: float  # Jy at the first window's centre; 0: CASA's model
    index: float  # spectral index between windows

    def fluxes(self, centres: Array) -> Array:
        return np.asarray(np.round(self.flux * (centres / centres[0]) ** self.index, 4))


_FIELDS = (
    _Field("3c279", "J2000 12h56m11.1666 -05d47m21.525", "CALIBRATE_BANDPASS", 17.5, -0.6),
    # where Titan stood at 12 UT on that day (JPL Horizons)
    _Field("Titan", "J2000 14h15m22.003 -11d11m08.05", "CALIBRATE_AMPLI,CALIBRATE_FLUX", 0.0, 0.0),
    _Field("J1037-295", "J2000 10h37m16.0797 -29d34m02.813", "CALIBRATE_PHASE", 0.6, -0.7),
    _Field("TW Hya", "J2000 11h01m51.8 -34d42m17.0", "OBSERVE_TARGET", 1.3, 2.4),
)


@dataclass(frozen=True)
class _Plan:
    windows: int
    channels: int
    scans: tuple[tuple[int, int], ...]  # field, integrations


_PLANS: dict[Size, _Plan] = {
    "small": _Plan(2, 32, ((0, 15), (1, 12), (2, 6), (3, 12), (2, 6), (3, 12), (2, 6))),
    "large": _Plan(4, 64, ((0, 50), (1, 30), *[(2, 10), (3, 25)] * 11, (2, 10))),
}


def simulate(folder: Path, size: Size = "small", uid: str = "uid___A002_X554543_X207", seed: int = 20121120) -> Truth:
    """Make `<folder>/<uid>.ms.split` and `<uid>.ms.split.truth.json` beside it; the same seed gives the same data.

    An older one of that name is replaced.
    """
    plan = _PLANS[size]
    folder.mkdir(parents=True, exist_ok=True)
    vis = folder / f"{uid}.ms.split"
    for old in (vis, Path(f"{vis}.flagversions")):
        shutil.rmtree(old, ignore_errors=True)
    centres = _FIRST_GHZ + 2.0 * np.arange(plan.windows)
    _observe(vis, plan, centres)
    titan = _predict_titan(vis, plan.windows)
    random = np.random.default_rng(seed)
    gains = np.sqrt(_KELVIN_PER_JANSKY) * np.exp(0.1 * random.standard_normal((len(ANTENNAS), 2)))
    fluxes = [titan if number == TITAN else field.fluxes(centres) for number, field in enumerate(_FIELDS)]
    noise = _NOISE * np.sqrt(plan.channels / 32)
    _corrupt(vis, plan, fluxes, gains, noise, random)
    _finish_tables(vis)
    truth = Truth(
        vis=vis.name,
        reference_antenna=REFERENCE_ANTENNA,
        sources=tuple(
            Source(number, field.name, field.intent, tuple(float(x) for x in fluxes[number]))
            for number, field in enumerate(_FIELDS)
        ),
        centres=tuple(float(x) for x in centres),
        antennas=ANTENNAS,
        gains=tuple((float(x), float(y)) for x, y in gains),
        noise=float(noise),
        seed=seed,
    )
    Path(f"{vis}.truth.json").write_bytes(msgspec.json.format(msgspec.json.encode(truth), indent=2))
    return truth


def read_truth(path: Path) -> Truth:
    """Read the truth that `simulate` wrote beside a measurement set."""
    return msgspec.json.decode(path.read_bytes(), type=Truth)


def _observe(vis: Path, plan: _Plan, centres: Array) -> None:
    """Let CASA's simulator lay out the measurement set: array, windows, fields, times, uvw; no data yet."""
    from casatools import ctsys, measures, simulator

    me, sm = measures(), simulator()
    # lines of x, y, z, dish diameter (m) and pad
    listed = Path(ctsys.resolve("alma/simmos/alma.cycle0.compact.cfg")).read_text().splitlines()
    places = [line.split() for line in listed if not line.startswith("#")]
    x, y, z, diameters = ([float(place[k]) for place in places] for k in range(4))
    width = 2000.0 / plan.channels
    sm.open(str(vis))
    try:
        sm.setconfig(
            telescopename="ALMA",
            x=x,
            y=y,
            z=z,
            dishdiameter=diameters,
            mount=["alt-az"] * len(ANTENNAS),
            antname=list(ANTENNAS),
            padname=[place[4] for place in places],
            coordsystem="local",
            referencelocation=me.observatory("ALMA"),
        )
        names = [f"ALMA_RB_07#BB_{k + 1}#SW-01#FULL_RES" for k in range(plan.windows)]
        for name, centre in zip(names, centres, strict=True):
            sm.setspwindow(
                spwname=name,
                freq=f"{centre * 1000 - 1000 + width / 2}MHz",
                deltafreq=f"{width}MHz",
                freqresolution=f"{width}MHz",
                nchannels=plan.channels,
                stokes="XX YY",
            )
        sm.setfeed("perfect X Y")
        sm.setlimits(shadowlimit=0.001, elevationlimit="10deg")
        sm.setauto(0.0)
        for field in _FIELDS:
            sm.setfield(sourcename=field.name, sourcedirection=me.direction(*field.direction.split()))
        sm.settimes(f"{INTEGRATION}s", usehourangle=False, referencetime=me.epoch("UTC", _START))
        begin = 0
        for number, length in plan.scans:
            for name in names:
                start, stop = begin * INTEGRATION, (begin + length) * INTEGRATION
                sm.observe(_FIELDS[number].name, name, starttime=f"{start}s", stoptime=f"{stop}s")
            begin += length + _SLEW
    finally:
        sm.close()


def _predict_titan(vis: Path, windows: int) -> Array:
    """Put CASA's disc model of Titan into MODEL_DATA; give its total flux (Jy) per window."""
    from casatasks import setjy

    found = setjy(vis=str(vis), field=str(TITAN), standard="Butler-JPL-Horizons 2012", usescratch=True)
    return np.array([found[str(TITAN)][str(window)]["fluxd"][0] for window in range(windows)])


def _corrupt(
    vis: Path,
    plan: _Plan,
    fluxes: list[Array],
    gains: Array,
    noise: float,
    random: np.random.Generator,
) -> None:
    """Write DATA = model × gains × bandpasses + noise, and the scans, states and weights that go with it."""
    from casatools import table

    phase = _PhaseDrift(random)
    shapes = [_bandpass(plan.channels, random) for _ in range(plan.windows)]
    tb = table()
    tb.open(str(vis), nomodify=False)
    try:
        # the simulator counts one scan per field, time and window
        number = (tb.getcol("SCAN_NUMBER") - 1) // plan.windows
        field = tb.getcol("FIELD_ID")
        tb.putcol("SCAN_NUMBER", number + 1)
        tb.putcol("STATE_ID", field)
        starts = np.flatnonzero(np.diff(number * plan.windows + tb.getcol("DATA_DESC_ID"), prepend=-1))
        first = tb.getcell("TIME", 0)
        for start, stop in zip(starts, [*starts[1:], tb.nrows()], strict=True):
            rows = {"startrow": int(start), "nrow": int(stop - start)}
            window, source = int(tb.getcell("DATA_DESC_ID", start)), int(field[start])
            one, two = tb.getcol("ANTENNA1", **rows), tb.getcol("ANTENNA2", **rows)
            time = tb.getcol("TIME", **rows) - first
            if source == TITAN:
                model = tb.getcol("MODEL_DATA", **rows)
            else:
                model = np.full((2, plan.channels, stop - start), fluxes[source][window], dtype=complex)
            complex_gain = gains[:, :, None] * np.exp(1j * phase.at(np.unique(time)))  # antenna, correlation, time
            at = np.searchsorted(np.unique(time), time)
            scale = complex_gain[one, :, at] * complex_gain[two, :, at].conj()  # row, correlation
            shape = shapes[window][one] * shapes[window][two].conj()  # row, correlation, channel
            data = model * scale.T[:, None, :] * shape.transpose(1, 2, 0)
            size = data.shape
            level = noise * np.abs(scale).T[:, None, :] / np.sqrt(2)
            data += level * (random.standard_normal(size) + 1j * random.standard_normal(size))
            tb.putcol("DATA", data, **rows)
        sigma = np.full((2, tb.nrows()), noise * _KELVIN_PER_JANSKY)
        tb.putcol("SIGMA", sigma)
        tb.putcol("WEIGHT", sigma**-2)
        tb.removecols(["MODEL_DATA", "CORRECTED_DATA"])
    finally:
        tb.close()


class _PhaseDrift:
    """Phases (radian) that wander slowly: some 10 degrees in a quarter of an hour, smooth between calibrations."""

    def __init__(self, random: np.random.Generator) -> None:
        antennas = (len(ANTENNAS), 2, 1)
        self.offset = random.uniform(-np.pi, np.pi, antennas)
        self.rate = np.radians(random.uniform(-15, 15, (len(ANTENNAS), 1, 1))) / 1800
        self.swing = np.radians(random.uniform(2, 6, (len(ANTENNAS), 1, 1)))
        self.turn = random.uniform(0, 2 * np.pi, (len(ANTENNAS), 1, 1))

    def at(self, time: Array) -> Array:
        """Give phases by antenna, polarisation and time (seconds from the start)."""
        wave = np.asarray(np.sin(2 * np.pi * time / 2400 + self.turn))
        return np.asarray(self.offset + self.rate * time + self.swing * wave)


def _bandpass(channels: int, random: np.random.Generator) -> npt.NDArray[np.complex128]:
    """Give each antenna's bandpass by polarisation and channel: a ripple, falling edges, a delay; mean power 1."""
    place = np.linspace(-1, 1, channels)
    each = (len(ANTENNAS), 2, 1)
    ripple = random.uniform(0, 0.06, each) * np.sin(random.uniform(2, 6, each) * place + random.uniform(0, 6, each))
    amplitude = (1 + random.uniform(-0.08, 0.08, each) * place + ripple) * (1 - 0.25 * np.abs(place) ** 12)
    amplitude /= np.sqrt(np.mean(amplitude**2, axis=-1, keepdims=True))
    angle = np.radians(random.uniform(-40, 40, each) * place + random.uniform(-15, 15, each) * place**2)
    return np.asarray(amplitude * np.exp(1j * angle))


def _finish_tables(vis: Path) -> None:
    """Name observer and intents as ALMA's data do. POINTING was filled by the simulator."""
    from casatools import table

    tb = table()
    tb.open(f"{vis}/STATE", nomodify=False)
    tb.addrows(len(_FIELDS) - tb.nrows())
    for row, field in enumerate(_FIELDS):
        # as ALMA writes them: each intent with #ON_SOURCE; the quasars serve water vapour radiometry too
        intents = [f"{intent}#ON_SOURCE" for intent in field.intent.split(",")]
        if field.intent.startswith("CALIBRATE"):
            intents.append("CALIBRATE_WVR#ON_SOURCE")
        tb.putcell("OBS_MODE", row, ",".join(intents))
        tb.putcell("SIG", row, True)
        tb.putcell("SUB_SCAN", row, 1)
    tb.close()
    tb.open(f"{vis}/OBSERVATION", nomodify=False)
    tb.putcell("OBSERVER", 0, "cal-upgrade")
    tb.putcell("PROJECT", 0, "2011.0.00000.S")
    tb.close()
