"""Every fixture, translated: read by eye once, judged by Python 2.7 each time, and settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from cal_upgrade.convert.translate import translate
from cal_upgrade.files import rules_folder
from cal_upgrade.options import Options
from cal_upgrade.records import Translation
from cal_upgrade.rules.load import load
from cal_upgrade.rules.ruleset import make
from tests.judge import judge, python2, verdicts

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*.py"))
RULES = load([rules_folder() / "casa-3.4-to-4.2"])

each = pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
modes = pytest.mark.parametrize("results", ["nrao", "keep"])


def converted(fixture: Path, results: str = "nrao") -> Translation:
    return translate(fixture.read_bytes(), make(RULES, Options(results=results)))  # type: ignore[arg-type]


@each
def test_result(fixture: Path, file_regression) -> None:  # type: ignore[no-untyped-def]
    """The whole result, byte for byte."""
    found = converted(fixture)
    file_regression.check(found.output, basename=f"{fixture.stem}", extension=".txt", binary=True)


@each
@modes
def test_calls_fit_casa_42(fixture: Path, results: str) -> None:
    """Python 2.7 compiles the result, and what does not fit 4.2 is told at its line."""
    if python2() is None:
        pytest.skip("no Python 2.7 here")
    found = converted(fixture, results)
    told = {one.line for one in found.attention}
    origin = found.origin
    for misfit in judge(found.output):
        given = origin[misfit.line - 1]
        assert given in told, f"line {misfit.line}: {misfit.what}"


@each
@modes
def test_settles(fixture: Path, results: str) -> None:
    """A second translation changes nothing, even if it is told that the script is for 3.4."""
    first = converted(fixture, results)
    options = Options(version="3.4", results=results)  # type: ignore[arg-type]
    assert translate(first.output, make(RULES, options)).output == first.output
    assert translate(first.output, make(RULES, Options(results=results))).output == first.output  # type: ignore[arg-type]


@each
def test_lines_without_a_change_are_the_authors(fixture: Path) -> None:
    """Every line that no change names stands in the result as it stood in the script."""
    found = converted(fixture)
    before, after = fixture.read_bytes().split(b"\n"), found.output.split(b"\n")
    kept = {origin: line for line, origin in enumerate(found.origin) if origin is not None}
    touched = {
        line for change in found.changes for line in range(change.line, change.line + 1 + change.before.count("\n"))
    }
    for number, line in enumerate(before, 1):
        if number not in touched and number in kept and not line.lstrip().startswith((b"mode", b"versionname")):
            # a call that got another name, or an `if` around it, keeps its lines aligned
            assert after[kept[number]].lstrip() == line.lstrip(), number


@each
def test_every_change_is_where_it_says(fixture: Path) -> None:
    """`before` stands in the script at `line`, `after` in the result at `output_line`."""
    found = converted(fixture)
    old, new = found.text.split("\n"), found.result.split("\n")
    for change in found.changes:
        if change.before == change.after:
            continue
        for text, lines, line in ((change.before, old, change.line), (change.after, new, change.output_line)):
            first = text.strip().split("\n")[0].strip()
            assert first in lines[line - 1], (change, lines[line - 1])


@each
def test_account_is_complete(fixture: Path) -> None:
    """Every call that Python 2.7 sees in the script is in the account; beside them only what the shell called."""
    if python2() is None:
        pytest.skip("no Python 2.7 here")
    data = fixture.read_bytes()
    found = converted(fixture)
    assert all(call.status in ("changed", "checked", "unknown") for call in found.calls)
    called = sorted((call.line, call.task) for call in found.calls)
    shell = [(number, "wvrgcal") for number, line in enumerate(data.split(b"\n"), 1) if b"os.system('wvrgcal" in line]
    assert called == sorted([*verdicts({"it": data})["it"].calls, *shell])
