"""The command `cal-upgrade`: the only part of the converter that reads arguments, touches files and prints."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from cal_upgrade import __version__, files
from cal_upgrade.characters import visible, visible_name
from cal_upgrade.cli import streams
from cal_upgrade.cli.output import REPORTS, print_out, write_reports
from cal_upgrade.convert import job
from cal_upgrade.options import CHECK, KINDS, Options
from cal_upgrade.parallel.each import each, unforeseen
from cal_upgrade.records import Refused
from cal_upgrade.report.describe import Reviewed
from cal_upgrade.rules.schema import Rule

DONE, LOOK, REFUSED = 0, 1, 2
"""Exit codes: nothing is left for a person; something is; nothing was written for at least one input."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    # a conversion makes many objects, hardly any cycles, and is over soon: looking for cycles took a tenth of it
    gc.set_threshold(100_000)
    streams.make_ready()
    try:
        code = run(_parser().parse_args(argv))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _complain("stopped")
    except BrokenPipeError:
        # whoever read the output has had enough of it
        streams.give_up_printing()
        return REFUSED
    except OSError as error:
        if error.filename is not None:
            return _complain(f"{error.filename}: {error.strerror}. Name another file.")
        streams.give_up_printing()
        return _complain(f"the report can't be printed: {error.strerror or error}. Print it to another place.")
    except Exception as error:
        return _complain(_sentence(unforeseen(error)))


def run(given: argparse.Namespace) -> int:
    """Do what the arguments ask for."""
    try:
        given.rules = tuple(dict.fromkeys(given.rules))
        rules = job.rules(given.rules)
        options = _options(given, rules)
        for rule in rules:
            if rule.replaces:
                _tell(f"cal-upgrade: rule {rule.id} of yours takes the place of the one that comes with cal-upgrade")
        if given.list_rules or given.explain is not None:
            return _about_rules(given, rules)
        if not given.script:
            return _complain("name a script or a data package to convert, or see --help")
        _check_reports(given.report)
        order = job.Order(options, given.to, not (given.check or given.diff), given.force)
        # a script that is named twice is converted once
        given.script = list(dict.fromkeys(given.script))
        packages = [path for path in given.script if path.is_dir()]
        if not packages:
            return _scripts(given, order, rules)
        if len(packages) < len(given.script):
            return _complain("name either scripts or data packages, not both at once")
        return _packages(given, order, rules)
    except Refused as refused:
        return _complain(_sentence(refused))


def _scripts(given: argparse.Namespace, order: job.Order, rules: Sequence[Rule]) -> int:
    """Convert scripts. Raises Refused."""
    places = list(zip(given.script, _outputs(given), strict=True))
    errands = [job.Errand(*place, order, others) for place, others in zip(places, files.rivals(places), strict=True)]
    reviewed = []
    processes = min(given.jobs, len(errands))
    with closing(each(job.run, errands, job.failed, processes, given.scheduler)) as results:
        for one in results:
            if isinstance(one.outcome, Refused):
                _tell(f"{_place(one.script, one.outcome.line)}: {_sentence(one.outcome)}")
            reviewed.append(one)
    write_reports(given.report, reviewed, rules)
    print_out(reviewed, rules, given.output_format, diff=given.diff, check=given.check)
    return _exit_code(reviewed, given)


def _packages(given: argparse.Namespace, order: job.Order, rules: Sequence[Rule]) -> int:
    """Convert data packages. Raises Refused."""
    from cal_upgrade.archive.convert import Means, convert_packages

    if given.output is not None and given.output.exists() and not given.output.is_dir():
        raise Refused(None, f"-o {given.output} is a file", "Name a directory for the results of a package.")
    plain = given.output_format == "text" and not given.diff
    result = convert_packages(
        given.script,
        given.output,
        order,
        Means(given.jobs, given.scheduler),
        whole=bool(given.report) or not plain,
        out=sys.stdout if plain else sys.stderr,
    )
    write_reports(given.report, result.reviewed, rules)
    if not plain:
        print_out(result.reviewed, rules, given.output_format, diff=given.diff, check=given.check)
    return result.code


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints hold what was given in visible characters."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and end with exit code 2."""
        super().error(visible(message, keep=""))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cal-upgrade",
        description="Converts ALMA Cycle 0 calibration scripts from CASA 3.4 to CASA 4.2.",
        epilog="Exit codes: 0 done · 1 something needs attention (with --check, --diff: or would change) · "
        "2 nothing written for at least one input.",
    )
    add = parser.add_argument
    add("script", nargs="*", type=Path, metavar="SCRIPT", help="calibration script for CASA 3.4, or a data package")
    add("-o", "--output", type=Path, metavar="OUT", help="where to write the result; a directory for several scripts")
    add("--from", dest="version", default="auto", choices=["auto", "3.4"], help="CASA version of the script")
    add("--to", default="4.2", choices=["4.2"], help="CASA version to convert to")
    add(
        "--results",
        default="nrao",
        choices=["nrao", "keep"],
        help="do as NRAO's 4.2 scripts do, or keep 3.4's numbers",
    )
    add("--select", default="", metavar="X", help="apply only these rules or kinds, by commas; none: no rule at all")
    add("--ignore", default="", metavar="X", help="leave these rules or kinds out, by commas")
    add("--rules", action="append", default=[], type=Path, metavar="DIR", help="a folder of further rules")
    add("--diff", action="store_true", help="print a unified diff, write nothing")
    add("--check", action="store_true", help="write nothing, say what would change")
    add(
        "--report",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help=f"also write a report: {', '.join(REPORTS)}",
    )
    add("--output-format", default="text", choices=["text", "json", "github", "sarif"], help="what is printed")
    add("--force", action="store_true", help="overwrite an existing OUT")
    add("-j", "--jobs", type=_positive, default=1, metavar="N", help="processes")
    add("--scheduler", metavar="ADDRESS", help="have a Dask cluster do the work, as tcp://host:8786")
    add("--list-rules", action="store_true", help="list the rules")
    add("--explain", metavar="RULE", help="explain a rule: reason, source, examples")
    add("--version", action="version", version=f"cal-upgrade {__version__}")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of processes")
    return number


def _options(given: argparse.Namespace, rules: Iterable[Rule]) -> Options:
    """Make the user's choices. Raises Refused for a rule that there is not."""
    select, ignore = _words(given.select), _words(given.ignore)
    known = [rule.id for rule in rules] + list(KINDS)
    for option, words, more in (("--select", select, ["default", "none"]), ("--ignore", ignore, [])):
        for word in words:
            if word not in (*known, *more):
                raise Refused(None, f"{option} {word}: there is no such rule or kind", _meant(word, [*known, *more]))
    if CHECK in ignore:
        hint = "It is what makes sure that no call passes unseen; leave it out of --ignore."
        raise Refused(None, f"--ignore {CHECK}: the check of the calls can't be switched off", hint)
    return Options(given.version, given.results, select, ignore, given.rules)


def _meant(word: str, known: Sequence[str]) -> str:
    """Say which of the known names may have been meant, and where they are listed."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]}? See --list-rules." if near else "See --list-rules."


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _about_rules(given: argparse.Namespace, rules: Sequence[Rule]) -> int:
    from cal_upgrade.rules.explain import explanation, listing

    if given.explain is None:
        print(listing(rules), end="")
        return DONE
    for rule in rules:
        if rule.id == given.explain:
            print(explanation(rule), end="")
            return DONE
    return _complain(f"there is no rule {given.explain}. {_meant(given.explain, [rule.id for rule in rules])}")


def _outputs(given: argparse.Namespace) -> list[Path]:
    """Give each script's output. Raises Refused where -o can't be meant so."""
    scripts, out = given.script, given.output
    if out is None:
        return [files.default_output(script) for script in scripts]
    if len(scripts) == 1 and not out.is_dir():
        return [out]
    if out.exists() and not out.is_dir():
        raise Refused(None, f"-o {out} is a file, but there are {len(scripts)} scripts", "Name a directory.")
    if not (given.check or given.diff) and not out.exists():
        try:
            out.mkdir(parents=True)
        except OSError as error:
            raise Refused(None, f"-o {out}: {error.strerror}", "Name another directory.") from None
    return [out / files.default_output(script).name for script in scripts]


def _check_reports(reports: Iterable[Path]) -> None:
    for file in reports:
        if file.suffix not in REPORTS:
            raise Refused(None, f"--report {file}: a report ends in {', '.join(REPORTS)}", "Name one of these.")
        if not file.parent.is_dir():
            raise Refused(None, f"--report {file}: there is no directory {file.parent}", "Make it first.")


def _exit_code(reviewed: Iterable[Reviewed], given: argparse.Namespace) -> int:
    code = DONE
    for one in reviewed:
        found = one.outcome
        if isinstance(found, Refused):
            return REFUSED
        if found.attention or ((given.check or given.diff) and found.changed):
            code = LOOK
    return code


def _place(script: str, line: int | None) -> str:
    return visible_name(script) if line is None else f"{visible_name(script)}:{line}"


def _sentence(refused: Refused) -> str:
    return f"{refused.what}. {refused.todo}".strip()


def _complain(message: str) -> int:
    _tell(f"cal-upgrade: {message}")
    return REFUSED


def _tell(line: str) -> None:
    """Say in a line what is wrong, whatever characters a file's name or a script brings into it."""
    print(visible(line), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
