"""The journal of a working directory: what ran there, when, with which script, and how it ended.

A file of JSON lines, only ever added to, and each line is on the disk before the next thing is done. So it tells
the truth after a power cut too: a step that began and has no end was interrupted.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Literal

import msgspec

NAME = "cal-run.journal"
"""The journal's file name in the working directory."""

Outcome = Literal["done", "failed", "stopped"]
"""How a step, a task or a run ended. `stopped`: the person at the keyboard, or the script itself, ended it."""


class Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="what", tag=str.lower, omit_defaults=True):
    """One line of a journal. `when`: seconds since 1970 (UTC)."""

    when: float = msgspec.field(default_factory=time.time)


class RunBegan(Record, frozen=True):
    """A run of `steps` of a script began. All that follows, up to the next `RunBegan`, belongs to it.

    `script`: its file name. `sha256`: of the script's bytes. `casa`: the CASA that runs it, as `6.7.0`.
    `command`: the arguments given to cal-run.
    """

    script: str
    sha256: str
    steps: list[int]
    casa: str = ""
    command: list[str] = []


class StepBegan(Record, frozen=True):
    """A step was entered; from here on the data may change. `sha256`: of the step's own text."""

    step: int
    title: str = ""
    sha256: str = ""


class Saved(Record, frozen=True):
    """The state of a measurement set as it was before `step` is kept.

    `vis`: the measurement set, relative to the working directory. `kind`: its flags, or its models.
    `version`: the name of the flag version, or of the directory with the models.
    """

    step: int
    vis: str
    kind: Literal["flags", "models"]
    version: str


class Dropped(Record, frozen=True):
    """What was kept of `vis` before `step` is no longer to be used."""

    step: int
    vis: str
    kind: Literal["flags", "models"]


class Restored(Record, frozen=True):
    """The state of `vis` at the end of the step before `step` was put back."""

    step: int
    vis: str
    kind: Literal["flags", "models"]
    version: str


class Flux(msgspec.Struct, frozen=True, omit_defaults=True):
    """A flux density found or set: `flux` and `error` in Jy (Stokes I), `frequency` in Hz (0: not known).

    `source` says by which task: `fluxscale` or `setjy`. `spw`: the spectral window's number.
    """

    field: str
    spw: int
    flux: float
    error: float = 0.0
    frequency: float = 0.0
    source: str = "fluxscale"


class TaskEnded(Record, frozen=True):
    """A CASA task was called by a step and ended.

    `line`: in the script. `parameters`: as the script gave them, written as Python. `seconds`: how long it took.
    `message`: CASA's own words if it failed. `fluxes`: what fluxscale found or setjy set.
    """

    step: int | None
    task: str
    line: int
    seconds: float
    outcome: Outcome = "done"
    parameters: dict[str, str] = {}
    message: str = ""
    fluxes: list[Flux] = []


class Warned(Record, frozen=True):
    """Something that a person should know, and that did not stop the run."""

    step: int | None
    line: int
    message: str


class StepEnded(Record, frozen=True):
    """A step was left. `plots`: the PNG files made in it, relative to the working directory."""

    step: int
    outcome: Outcome
    seconds: float
    message: str = ""
    plots: list[str] = []


class Flagged(Record, frozen=True):
    """The fraction of the data that is flagged at the end of a run, from 0 to 1.

    `antennas` and `fields` are keyed by name; `cross` holds the fraction per antenna and field.
    """

    vis: str
    total: float
    antennas: dict[str, float] = {}
    fields: dict[str, float] = {}
    cross: dict[str, dict[str, float]] = {}


class RunEnded(Record, frozen=True):
    """A run ended."""

    outcome: Outcome
    seconds: float


AnyRecord = RunBegan | StepBegan | Saved | Dropped | Restored | TaskEnded | Warned | StepEnded | Flagged | RunEnded


class Damaged(Exception):
    """A journal with a line that can't be read, and that is not its last. `line` counts from 1."""

    def __init__(self, path: Path, line: int) -> None:
        """Keep the place."""
        super().__init__(f"{path}:{line}: this line of the journal can't be read")
        self.path = path
        self.line = line


def read(path: Path) -> list[AnyRecord]:
    """Read a journal; one that does not exist is empty.

    A last line that is cut short is passed over: the power went while it was written. Raises Damaged for any other.
    """
    try:
        whole = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    decoder = msgspec.json.Decoder(AnyRecord)
    records: list[AnyRecord] = []
    for number, line in enumerate(whole, 1):
        try:
            records.append(decoder.decode(line))
        except msgspec.MsgspecError as error:
            raise Damaged(path, number) from error
    return records


class Journal:
    """A working directory's journal, open for adding."""

    def __init__(self, path: Path) -> None:
        """Read what is there. Raises Damaged."""
        self.path = path
        self.records: list[AnyRecord] = read(path)

    def add(self, record: AnyRecord) -> None:
        """Add a record; when this returns it is on the disk.

        A script may have deleted the file: then all of it is written anew.
        """
        self.records.append(record)
        there = self.path.exists()
        if there:
            _drop_cut_line(self.path)
        text = b"".join(msgspec.json.encode(each) + b"\n" for each in ([record] if there else self.records))
        with self.path.open("ab") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def _drop_cut_line(path: Path) -> None:
    """Take away a last line that has no line feed: the power went while it was written."""
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            return
        file.seek(size - 1)
        if file.read(1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
