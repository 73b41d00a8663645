"""What a converted script removes: the one table that its own new call makes, whatever that is called.

The statements are executed, in a folder that holds what a careless shell command would take away.
"""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest
from rules.conversion import converted

INPUTS = Path(__file__).parent / "inputs" / "safety"

AWKWARD = [
    *("raw data/x.ms", "x;touch pwned.ms", "$HOME.ms", "`id`.ms", "*.ms", "?.ms", "[ab].ms", "~.ms", "-x.ms"),
    *("it's.ms", "a&b.ms", "a|b.ms", 'a"b.ms', "x.ms;rm -rf *", "(x).ms", "a>b.ms", "#x.ms", "!x.ms", "a\tb.ms"),
    *(".", "..", "x.ms/", "sub/x.ms", "x.ms", "..ms"),
]
DECOYS = [
    "raw",
    "data",
    "x",
    "y",
    "a",
    "b",
    "x.ms",
    "sub/x.ms",
    "it",
    "opac",
    ".opac",
    "x.opac.old",
    "a.opac",
    "b.opac",
]


class Removed:
    """The statements of a result that remove something, and the tables that its calls of a task make."""

    def __init__(self, result: str, task: str, parameter: str) -> None:
        tree = ast.parse(result)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        self.statements = [ast.unparse(c) for c in calls if ast.unparse(c.func) in ("os.system", "shutil.rmtree")]
        self.tables = [
            ast.unparse(keyword.value)
            for call in calls
            if ast.unparse(call.func) == task
            for keyword in call.keywords
            if keyword.arg == parameter
        ]


def taken_away(result: str, task: str, parameter: str, folder: Path, names: str = "") -> tuple[set[str], set[str]]:
    """Execute the removals of a result in a folder of decoys; give what is gone, and what the calls make."""
    import shutil

    found = Removed(result, task, parameter)
    scope: dict[str, object] = {"os": os, "shutil": shutil}
    exec(names, scope)
    tables = {os.path.normpath(str(eval(table, scope))) for table in found.tables}
    here = Path.cwd()
    folder.mkdir(parents=True)
    os.chdir(folder)
    try:
        for name in (*DECOYS, *tables):
            Path(name).mkdir(parents=True, exist_ok=True)
        before = {str(path) for path in Path().rglob("*")}
        for statement in found.statements:
            exec(statement, scope)
        gone = before - {str(path) for path in Path().rglob("*")}
        assert {str(path) for path in Path().rglob("*")} <= before, "a removal has made something"
    finally:
        os.chdir(here)
    return {str(path) for path in gone}, tables


def steps(vis: str) -> str:
    """Write a script whose new last step splits out the calibrated data of a measurement set (Python source)."""
    return (
        "step_title = {7: 'Listobs, clear pointing table, and save original flags', 8: 'Initial flagging', "
        "15: 'Application of the bandpass and gain cal tables'}\n"
        f"mystep = 7\nif(mystep in thesteps):\n  listobs(vis = {vis})\n"
        f"mystep = 15\nif(mystep in thesteps):\n  applycal(vis = {vis}, gaintable = ['x.g'])\n"
    )


@pytest.mark.parametrize("name", AWKWARD)
def test_opacity_removes_its_own_table_alone(name: str, tmp_path: Path) -> None:
    for number, vis in enumerate((repr(name), f'"""{name}"""', "msname")):
        if vis[1:3] == '""' and ('"' in name or "\t" in name):
            continue
        found = converted(f"msname = {name!r}", f"gaincal(vis = {vis}, caltable = 'x.g', opacity = 0.1)")
        gone, tables = taken_away(
            found.result, "gencal", "caltable", tmp_path / str(number) / "in", f"msname={name!r}"
        )
        assert len(tables) == 1
        assert gone == tables


@pytest.mark.parametrize("name", [name.replace(".ms", ".split") for name in AWKWARD])
def test_the_new_last_step_removes_its_own_measurement_set_alone(name: str, tmp_path: Path) -> None:
    for number, vis in enumerate((repr(name), "msname")):
        front = () if number == 0 else (f"msname = {name!r}",)
        found = converted(*front, steps(vis))
        gone, tables = taken_away(
            found.result, "split", "outputvis", tmp_path / str(number) / "in", f"msname={name!r}"
        )
        assert len(tables) == 1
        assert gone == tables


@pytest.mark.parametrize("name", AWKWARD)
def test_the_smoothed_bandpass_removes_its_own_table_alone(name: str, tmp_path: Path) -> None:
    found = converted(f"bandpass(vis='x.ms', caltable={name!r}, solint='inf')", f"aU.smoothbandpass({name!r})")
    gone, tables = taken_away(found.result, "bandpass", "caltable", tmp_path / "in")
    assert gone == {table for table in tables if table.endswith("_smooth20ch")} != set()


def test_calls_without_arguments_remove_their_own_table_alone(tmp_path: Path) -> None:
    found = converted("default('gaincal')", "vis='raw data/x.ms'", "caltable='x.g'", "opacity=0.1", "gaincal()")
    gone, tables = taken_away(found.result, "gencal", "caltable", tmp_path / "in")
    assert gone == tables == {"raw data/x.opac"}


def test_a_name_with_two_ends_is_not_cut(tmp_path: Path) -> None:
    found = converted("fast = True", steps("'x.ms' if fast else 'y.split'"))
    gone, tables = taken_away(found.result, "split", "outputvis", tmp_path / "in", "fast = True")
    assert gone == tables


def test_a_table_of_the_scripts_own_is_never_removed() -> None:
    found = converted("gaincal(vis='x.ms', caltable='x.g', opacity=0.1, gaintable=['x.opac'])")
    assert "rm -rf x.opac')" not in found.result
    assert "gaintable=['x.opac2', 'x.opac']" in found.result
    found = converted("gaincal(vis=m, caltable='x.g', opacity=0.1)", "applycal(vis=m, gaintable=[m + '.opac'])")
    assert "rmtree(m+'.opac2'" in found.result
    found = converted(steps("'x.split'"), "listobs(vis='x.split.cal')")
    assert "rm -rf" not in found.result
    assert any("x.split.cal of its own" in one.message for one in found.attention)
    found = converted(
        "bandpass(vis='x.ms', caltable='x.b', solint='inf')",
        "aU.smoothbandpass('x.b')",
        "applycal(vis='x.ms', gaintable=['x.b_smooth20ch'])",
    )
    assert "rm -rf" not in found.result
    assert found.attention


def test_two_values_never_share_a_table() -> None:
    found = converted(
        "gencal(vis='x.ms', caltable='x.opac', caltype='opac', parameter=[0.3])",
        "gaincal(vis='x.ms', caltable='x.g', opacity=0.1)",
        "gaincal(vis='x.ms', caltable='x.h', opacity=0.2)",
    )
    assert Removed(found.result, "gencal", "caltable").tables == ["'x.opac'", "'x.opac2'", "'x.opac3'"]


@pytest.mark.parametrize(
    "name", ["z01_space_opacity.py", "z02_space_steps.py", "z03_space_smooth.py", "z04_semicolon.py"]
)
def test_given_cases(name: str, tmp_path: Path) -> None:
    found = converted((INPUTS / name).read_text())
    task, parameter = {"z02": ("split", "outputvis"), "z03": ("bandpass", "caltable")}.get(
        name[:3], ("gencal", "caltable")
    )
    gone, tables = taken_away(found.result, task, parameter, tmp_path / "in")
    assert len(gone) == 1
    assert gone <= tables - {"raw data/x.b"}


def test_an_ordinary_name_is_removed_as_alma_scripts_do() -> None:
    found = converted("gaincal(vis='uid___A002_X1.ms.split', caltable='x.g', opacity=0.1)")
    assert found.result.startswith("os.system('rm -rf uid___A002_X1.ms.split.opac')\n")


@pytest.mark.parametrize(
    "rest", [";", "; rm -rf raw", " && rm -rf raw", " &", " `date`", " $OPTIONS", " --statsource *"]
)
def test_a_shell_command_that_does_more_is_left_to_a_person(rest: str) -> None:
    found = converted(f"os.system('wvrgcal --ms x.ms --output x.wvr{rest}')")
    assert "wvrgcal(" not in found.result
    assert [one.rule for one in found.attention] == ["wvrgcal-shell"]
