"""The command `cal-run`: runs steps of a 4.2 script on today's CASA."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cal_upgrade import __version__
from cal_upgrade.casa.tables import load
from cal_upgrade.records import Refused
from cal_upgrade.run import calls, listing, preflight, selection, start
from cal_upgrade.run.state import history, journal
from cal_upgrade.run.state.lock import only_run

if TYPE_CHECKING:
    from cal_upgrade.run.script import Script
    from cal_upgrade.run.state.snapshots import Keeper

DONE, FAILED, REFUSED = 0, 1, 2
"""Exit codes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code: 0 done, 1 a step failed, 2 refused or wrong usage."""
    options = _parser().parse_args(argv)
    try:
        if Path(options.script).is_dir():
            from cal_upgrade.archive.run import run_package

            return run_package(options)
        return _run(options)
    except Refused as refused:
        place = f"{options.script}:{refused.line}: " if refused.line else "cal-run: "
        what = refused.what[:1].upper() + refused.what[1:] if place == "cal-run: " else refused.what
        print(f"{place}{what}. {refused.todo}".rstrip(), file=sys.stderr)
    except journal.Damaged as damaged:
        print(f"{damaged}. Rename the file to begin anew.", file=sys.stderr)
    except OSError as error:
        print(f"cal-run: {error.filename or options.script}: {error.strerror or error}.", file=sys.stderr)
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cal-run", description="Run steps of a CASA 4.2 calibration script on today's CASA."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument("script", metavar="SCRIPT", help="the 4.2 script, or a data package, which is run on copies")
    parser.add_argument(
        "--steps",
        metavar="STEPS",
        help="9-18, or 9,10,12, or 15-, or -12; default: the re-calibration",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--list", action="store_true", help="show the steps, their tasks, the data each touches, what has run"
    )
    what.add_argument("--dry-run", action="store_true", help="show what would be called; execute nothing")
    parser.add_argument("--workdir", metavar="DIR", help="where to work; default: the directory of the script")
    flags = parser.add_mutually_exclusive_group()
    flags.add_argument(
        "--restore-flags", action="store_true", default=True, help="put flags back before repeating a step (default)"
    )
    flags.add_argument("--keep-flags", action="store_false", dest="restore_flags", help="leave the flags as they are")
    parser.add_argument("--force", action="store_true", help="run out of order all the same")
    parser.add_argument(
        "-j", "--jobs", type=int, default=1, metavar="N", help="of a package, run so many executions side by side"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a package, have a Dask cluster run the executions")
    return parser


def _run(options: argparse.Namespace) -> int:
    if "fissix" in start.missing():
        raise Refused(None, "CASA 6 is not installed", f"This installs it: {start.INSTALL}")
    from cal_upgrade.run import script as scripts

    path = Path(options.script)
    script = scripts.read(path)
    if not script.steps:
        raise Refused(None, f"{path} has no steps", "Name a calibration script.")
    folder = Path(options.workdir) if options.workdir else path.parent
    if not folder.is_dir():
        raise Refused(None, f"there is no directory {folder}", "Make it, or name another with --workdir.")
    folder = folder.resolve()
    new, old = load("4.2.2"), load("3.4.0")
    order = {name: new[name].order for name in new}
    found = calls.of_steps(script, {*new, *old}, order)
    told = history.of(journal.read(folder / journal.NAME), path.name, script.numbers)
    if options.list:
        _print(listing.steps(script, found, told, folder))
        return DONE
    selected = selection.parse(options.steps, script) if options.steps else selection.default(script)
    if options.dry_run:
        _print(listing.dry_run(script, selected, found))
        return DONE
    preflight.check_version(script, found, new, old)
    with only_run(folder):
        # what another run wrote while this one was starting counts too
        notes = journal.Journal(folder / journal.NAME)
        told = history.of(notes.records, path.name, script.numbers)
        if not options.force:
            _check_order(script, selected, told)
            preflight.check_tables(script, selected, found, folder)
        preflight.check_data(script, selected, found, folder)
        preflight.check_room(script, selected, found, folder)
        lacking = start.missing()
        if lacking:
            raise Refused(
                None, f"CASA 6 is not installed ({', '.join(lacking)})", f"This installs it: {start.INSTALL}"
            )
        return _work(script, selected, folder, notes, told, options)


def _check_order(script: Script, selected: list[int], told: history.History) -> None:
    lacking = selection.missing(script, selected, told.done, told.began)
    if not lacking:
        return
    why = ""
    if told.open is not None and told.open.step in lacking:
        why = f" (step {told.open.step} was interrupted)"
    elif told.failed is not None and told.failed.step in lacking:
        why = f" (step {told.failed.step} failed)"
    first = selected[0] if selected[0] > lacking[0] else next(s for s in selected if s > lacking[0])
    raise Refused(
        None,
        f"step {first} comes after step{'s' * (len(lacking) > 1)} {selection.span(lacking)}, not done here yet{why}",
        f"Run --steps {lacking[0]}-{selected[-1]}, or add --force.",
    )


def _work(
    script: Script, selected: list[int], folder: Path, notes: journal.Journal, told: history.History,
    options: argparse.Namespace,
) -> int:  # fmt: skip
    from cal_upgrade.run import progress
    from cal_upgrade.run.casa42 import log
    from cal_upgrade.run.state import repair
    from cal_upgrade.run.state.snapshots import Keeper
    from cal_upgrade.run.steps import Run, Stopped

    began = time.time()
    shown = progress.chosen()
    outcome: journal.Outcome = "done"
    try:
        for text in _remarks(script, selected, told, options.restore_flags):
            shown.say(text)
        casa = start.start(folder / log.NAME)
        notes.add(
            journal.RunBegan(
                script=script.path.name, sha256=script.sha256, steps=selected, casa=casa, command=_command(options)
            )
        )
        for text in repair.mend(folder, told.torn(selected[0] if options.restore_flags else None)):
            shown.say(text)
        keeper = Keeper(folder, told.kept, script.numbers, notes.add)
        run = Run(script, selected, folder, keeper, notes.add, shown, options.restore_flags)
        try:
            run.execute({}, folder / log.NAME)
        except Stopped as stopped:
            outcome = stopped.outcome
            place = f"{script.path}:{stopped.line}: " if stopped.line else f"{script.path}: "
            step = f"step {run.entered[-1]}: " if run.entered else ""
            rest = _rest(run.entered, selected)
            print(f"{place}{step}{stopped.what}. When that is mended: --steps {rest}", file=sys.stderr)
        _finish(folder, keeper, notes, outcome, time.time() - began)
        page = _write_page(folder, notes)
        shown.say(f"{outcome} in {time.time() - began:.1f} s; log: {folder / log.NAME}; page: {page}")
    except OSError as error:
        # the disk is full, most likely: the journal then shows that the step did not end
        print(f"cal-run: {error.filename or folder}: {error.strerror or error}.", file=sys.stderr)
        outcome = "failed"
    finally:
        shown.close()
    return DONE if outcome == "done" else FAILED


def _rest(entered: list[int], selected: list[int]) -> str:
    """Write what to give to --steps so that a run goes on where it stopped."""
    left = selected[selected.index(entered[-1]) :] if entered else selected
    return selection.span(left).replace("–", "-").replace(" ", "")


def _remarks(script: Script, selected: list[int], told: history.History, restore: bool) -> list[str]:
    """Give what a person should know of the runs before this one."""
    remarks = []
    if told.open is not None:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(told.open.when))
        remarks.append(
            f"step {told.open.step} was interrupted (it began {when} and never ended)"
            + ("; what it changed is put back" if restore else "")
        )
    changed = [
        step.number
        for step in script.steps
        if step.number in told.done and step.number < selected[0] and told.done[step.number].sha256 != step.sha256
    ]
    if changed:
        remarks.append(f"the script's text of step {selection.span(changed)} was changed since it ran here")
    return remarks


def _command(options: argparse.Namespace) -> list[str]:
    words = [options.script]
    words += ["--steps", options.steps] if options.steps else []
    words += ["--workdir", options.workdir] if options.workdir else []
    words += [] if options.restore_flags else ["--keep-flags"]
    return words + (["--force"] if options.force else [])


def _finish(folder: Path, keeper: Keeper, notes: journal.Journal, outcome: journal.Outcome, seconds: float) -> None:
    from cal_upgrade.run.state.flagged import flagged
    from cal_upgrade.run.state.repair import readable

    for vis in sorted(keeper.changed):
        if readable(folder / vis):
            notes.add(flagged(folder, vis))
    notes.add(journal.RunEnded(outcome=outcome, seconds=seconds))


def _write_page(folder: Path, notes: journal.Journal) -> Path:
    from cal_upgrade.run.page import page

    path = folder / "cal-run.html"
    fresh = path.with_suffix(".html.new")
    fresh.write_text(page(notes.records, folder), encoding="utf-8")
    fresh.replace(path)
    return path


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
