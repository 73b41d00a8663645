"""The names that a script finds, and how CASA is started under it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from running import VIS, own_source, put_script

from cal_upgrade.run.casa42 import namespace
from cal_upgrade.run.python2 import semantics, to_python3
from cal_upgrade.run.simulate import Truth
from cal_upgrade.run.start import missing

if missing():
    pytest.skip("CASA is not installed: pip install 'cal-upgrade[run]'", allow_module_level=True)


class Casapy:
    """A prompt of CASA 4.2: runs Python 2 text, and remembers the task calls and the tables opened for writing."""

    def __init__(self, log: Path) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.touched: list[str] = []
        self.names: dict[str, Any] = {}
        namespace.names(self.names, self.perform, self.touched.append, log, self.run_file)

    def perform(self, task: str, make: Any) -> None:
        self.calls.append((task, make().given))

    def run_file(self, name: str, names: Any = None, local: Any = None) -> None:
        self.run(Path(name).read_text())

    def run(self, text: str) -> None:
        exec(compile(to_python3.convert(text, "<prompt>"), "<prompt>", "exec", dont_inherit=True), self.names)


@pytest.fixture
def casapy(casa: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Casapy:
    monkeypatch.chdir(tmp_path)
    return Casapy(casa)


@pytest.mark.parametrize(
    "expression",
    [
        "T is True and F is False and true and not false",
        "casadef.casa_version == '4.2.2' and casa['build']['version'] == '4.2.2'",
        "re.search('^4.2', casadef.casa_version) != None",
        "casac.table().__class__ is tb.__class__ is tbtool().__class__",
        "tbtool.create is not None and tbtool().create().__class__ is tb.__class__",
        "qa.convert('1deg', 'arcmin')['value'] == 60.0",
        "abs(cos(pi) + 1) < 1e-9 and 7/2 == 3",
        "len(gentools()) == 19 and len(gentools(['tb', 'ms'])) == 2",
        "[os.path.basename('a/b'), sys.version_info[0] > 1, string.upper('a'), time.time() > 0][2] == 'A'",
        "callable(es.checkCalTable) and callable(aU.plotbandpass)",
        "all([callable(f) for f in [gaincal, plotms, plotcal, clean, importasdm, wvrgcal, concat]])",
        "'applyonly' not in globals()",
    ],
)
def test_a_script_finds(casapy: Casapy, expression: str) -> None:
    casapy.run(f"import re\nfound = {expression}")
    assert casapy.names["found"] is True


@pytest.mark.parametrize(
    "line",
    [
        "from recipes.almahelpers import tsysspwmap, fixsyscaltimes",
        "import recipes.almahelpers\nrecipes.almahelpers.tsysspwmap",
        "import casadef\ncasadef.casa_version[0]",
        "from taskinit import *\ntb.close()",
        "from tasks import gaincal",
        "import analysisUtils as aU2\naU2.stuffForScienceDataReduction()",
        "import os, sys, math, time, string\ntime.clock()",
        "import casac\ncasac.casac.table()",
    ],
)
def test_a_script_can_import(casapy: Casapy, line: str) -> None:
    casapy.run(line)


def test_default_inp_go_saveinputs_and_tget(casapy: Casapy, capsys: pytest.CaptureFixture[str]) -> None:
    casapy.run("solint = '30s'\ndefault('gaincal')\nvis = 'a.ms'\ncaltable = 'a.g'\ngaincal()")
    assert casapy.calls.pop()[1]["solint"] == "inf"
    casapy.run("calmode = 'p'\ninp()\nsaveinputs()\nsolint = 'int'\ngo()")
    assert "calmode" in capsys.readouterr().out
    task, given = casapy.calls.pop()
    assert (task, given["solint"], given["calmode"], given["vis"]) == ("gaincal", "int", "p", "a.ms")
    casapy.run("default(flagdata)\ntget(gaincal)\ngo(gaincal)")
    assert casapy.calls.pop()[1]["calmode"] == "p"


def test_execfile_in_a_script_shares_its_names(casapy: Casapy, tmp_path: Path) -> None:
    (tmp_path / "more.py").write_text("print 'more', x/2\ny = x/2\n")
    casapy.run("x = 5\nexecfile('more.py')\nz = y")
    assert casapy.names["z"] == 2


def test_a_table_opened_for_writing_is_told_of(casapy: Casapy, pristine: tuple[Path, Truth]) -> None:
    vis = pristine[0] / VIS
    casapy.run(f"tb.open('{vis}/STATE')\ntb.close()\ntb.open('{vis}/STATE', nomodify = True)\ntb.close()")
    assert casapy.touched == []
    casapy.run(f"tb.open('{vis}/STATE', nomodify = F)\ntb.close()\nms.open('{vis}', False)\nms.close()")
    assert casapy.touched == [f"{vis}/STATE", str(vis)]


def test_names_of_the_stand_in_python_do_not_leak(casapy: Casapy) -> None:
    import string
    import time

    casapy.run("import string, time\nstring.upper('a')")
    assert not hasattr(string, "upper")
    assert not hasattr(time, "clock")
    assert semantics.MODULES["string"] is not string


# -- starting CASA, each time in a process of its own


def begun(code: str, home: Path, cwd: Path) -> str:
    command = [sys.executable, "-c", code]
    env = {**own_source(), "HOME": str(home), "MPLCONFIGDIR": str(home / "mpl")}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, check=True)
    return done.stdout.split("\n")[-2]


START = "import pathlib, sys; sys.argv += ['--steps', '9']\nfrom cal_upgrade.run.start import start\n"
START += "start(pathlib.Path('here.log').resolve())\nfrom casaconfig import config\n"


def test_casa_starts_with_its_own_data_and_leaves_the_users_folder_alone(tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    import casadata

    assert begun(START + "print(config.measurespath)", home, work) == casadata.datapath
    assert not (home / ".casa").exists()
    assert [path.name for path in work.iterdir()] in ([], ["here.log"])


def test_the_users_own_data_are_taken_and_never_updated(tmp_path: Path) -> None:
    import casadata

    home, work = tmp_path / "home", tmp_path / "work"
    own = tmp_path / "own data"
    (home / ".casa").mkdir(parents=True)
    work.mkdir()
    own.symlink_to(casadata.datapath)
    config = f"measurespath = {str(own)!r}\ndatapath = [{str(own)!r}]\nmeasures_auto_update = True\n"
    (home / ".casa" / "config.py").write_text(config)
    said = begun(START + "print(config.measurespath, config.measures_auto_update)", home, work)
    assert said == f"{own} False"
    assert [path.name for path in (home / ".casa").iterdir()] == ["config.py"]


def test_the_moving_line_of_a_terminal(observation: tuple[Path, Truth], monkeypatch: pytest.MonkeyPatch) -> None:
    from running import cal_run

    from cal_upgrade.run import progress

    monkeypatch.setattr(progress, "chosen", progress.Live)
    assert cal_run(put_script(observation[0]), "--steps", "9") == 0
