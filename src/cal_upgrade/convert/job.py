"""Converts one script, from its file to the file of its result."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cal_upgrade import files
from cal_upgrade.compact import content, kept
from cal_upgrade.files import rules_folder
from cal_upgrade.options import Options
from cal_upgrade.records import Refused, Translation
from cal_upgrade.report.describe import Reviewed
from cal_upgrade.rules.load import load, toml_files
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
    outcome = translated(data, order.options, lookup(script.parent, order.options))
    if order.write:
        files.put(output, outcome.output, script, order.force)
    return Reviewed(str(script), str(output), outcome, order.to, order.options.results)


def failed(errand: Errand, refused: Refused) -> Reviewed:
    """Say of a script that nothing came of it."""
    return Reviewed(str(errand.script), None, refused, errand.order.to, errand.order.options.results)


def translated(data: bytes, options: Options, find: Lookup) -> Translation:
    """Translate one script. Raises Refused."""
    from cal_upgrade.convert.translate import translate

    return translate(data, book(options), find)


def book(options: Options) -> Book:
    """Give the rules that are applied; made once in a process, and again when the user's own are changed."""
    return _book(options, _state(options.rules))


def rules(more: tuple[Path, ...] = ()) -> list[Rule]:
    """Give all rules, with those of the user's own folders, whose examples have been run. Raises Refused."""
    return _rules(more, _state(more))


def _state(more: tuple[Path, ...]) -> str:
    """Tell what the user's own rules are by now: a process may see them edited between two scripts."""
    try:
        return content(toml_files(more)) if more else ""
    except OSError:
        # what is the matter is said where they are loaded
        return ""


@lru_cache(maxsize=8)
def _book(options: Options, state: str) -> Book:
    return make(_rules(options.rules, state), options)


@lru_cache(maxsize=8)
def _rules(more: tuple[Path, ...], state: str) -> list[Rule]:
    pack = rules_folder() / PACK
    found = load([pack, *more])
    if more:
        from cal_upgrade.convert.examples import check

        kept("examples", toml_files([pack, *more]), bool, lambda: check(more, found))
    return found


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
