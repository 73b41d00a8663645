"""What the journal of a directory says of a script: which steps are done, and what was kept before them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cal_upgrade.run.casa42.differences import Kind
from cal_upgrade.run.state.journal import AnyRecord, Dropped, RunBegan, Saved, StepBegan, StepEnded

Kept = dict[tuple[str, Kind], dict[int, str]]
"""By measurement set and kind: the step before which the state was kept, and the name of the version."""


@dataclass
class History:
    """What was done.

    `done`: the steps that stand, with the record of their beginning; beginning a step undoes it and all after it.
    `open`: the step that began last and did not end, by a power cut or a kill. `failed`: the one that ended badly.
    """

    done: dict[int, StepBegan] = field(default_factory=dict)
    open: StepBegan | None = None
    failed: StepEnded | None = None
    began: set[int] = field(default_factory=set)
    ended: dict[int, StepEnded] = field(default_factory=dict)
    kept: Kept = field(default_factory=dict)

    def torn(self, again: int | None) -> tuple[int, float] | None:
        """Give the step that may have left torn tables, and when (s since 1970) it began.

        That is one that was cut off, or, where it or an earlier one is run `again`, one that failed: the disk was
        full, maybe.
        """
        if self.open is not None:
            return self.open.step, self.open.when
        if self.failed is not None and again is not None and again <= self.failed.step:
            return self.failed.step, self.failed.when - self.failed.seconds
        return None


def of(records: Iterable[AnyRecord], script: str, order: list[int]) -> History:
    """Tell the history of a script, by its file name; `order` are its steps in order."""
    history = History()
    place = {step: k for k, step in enumerate(order)}
    mine = False
    for record in records:
        if isinstance(record, RunBegan):
            mine = record.script == script
        elif mine:
            _take(history, record, place)
    return history


def _take(history: History, record: AnyRecord, place: dict[int, int]) -> None:
    match record:
        case StepBegan(step=step):
            here = place.get(step, -1)
            history.done = {s: r for s, r in history.done.items() if place.get(s, -1) < here}
            history.open, history.failed = record, None
            history.began.add(step)
        case StepEnded(step=step, outcome=outcome):
            if outcome == "done" and history.open is not None:
                history.done[step] = history.open
            history.failed = None if outcome == "done" else record
            history.ended[step] = record
            history.open = None
        case Saved(step=step, vis=vis, kind=kind, version=version):
            history.kept.setdefault((vis, kind), {})[step] = version
        case Dropped(step=step, vis=vis, kind=kind):
            history.kept.get((vis, kind), {}).pop(step, None)
