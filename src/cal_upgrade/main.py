"""The command `cal-upgrade`: the only part of the converter that reads arguments, touches files and prints."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from cal_upgrade import __version__, files
from cal_upgrade.book import Book, make
from cal_upgrade.options import KINDS, Lookup, Options
from cal_upgrade.places import rules_folder
from cal_upgrade.records import Refused, Translation
from cal_upgrade.review.describe import Reviewed
from cal_upgrade.rules.load import load
from cal_upgrade.rules.schema import Rule

DONE, LOOK, REFUSED = 0, 1, 2
"""Exit codes: nothing is left for a person; something is; nothing was written for at least one input."""

PACK = "casa-3.4-to-4.2"
REPORTS = (".html", ".json", ".sarif", ".txt")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        return run(_parser().parse_args(argv))
    except KeyboardInterrupt:
        return _complain("stopped")
    except BrokenPipeError:
        # whoever read the output has had enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED


def run(given: argparse.Namespace) -> int:
    """Do what the arguments ask for."""
    try:
        rules = load([rules_folder() / PACK, *given.rules])
        options = _options(given, rules)
        _check_reports(given.report)
    except Refused as refused:
        return _complain(_sentence(refused))
    if given.list_rules or given.explain is not None:
        return _about_rules(given, rules)
    if not given.script:
        return _complain("name a script to convert, or see --help")
    try:
        outputs = _outputs(given)
    except Refused as refused:
        return _complain(_sentence(refused))
    book = make(rules, options)
    reviewed = [_convert(script, output, book, given) for script, output in zip(given.script, outputs, strict=True)]
    try:
        _report(reviewed, rules, given)
    except Refused as refused:
        return _complain(_sentence(refused))
    return _exit_code(reviewed, given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cal-upgrade",
        description="Converts ALMA Cycle 0 calibration scripts from CASA 3.4 to CASA 4.2.",
        epilog="Exit codes: 0 done · 1 something needs attention (with --check, --diff: or would change) · "
        "2 nothing written for at least one input.",
    )
    add = parser.add_argument
    add("script", nargs="*", type=Path, metavar="SCRIPT", help="calibration script for CASA 3.4")
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
    known = {rule.id for rule in rules} | {*KINDS, "default"}
    for option, words in (("--select", select), ("--ignore", ignore)):
        for word in words:
            if word not in known and not (option == "--select" and word == "none"):
                raise Refused(None, f"{option} {word}: there is no such rule or kind", "See --list-rules.")
    return Options(given.version, given.results, select, ignore, tuple(given.rules))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _about_rules(given: argparse.Namespace, rules: Sequence[Rule]) -> int:
    from cal_upgrade.words import explanation, listing

    if given.explain is None:
        print(listing(rules), end="")
        return DONE
    for rule in rules:
        if rule.id == given.explain:
            print(explanation(rule), end="")
            return DONE
    return _complain(f"there is no rule {given.explain}. See --list-rules.")


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


def _convert(script: Path, output: Path, book: Book, given: argparse.Namespace) -> Reviewed:
    """Convert one script and write the result, unless only a look was asked for. What is wrong is printed."""
    from cal_upgrade.translate import translate

    dry = given.check or given.diff
    try:
        data = files.read(script)
        if not dry:
            files.check_output(output, script, given.force)
        found = translate(data, book, _lookup(script.parent))
        if not dry:
            files.write(output, found.output, given.force, like=script)
    except Refused as refused:
        print(f"{_place(script, refused.line)}: {_sentence(refused)}", file=sys.stderr)
        return Reviewed(str(script), None, refused, given.to, given.results)
    return Reviewed(str(script), str(output), found, given.to, given.results)


def _lookup(folder: Path) -> Lookup:
    """Give the function that finds the steps of the script that a driver in this folder names."""
    from cal_upgrade import source, steps
    from cal_upgrade.python2 import read
    from cal_upgrade.steps.find import find
    from cal_upgrade.steps.stepmap import StepMap

    def lookup(name: str) -> StepMap | None:
        try:
            reading = read(source.decode(files.read(folder / name)).text)
        except Refused:
            return None
        return steps.plan(find(reading), reading)[0].map

    return lookup


def _report(reviewed: Sequence[Reviewed], rules: Sequence[Rule], given: argparse.Namespace) -> None:
    """Print what was asked for, and write the reports. Raises Refused."""
    for file in given.report:
        files.write(file, _document(file.suffix, reviewed, rules).encode("utf-8"), force=True)
    out = sys.stdout
    if given.output_format != "text":
        out.write(_document("." + given.output_format, reviewed, rules))
    elif given.diff:
        _print_diff(reviewed)
    elif any(isinstance(one.outcome, Translation) for one in reviewed):
        from cal_upgrade.review.text import as_text
        from cal_upgrade.words import rule_texts

        colour = out.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        shown = [one for one in reviewed if isinstance(one.outcome, Translation) or len(reviewed) > 1]
        out.write(as_text(shown, rule_texts(rules), check=given.check, colour=colour))
    out.flush()


def _document(ending: str, reviewed: Sequence[Reviewed], rules: Sequence[Rule]) -> str:
    from cal_upgrade.words import rule_texts

    texts = rule_texts(rules)
    if ending == ".html":
        from cal_upgrade.review.page import as_page

        return as_page(reviewed, texts)
    if ending == ".json":
        from cal_upgrade.review.report import as_json

        return as_json(reviewed)
    if ending == ".sarif":
        from cal_upgrade.review.sarif import as_sarif

        return as_sarif(reviewed, texts)
    if ending == ".github":
        from cal_upgrade.review.github import as_annotations

        return as_annotations(reviewed, texts)
    from cal_upgrade.review.text import as_text

    return as_text(reviewed, texts)


def _print_diff(reviewed: Sequence[Reviewed]) -> None:
    """Print the diffs in the scripts' own encodings, so that they apply."""
    from cal_upgrade.review.diff import as_diff

    sys.stdout.flush()
    for one in reviewed:
        if isinstance(one.outcome, Translation):
            data = as_diff(one).encode(one.outcome.encoding)
            if hasattr(sys.stdout, "buffer"):
                sys.stdout.buffer.write(data)
            else:
                sys.stdout.write(data.decode(one.outcome.encoding))


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


def _place(script: Path, line: int | None) -> str:
    return str(script) if line is None else f"{script}:{line}"


def _sentence(refused: Refused) -> str:
    return f"{refused.what}. {refused.todo}".strip()


def _complain(message: str) -> int:
    print(f"cal-upgrade: {message}", file=sys.stderr)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
