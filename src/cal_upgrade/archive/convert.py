"""Converts every calibration script of data packages, then the drivers that run them, and sums up."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TextIO

from cal_upgrade import files
from cal_upgrade.archive.walk import Package, look_through
from cal_upgrade.archive.workdir import Item, Outcome, failed, work
from cal_upgrade.characters import visible, visible_name
from cal_upgrade.convert.job import Order
from cal_upgrade.parallel.each import each
from cal_upgrade.parallel.progress import Progress
from cal_upgrade.report.describe import Reviewed, number, what_to_do

DONE, LOOK, REFUSED = 0, 1, 2


class Means(NamedTuple):
    """How the work is done: processes on this machine, or the address of a Dask cluster."""

    processes: int = 1
    scheduler: str | None = None


class Result(NamedTuple):
    """What became of the packages: the exit code, and everything that was found where a report wants it."""

    code: int
    reviewed: list[Reviewed]


def convert_packages(
    roots: Sequence[Path], goal: Path | None, order: Order, means: Means, *, whole: bool, out: TextIO
) -> Result:
    """Convert packages, each result beside its script or, with a `goal`, in the same tree under that directory.

    `whole` keeps everything for reports; else only counts are kept, however many scripts there are. What is wrong
    goes to standard error, the rest to `out`. Raises Refused if the work as a whole can't go on.
    """

    def say(line: str) -> None:
        print(visible(line), file=out, flush=True)

    def tell(line: str) -> None:
        print(visible(line), file=sys.stderr)

    packages = [_package(root, goal) for root in roots]
    for package in packages:
        for path, why in package.unreadable:
            tell(f"{_name(path)}: this directory can't be looked into: {why}. Check its permissions.")
    tally = Tally()
    reviewed: list[Reviewed] = []
    items = _apart([item for package in packages for item in _items(package, goal, order, whole, len(roots) > 1)])
    try:
        for outcome in _outcomes(items, means):
            for line in told(outcome, order):
                say(line)
            if outcome.verdict == "failed":
                tell(f"{_place(outcome)}: {outcome.why}")
            tally.add(outcome)
            if outcome.reviewed is not None:
                reviewed.append(outcome.reviewed)
    finally:
        if order.write:
            files.sweep(item.output for item in items)
    for package in packages:
        for path, why in package.passed:
            say(f"{_name(path)}: left alone: {why}")
        tally.left += len(package.passed)
        tally.unreadable += len(package.unreadable)
    for line in tally.summary(order):
        say(line)
    if not tally.scripts:
        return Result(_none_found(packages), reviewed)
    return Result(tally.code(order), reviewed)


def _package(root: Path, goal: Path | None) -> Package:
    return look_through(root, [] if goal is None or _same(root, goal) else [goal])


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)


def _items(package: Package, goal: Path | None, order: Order, whole: bool, several: bool) -> Iterator[Item]:
    """Give each file that may be a script, with the place of its result: the tree is kept under `goal`."""
    base = package.root if goal is None else goal / package.root.resolve().name if several else goal
    for script in package.scripts:
        place = base / script.relative_to(package.root)
        yield Item(script, files.default_output(place), order, whole)


def _apart(items: Sequence[Item]) -> list[Item]:
    """Give each file with the others whose results would lie where its own does."""
    rivals = files.rivals((item.script, item.output) for item in items)
    return [replace(item, rivals=others) if others else item for item, others in zip(items, rivals, strict=True)]


def _outcomes(items: Sequence[Item], means: Means) -> Iterator[Outcome]:
    """Convert the scripts, and after them the drivers, when it is known what is a script and where it lies."""
    drivers: list[tuple[Item, tuple[str, ...]]] = []
    scripts: defaultdict[str, list[Path]] = defaultdict(list)
    with closing(each(work, items, failed, *means)) as found, Progress("converting", len(items)) as progress:
        for item, outcome in zip(items, found, strict=True):
            progress.advance()
            if outcome.verdict == "driver":
                drivers.append((item, outcome.names))
                continue
            if outcome.verdict in ("converted", "there", "nothing"):
                scripts[item.script.name].append(item.script)
            yield outcome
    yield from each(work, (_with_scripts(item, names, scripts) for item, names in drivers), failed)


def _with_scripts(driver: Item, names: Iterable[str], scripts: Mapping[str, Sequence[Path]]) -> Item:
    """Give a driver with the places of the scripts that it names."""
    at_hand = {name: near for name in names if (near := _nearest(driver.script, scripts.get(name, ())))}
    return replace(driver, at_hand=at_hand)


def _nearest(driver: Path, scripts: Iterable[Path]) -> Path | None:
    """Give the script that shares most of its path with the driver; none if two are as near."""
    ranked = sorted(((_shared(driver, script), script) for script in scripts), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _shared(one: Path, other: Path) -> int:
    same = 0
    for a, b in zip(one.parts, other.parts, strict=False):
        if a != b:
            break
        same += 1
    return same


def told(outcome: Outcome, order: Order) -> Iterator[str]:
    """Say what became of a file, a line for each thing that a person must look at."""
    name = _name(outcome.script)
    if outcome.verdict == "left":
        yield f"{name}: left alone: {outcome.why}"
    elif outcome.verdict == "nothing":
        yield f"{name}: nothing to do, {outcome.why}"
    elif outcome.verdict != "failed":
        arrow = "→" if order.write else "would become"
        before = " (there already)" if outcome.verdict == "there" else ""
        yield f"{name} {arrow} {visible(outcome.output or '', keep='')}: {number(outcome.changes, 'change')}{before}"
    for seen in outcome.attention:
        yield f"{name}:{seen.line}: {what_to_do(seen)} [{seen.rule}]"


def _place(outcome: Outcome) -> str:
    name = _name(outcome.script)
    return name if outcome.line is None else f"{name}:{outcome.line}"


def _name(path: str | Path) -> str:
    return visible_name(str(path))


class Tally:
    """Counts what became of the files of all packages."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.verdicts: Counter[str] = Counter()
        self.attention = self.differ = self.left = self.unreadable = 0

    def add(self, outcome: Outcome) -> None:
        """Count one file."""
        self.verdicts[outcome.verdict] += 1
        self.attention += bool(outcome.attention)
        self.differ += outcome.differs
        self.left += outcome.verdict == "left"

    @property
    def scripts(self) -> int:
        """As many calibration scripts and drivers were found."""
        return self.verdicts.total() - self.verdicts["left"]

    def summary(self, order: Order) -> Iterator[str]:
        """Sum up."""
        done, there = self.verdicts["converted"] + self.verdicts["there"], self.verdicts["there"]
        verb = "converted" if order.write else "to convert"
        before = f" ({there} of them there already)" if there else ""
        nothing, failed = self.verdicts["nothing"], self.verdicts["failed"]
        wants = f"{self.attention} {'needs' if self.attention == 1 else 'need'} attention"
        yield f"{number(self.scripts, 'calibration script')}, drivers included:"
        yield f"{done} {verb}{before}, {nothing} with nothing to do, {failed} failed; {wants}."
        if self.left:
            yield f"{number(self.left, 'other file')} left alone."

    def code(self, order: Order) -> int:
        """Give the exit code."""
        if self.verdicts["failed"]:
            return REFUSED
        return LOOK if self.attention or self.unreadable or (self.differ and not order.write) else DONE


def _none_found(packages: Iterable[Package]) -> int:
    for package in packages:
        packed = f" There are packed files: unpack {package.archives[0]} first." if package.archives else ""
        print(visible(f"cal-upgrade: there is no calibration script in {package.root}.{packed}"), file=sys.stderr)
    return REFUSED
