"""The stand-in runs scripts as CASA 4.2.2 would: right calls go through, wrong ones do what they do in CASA."""

from __future__ import annotations

from pathlib import Path

import pytest

from judge import Recording, run_stand_in

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
LAST_NINE = range(7, 16)
SCRIPTS_3_4 = ["fixplanets", "habits", "hand_edited", "interactive", "no_antpos", "plain", "resolved", "two_ms"]

pytestmark = pytest.mark.usefixtures("python2")


def run(text: str, **options: object) -> Recording:
    return run_stand_in(text.encode(), **options)  # type: ignore[arg-type]


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def outcome(text: str) -> tuple[list[tuple[int, str, str]], str | None]:
    ran = run(text)
    return [(one.line, one.task, one.kind) for one in ran.misfits], ran.ended


RIGHT = {
    "arguments": "flagdata('x', mode='manual', spw='0:1~2', flagbackup=F)",
    "over several lines": "applycal(vis = 'x', # here\n  field = '1',\n  gaintable = ['a', 'b'],\n  calwt = F)",
    "manual flux": "setjy('x', fluxdensity=[0.5, 0, 0, 0], standard='manual')",
    "inputs": "default('gaincal')\nvis = 'x'\ncaltable = 'c'\ninp()\ngaincal()\ngo('gaincal')",
    "a leftover that its task closes": "mode = 'manual'\nmask = [['a']]\ndefault('immath')\nexpr = 'IM0'\nimmath()",
    "what the session has": "tb.open('x')\ncasalog.post('y')\nprint casa['build']['version'], qa.time('1h')",
    "imports": "from recipes.almahelpers import tsysspwmap, fixsyscaltimes\nfixsyscaltimes(vis='x')",
    "every form of print": "print 'a',\nprint\nprint ('a', 1)\nimport sys\nprint >>sys.stdout, 'b'",
    "results of tasks": "r = visstat('x')\nprint r['DATA'], len(r)\nf = fluxscale('x', 'c', 'd', '1')\nf.keys()",
    "values of a run": "for m in ['man' + 'ual', 'shadow']:\n    flagdata('x', mode=m)",
    "the script's own function": "def setjy(**anything): pass\nsetjy(modimage=1)",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT.keys())
def test_right_scripts_run_to_their_end(text: str) -> None:
    assert outcome(text + "\n") == ([], None)


GOES_ON = {
    "the beginning of a value": ("flagdata('x', mode='man')", (1, "flagdata", "value")),
    "a value made in the run": ("m = 'manual'[:3]\nflagdata('x',\n  mode=m)", (2, "flagdata", "value")),
    "a wrong type": ("applycal('x', calwt=0)", (1, "applycal", "type")),
    "out of range": ("clean('x', 'y', robust=3)", (1, "clean", "value")),
    "what must be given": ("gencal('x', 'c')", (1, "gencal", "required")),
    "the default of plotms": ("plotms('x')", (1, "plotms", "required")),
    "flux without manual": ("setjy('x', fluxdensity=[1, 0, 0, 0])", (1, "setjy", "standard")),
    "flux by inputs": ("default('setjy')\nfluxdensity = [1, 0, 0, 0]\nsetjy()", (3, "setjy", "standard")),
    "a wrong input": ("default('flagdata')\nmode = 'man'\nflagdata()", (3, "flagdata", "value")),
    "inp of no task": ("inp('tflagdata')", (1, "tflagdata", "task")),
}


@pytest.mark.parametrize(("text", "misfit"), GOES_ON.values(), ids=GOES_ON.keys())
def test_a_wrong_value_is_a_silent_none_as_in_casa(text: str, misfit: tuple[int, str, str]) -> None:
    assert outcome(text + "\nprint 'on'\n") == ([misfit], None)


STOPS = {
    "a task of 3.4": ("tflagdata('x')", (1, "tflagdata", "stops"), "NameError"),
    "a parameter of 3.4": ("x = 1\ngaincal('x',\n  gaincurve=F)", (2, "gaincal", "parameter"), "TypeError"),
    "default of no task": ("default('tflagdata')", (1, "tflagdata", "task"), "KeyError"),
    "too many positions": ("clearstat(1, 2)", (1, "clearstat", "positions"), "TypeError"),
    "given twice": ("listobs('x', vis='y')", (1, "listobs", "positions"), "TypeError"),
}


@pytest.mark.parametrize(("text", "misfit", "error"), STOPS.values(), ids=STOPS.keys())
def test_a_wrong_name_stops_the_script_as_in_casa(text: str, misfit: tuple[int, str, str], error: str) -> None:
    ran = run(text + "\nprint 'on'\n")
    assert [(one.line, one.task, one.kind) for one in ran.misfits] == [misfit]
    assert ran.ended is not None
    assert ran.ended.startswith(error)
    assert ran.ended_line is not None
    assert "on" not in ran.printed


def test_a_version_guard_ends_the_script_where_it_stands() -> None:
    guard = "import re\nif re.search('^3.4', casadef.casa_version) == None:\n sys.exit('3.4 only')\nlistobs('x')\n"
    ran = run(guard)
    assert (ran.ended, ran.ended_line, ran.calls) == ("SystemExit: 3.4 only", 3, ())
    assert run(guard.replace("3.4'", "4.2'")).ended is None


def test_a_call_is_recorded_with_its_step_its_line_and_its_values() -> None:
    ran = run("mystep = 4\nx = 'a.ms'\nflagmanager(vis = x,\n  mode = 'save',\n  versionname = 'Original')\n")
    (call,) = ran.calls
    assert (call.task, call.line, call.step, call.ran) == ("flagmanager", 3, 4, True)
    assert call.given == {"vis": "a.ms", "mode": "save", "versionname": "Original"}
    assert call.values["merge"] == "replace"


def test_a_conditional_default_counts_when_its_parent_is_given() -> None:
    quack, manual = run("flagdata('x', mode='quack')\nflagdata('x', mode='manual')\n").calls
    assert (quack.values["quackinterval"], manual.values["quackinterval"]) == (0.0, 1.0)


def test_only_the_steps_asked_for_are_run() -> None:
    ran = run_stand_in(fixture("plain_3.4.py"), [8, 13], casa="3.4.0")
    assert (ran.steps, ran.ended) == ([8, 13], None)
    assert [post for post in ran.posts if post.startswith("Step ")] == [
        "Step 8 Initial flagging",
        "Step 13 Gain calibration",
    ]


@pytest.mark.parametrize("name", SCRIPTS_3_4)
def test_the_fixtures_run_to_their_end_on_3_4(name: str) -> None:
    ran = run_stand_in(fixture(f"{name}_3.4.py"), casa="3.4.0")
    assert (ran.ended, ran.misfits) == (None, ())


@pytest.mark.parametrize("name", SCRIPTS_3_4)
def test_the_fixtures_do_not_run_on_4_2(name: str) -> None:
    assert run_stand_in(fixture(f"{name}_3.4.py")).ended is not None


def test_flux_densities_are_read_back_from_the_log() -> None:
    ran = run_stand_in(fixture("resolved_3.4.py"), LAST_NINE, casa="3.4.0")
    assert [(call.given["field"], call.given["spw"]) for call in ran.of("setjy")] == [
        ("1", "0,1"),
        ("J1037-295", "0"),
        ("J1037-295", "1"),
    ]


READ_BACK = """# CALIBRATE_PHASE: J1037-295
import re
os.system('rm -rf x.log')
casalog.setlogfile('x.log')
fluxscale(vis='x', caltable='a', fluxtable='b', reference='1')
casalog.setlogfile('')
found = [line for line in open('x.log') if re.search('in SpW=[0-9]+PATTERN is: [0-9]+\\.[0-9]+', line)]
print len(found)
"""


@pytest.mark.parametrize(
    ("pattern", "casa", "lines"),
    [
        (r"( \(ref SpW=[0-9]+\))?", "3.4.0", 3),
        (r"( \(ref SpW=[0-9]+\))?", "4.2.2", 0),
        (r"(?: \(.*?\))?", "4.2.2", 3),
        (r"(?: \(.*?\))?", "3.4.0", 3),
    ],
)
def test_the_log_has_the_words_of_the_release(pattern: str, casa: str, lines: int) -> None:
    assert run(READ_BACK.replace("PATTERN", pattern), casa=casa, windows=3).printed == f"{lines}\n"


def test_a_driver_runs_its_scripts() -> None:
    others = {path.name: path.read_bytes() for path in FIXTURES.glob("*_3.4.py")}
    ran = run_stand_in(fixture("driver_guide.py"), others=others, casa="3.4.0")
    assert (ran.ended, ran.steps) == (None, [*LAST_NINE])
    several = run_stand_in(fixture("driver_several.py"), others=others, casa="3.4.0")
    assert several.ended is None
    assert len([call for call in several.of("fluxscale") if call.step == 13]) == 3


def test_nothing_outside_its_directory_is_touched(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    for attempt in (
        f"os.system('rm -rf {tmp_path}')",
        f"os.remove('{kept}')",
        f"shutil.rmtree('{tmp_path}')",
        f"open('{kept}', 'w').write('gone')",
        f"os.rename('{kept}', 'here')",
        f"import subprocess\nsubprocess.call(['rm', '{kept}'])",
        f"import subprocess\nsubprocess.Popen(['rm', '{kept}'])",
        f"os.popen('rm {kept}').read()",
        f"os.chdir('{tmp_path}')\nos.remove('kept.txt')",
    ):
        run(attempt + "\n")
        assert kept.read_text() == "kept", attempt


def test_commands_for_the_shell_are_noted_and_its_own_files_go() -> None:
    ran = run(
        "open('a.log', 'w').close()\nos.system('rm -rf a.*')\nos.system('wvrgcal --ms x')\n"
        "print os.path.exists('a.log')\n"
    )
    assert (ran.shell, ran.printed) == (("rm -rf a.*", "wvrgcal --ms x"), "False\n")
