"""Converts one script, from its file to the file of its result."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cal_upgrade import files
from cal_upgrade.files import rules_folder
from cal_upgrade.options import Options
from cal_upgrade.records import Refused, Translation
from cal_upgrade.report.describe import Reviewed
from cal_upgrade.rules.load import load
from cal_upgrade.rules.ruleset import Book, make
from cal_upgrade.rules.schema import Rule

if TYPE_CHECKING:
    from cal_upgrade.steps.drivers import Lookup

PACK = "casa-3.4-to-4.2"


class Order(NamedTuple):
    """What is asked for all scripts alike. It is sent to other processes, so it holds no rules, only where they lie.

    `write`: False where only a look is wanted · `force`: overwrite a result that is there.
    """

    options: Options
    to: str = "4.2"
    write: bool = True
    force: bool = False


class Errand(NamedTuple):
    """One script to convert, with the place of its result, and other scripts that stand in its way there."""

    script: Path
    output: Path
    order: Order
    rivals: tuple[Path, ...] = ()


def run(errand: Errand) -> Reviewed:
    """Convert one script and write the result, unless only a look was asked for. Raises Refused."""
    script, output, order = errand.script, errand.output, errand.order
    data = files.read(script)
    files.refuse_rivals(output, errand.rivals)
    if order.write:
        files.check_output(output, script, order.force)
    outcome = translated(data, order.options, lookup(script.parent, order.options))
    if order.write:
        files.write(output, outcome.output, order.force, like=script)
    return Reviewed(str(script), str(output), outcome, order.to, order.options.results)


def failed(errand: Errand, refused: Refused) -> Reviewed:
    """Say of a script that nothing came of it."""
    return Reviewed(str(errand.script), None, refused, errand.order.to, errand.order.options.results)


def translated(data: bytes, options: Options, find: Lookup) -> Translation:
    """Translate one script. Raises Refused."""
    from cal_upgrade.convert.translate import translate

    return translate(data, book(options), find)


@cache
def book(options: Options) -> Book:
    """Give the rules that are applied; made once in a process."""
    return make(rules(options.rules), options)


@cache
def rules(more: tuple[Path, ...] = ()) -> list[Rule]:
    """Give all rules, with those of the user's own folders. Raises Refused."""
    return load([rules_folder() / PACK, *more])


def lookup(folder: Path, options: Options, elsewhere: Mapping[str, Path] | None = None) -> Lookup:
    """Give the function that finds the steps of the script that a driver in this folder names.

    `elsewhere`: scripts that lie in other folders, by their file names.
    """
    from cal_upgrade import steps
    from cal_upgrade.steps.stepmap import StepMap
    from cal_upgrade.text import source
    from cal_upgrade.text.python2 import read

    def look(name: str) -> StepMap | None:
        for path in (folder / name, (elsewhere or {}).get(Path(name).name)):
            try:
                reading = None if path is None else read(source.decode(files.read(path)).text)
            except Refused:
                continue
            if reading is not None:
                return steps.map_of(reading, options.selected)
        return None

    return look
