"""Differences of flagging: what the flags of 4.2 would be, and what becomes of the calls so that they are 3.4's."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules.conversion import BOOK, RULES, converted

from cal_upgrade.options import Options
from cal_upgrade.rules.ruleset import make

INPUTS = Path(__file__).parent / "inputs" / "differences"
KEEP = make(RULES, Options(version="3.4", results="keep"))


def case(name: str) -> str:
    return (INPUTS / f"{name}.py").read_text().rstrip("\n")


@pytest.mark.parametrize("book", [BOOK, KEEP], ids=["nrao", "keep"])
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("flagversions", "versionname='flagdata_1')"),
        ("quack_zero", "flagdata(vis='x.ms', mode='quack', quackinterval=0.000001, flagbackup=False)\n"),
        ("extend_swap", "mode='extend', growtime=80.0, growfreq=30.0, flagbackup=F)"),
        ("flagcmd_unapply", "inpmode='table', useapplied=True, action='unapply'"),
        ("autocorr_wvr", "flagdata(vis='x.ms', mode='manual', autocorr=True, flagbackup=F)"),
    ],
)
def test_given_cases(name: str, wanted: str, book: object) -> None:
    found = converted(case(name), book=book)  # type: ignore[arg-type]
    assert wanted in found.result
    # the last line of quack_zero is 3.4's other flagdata, which flagged everything
    assert [one.line for one in found.attention] == ([3] if name == "quack_zero" else [])
    assert not [one for one in found.changes if one.rule == "wvrgcal-autocorrelations"]


def test_several_time_ranges_of_a_command() -> None:
    found = converted(case("list_timeranges"))
    assert [(one.line, one.rule) for one in found.attention] == [(1, "flag-commands")]
    assert found.result == case("list_timeranges").replace("tflagdata", "flagdata") + "\n"
    kept = converted(case("list_timeranges"), book=KEEP)
    assert "timerange='2012/11/20/10:00:00~2012/11/20/10:01:00'\"" in kept.result
    assert not kept.attention


def test_radiometers_flagged_before_wvrgcal_are_told() -> None:
    found = converted(case("autocorr_wvr2"))
    assert [(one.line, one.rule) for one in found.attention] == [(2, "wvrgcal-autocorrelations")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("antenna='*&&&'", True),
        ("antenna=['*&&&']", True),
        ("antenna='&&&'", True),
        ("antenna='*&&'", True),
        ("antenna='*&&*'", True),
        ("antenna='*&&&', spw='0~3'", True),
        ("antenna='*&&&', spw='1~24'", False),
        ("antenna='*&&&', spw='10'", False),
        ("antenna='DV04'", False),
        ("antenna='DV04&DV05'", False),
        ("autocorr=True, spw='0'", False),
    ],
)
def test_which_flags_are_the_radiometers(arguments: str, told: bool) -> None:
    for flagging in (f"tflagdata(vis='x.ms', mode='manual', {arguments})", f"flagdata(vis='x.ms', {arguments})"):
        if "[" in flagging and flagging.startswith("flagdata"):
            continue
        found = converted(flagging, "wvrgcal(vis='x.ms', caltable='x.wvr', toffset=-1)")
        assert [one.rule for one in found.attention] == ["wvrgcal-autocorrelations"] * told


def test_radiometers_flagged_by_a_command() -> None:
    found = converted(
        "tflagdata(vis='x.ms', mode='list', inpfile=[\"mode='manual' antenna='*&&&'\"])",
        "wvrgcal(vis='x.ms', caltable='x.wvr', toffset=-1)",
    )
    assert [one.rule for one in found.attention] == ["wvrgcal-autocorrelations"]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("mode='quack'", "mode='quack',quackinterval=0.000001"),
        ("mode='quack', quackinterval=0", "mode='quack', quackinterval=0.000001"),
        (
            "mode='quack', quackinterval=0.0, quackmode='tail'",
            "mode='quack', quackinterval=0.000001, quackmode='tail'",
        ),
        ("mode='quack', quackinterval=5", "mode='quack', quackinterval=5"),
        ("mode='extend', growfreq=30.0", "mode='extend', growtime=30.0, growfreq=90.0"),
        ("mode='extend', growtime=gt, growfreq=gf", "mode='extend', growtime=gf, growfreq=gt"),
        ("mode='extend', growtime=60.0, growfreq=60.0", "mode='extend', growtime=60.0, growfreq=60.0"),
        ("mode='manual', growtime=10.0, growfreq=20.0", "mode='manual', growtime=10.0, growfreq=20.0"),
    ],
)
def test_intervals_and_shares(given: str, written: str) -> None:
    found = converted(f"tflagdata(vis='x.ms', {given})")
    arguments = found.result.removeprefix("flagdata(vis='x.ms', ").rstrip(")\n")
    assert sorted(arguments.replace(" ", "").split(",")) == sorted(written.replace(" ", "").split(","))
    assert not found.attention


def test_the_interval_flags_the_first_integration_whatever_it_lasts() -> None:
    first = 4.84e9  # a time of 2012 in the TIME column: seconds since 1858-11-17
    assert first < first + 0.000001 < first + 0.001


@pytest.mark.parametrize(
    "lines",
    [
        ["mode='quack'"],
        ["mode='quack'", "quackinterval=0.0"],
    ],
)
def test_intervals_assigned_ahead_of_the_call(lines: list[str]) -> None:
    found = converted("default('tflagdata')", "vis='x.ms'", *lines, "tflagdata()")
    assert "quackinterval=0.000001\n" in found.result
    assert not found.attention
    told = converted("default('flagdata')", "vis='x.ms'", *lines, "flagdata()")
    assert [one.rule for one in told.attention] == ["flagdata-quack-zero"]


def test_shares_assigned_ahead_of_the_call() -> None:
    found = converted(
        "default('tflagdata')", "vis='x.ms'", "mode='extend'", "growtime=30.0", "growfreq=80.0", "tflagdata()"
    )
    assert "growtime=80.0\ngrowfreq=30.0\n" in found.result


def test_a_share_of_nothing_is_told() -> None:
    found = converted("tflagdata(vis='x.ms', mode='extend', growtime=0.0, growfreq=80.0)")
    assert [one.rule for one in found.attention] == ["tflagdata-extend"]
    assert "growtime=0.0, growfreq=80.0" in found.result


@pytest.mark.parametrize(
    ("command", "written"),
    [
        ("mode='quack'", "mode='quack' quackinterval=0.000001"),
        ("mode=quack quackinterval=0 scan=3", "mode='quack' quackinterval=0.000001 scan='3'"),
        ("mode='quack' quackinterval=2.5", "mode='quack' quackinterval=2.5"),
        ("mode='extend' growtime=30 growfreq=80", "mode='extend' growfreq=30 growtime=80"),
        ("mode='extend' growtime=30", "mode='extend' growfreq=30"),
        ("mode='manual' antenna='DV04'", "mode='manual' antenna='DV04'"),
    ],
)
def test_commands_of_a_list(command: str, written: str) -> None:
    found = converted(f'tflagdata(vis="x.ms", mode="list", inpfile=["{command}"])')
    assert found.result == f'flagdata(vis="x.ms", mode="list", inpfile=["{written}"])\n'
    found = converted(f'flagcmd(vis="x.ms", inpmode="cmd", command=["{command}"])')
    assert f'inpfile=["{written}"]' in found.result
    behind_a_name = converted(f'cmds = ["{command}"]', "tflagdata(vis='x.ms', mode='list', inpfile=cmds)")
    assert f'inpfile=["{written}"]' in behind_a_name.result or f'"{written}"' in behind_a_name.result


def test_commands_that_are_written_to_a_file() -> None:
    found = converted(
        "f = open('x.flags', 'w')",
        "f.write(\"mode='quack'\\n\")",
        "f.write(\"mode='extend' growtime=30\\n\")",
        "f.close()",
        "tflagdata(vis='x.ms', mode='list', inpfile='x.flags')",
    )
    assert "mode='quack' quackinterval=0.000001\\n" in found.result
    assert [(one.line, one.rule) for one in found.attention] == [(3, "flag-command-file")]


def test_commands_in_a_file_of_another_hand_get_an_advice() -> None:
    found = converted("tflagdata(vis='x.ms', mode='list', inpfile='x.flags')")
    assert [one.rule for one in found.changes if one.kind == "advice"] == ["flag-commands-elsewhere"]
    assert not found.attention


def test_element_by_element_without_an_interval_is_told() -> None:
    found = converted("flagdata(vis='x.ms', mode='quack', quackinterval=[0, 5.0], scan=['1', '2'])")
    assert "quackinterval=0 " not in found.result
    assert found.attention


RESTORE = "flagmanager(vis='x.ms', mode='restore', versionname={!r})"


@pytest.mark.parametrize(
    ("flagging", "old", "new"),
    [
        (["tflagdata(vis='x.ms', mode='manual')"] * 3, "tflagdata_3", "flagdata_3"),
        (["flagdata(vis='x.ms', antenna='1')"] * 2, "manualflag_2", "flagdata_2"),
        (["flagdata(vis='x.ms', antenna='1')", "tflagdata(vis='x.ms', mode='manual')"], "tflagdata_1", "flagdata_2"),
        (["flagdata(vis='x.ms', mode='shadow')", "flagdata(vis='x.ms', antenna='1')"], "shadow_1", "flagdata_1"),
        (["flagautocorr('x.ms')", "tflagdata(vis='x.ms', mode='manual')"], "tflagdata_1", "flagdata_2"),
        (["tflagdata(vis='x.ms', flagbackup=F)", "tflagdata(vis='x.ms')"], "tflagdata_1", "flagdata_1"),
        (["tflagdata(vis='x.ms', mode='summary')", "tflagdata(vis='x.ms')"], "tflagdata_1", "flagdata_1"),
        (["tflagdata(vis='x.ms', action='calculate')", "tflagdata(vis='x.ms')"], "tflagdata_1", "flagdata_1"),
        (["tflagdata(vis='y.ms')", "tflagdata(vis='x.ms/')"], "tflagdata_1", "flagdata_1"),
        (["flagcmd(vis='x.ms', inpmode='table')", "tflagdata(vis='x.ms')"], "tflagdata_1", "flagdata_1"),
        (["default('tflagdata')", "vis='x.ms'", "mode='manual'", "tflagdata()"], "tflagdata_1", "flagdata_1"),
    ],
)
def test_versions_are_counted_as_casa_does(flagging: list[str], old: str, new: str) -> None:
    found = converted(*flagging, RESTORE.format(old))
    assert RESTORE.format(new) in found.result
    assert not found.attention


@pytest.mark.parametrize(
    "lines",
    [
        [RESTORE.format("tflagdata_1")],
        ["for i in range(2):", "  tflagdata(vis='x.ms')", RESTORE.format("tflagdata_1")],
        ["if bad:", "  tflagdata(vis='x.ms')", "tflagdata(vis='x.ms')", RESTORE.format("tflagdata_1")],
        ["tflagdata(vis='x.ms')", RESTORE.format("tflagdata_2")],
        ["tflagdata(vis='x.ms', flagbackup=save)", RESTORE.format("tflagdata_1")],
        ["tflagdata(vis=name)", "tflagdata(vis='x.ms')", RESTORE.format("tflagdata_1")],
        ["tflagdata(vis='x.ms')", "v = 'tflagdata_%d' % 1", "flagmanager(vis='x.ms', mode='restore', versionname=v)"],
        ["tflagdata(**inputs)", RESTORE.format("tflagdata_1")],
        [
            "flagmanager(vis='x.ms', mode='delete', versionname=v)",
            "tflagdata(vis='x.ms')",
            RESTORE.format("tflagdata_1"),
        ],
        ["tflagdata(vis='x.ms')", "shutil.copytree('x.ms.flagversions/flags.tflagdata_1', 'b')"],
    ],
)
def test_versions_that_can_not_be_counted_are_told(lines: list[str]) -> None:
    found = converted(*lines)
    assert "flag-version-names" in [one.rule for one in found.attention]
    assert "tflagdata_" in found.result


@pytest.mark.parametrize(
    "lines",
    [
        ["flagmanager(vis='x.ms', mode='save', versionname='quack_1')", RESTORE.format("quack_1")],
        [RESTORE.format("before_applycal_1")],
        [RESTORE.format("flagcmd_1")],
        ["print 'see tflagdata_1'", "flagmanager(vis='x.ms')"],
        ["name = 'shadow_1'"],
    ],
)
def test_names_of_the_scripts_own_are_left(lines: list[str]) -> None:
    found = converted(*lines)
    assert found.result == "\n".join(lines) + "\n"
    assert not found.attention


def test_unapply_in_the_older_style() -> None:
    found = converted("default('flagcmd')", "vis='x.ms'", "action='unapply'", "reason='Shadow'", "flagcmd()")
    assert "useapplied=True\n" in found.result
    assert not found.attention


@pytest.mark.parametrize(
    "lines", [[case("logfile_plain")], ["casalog.setlogfile('')"], ["f(); casalog.setlogfile('')"]]
)
def test_a_lone_return_to_the_log_needs_nobody(lines: list[str]) -> None:
    found = converted(*lines)
    assert found.result == "\n".join(lines) + "\n"
    assert not found.attention


FIRST = "0.000001"


@pytest.mark.parametrize(
    ("ahead", "given", "written"),
    [
        ("from settings import q", "quackinterval=q", f"quackinterval=max(q, {FIRST})"),
        ("q = 0", "quackinterval=q", f"quackinterval=max(q, {FIRST})"),
        ("q = 5.0\nif bad: q = 0", "quackinterval=q", f"quackinterval=max(q, {FIRST})"),
        ("q = 5.0", "quackinterval=q", "quackinterval=q"),
        ("", "quackinterval=0 if short else 5", f"quackinterval=max(0 if short else 5, {FIRST})"),
        ("", "quackinterval=10*0", f"quackinterval={FIRST}"),
        ("", "quackinterval=-1", "quackinterval=-1"),
    ],
)
def test_an_interval_that_may_be_nothing_is_at_least_a_microsecond(ahead: str, given: str, written: str) -> None:
    found = converted(ahead, f"tflagdata(vis='x.ms', mode='quack', {given})")
    assert f"flagdata(vis='x.ms', mode='quack', {written})\n" in found.result
    assert not found.attention


def test_an_interval_in_a_loop_in_a_function_and_ahead_of_the_call() -> None:
    found = converted("for q in [0, 5]: tflagdata(vis='x.ms', mode='quack', quackinterval=q)")
    assert f"quackinterval=max(q, {FIRST})" in found.result
    found = converted("def flag(q=0):", "  tflagdata('x.ms', 'quack', quackinterval=q)", "flag()")
    assert f"quackinterval=max(q, {FIRST})" in found.result
    found = converted("default('tflagdata')", "vis='x.ms'", "mode='quack'", "quackinterval=wait", "tflagdata()")
    assert f"quackinterval=max(wait, {FIRST})\n" in found.result
    assert converted(*found.result.splitlines()).result == found.result


def test_a_mode_that_may_be_quack_gets_the_interval() -> None:
    found = converted("for m in ['quack', 'shadow']: tflagdata(vis='x.ms', mode=m, flagbackup=F)")
    assert f"mode=m, quackinterval={FIRST}, flagbackup=F" in found.result


def test_the_old_flagdata_with_an_interval_that_may_be_nothing_is_told() -> None:
    found = converted("from settings import q", "flagdata(vis='x.ms', mode='quack', quackinterval=q)")
    assert [(one.line, one.rule) for one in found.attention] == [(2, "flagdata-quack-zero")]
    assert not converted("flagdata(vis='x.ms', mode=m, quackinterval=5)").attention


@pytest.mark.parametrize(
    "lines",
    [
        [
            "cmds = [\"mode='quack' scan='%d'\" % s for s in [1,2]]",
            "tflagdata(vis='x.ms', mode='list', inpfile=cmds)",
        ],
        ["cmds = []", "cmds.append('mode=extend growtime=30')", "flagcmd(vis='x.ms', inpmode='cmd', command=cmds)"],
        ["flagcmd(vis='x.ms', inpmode='cmd', command=[\"timerange='%s'\" % ','.join(times)])"],
        ['cmds = ["timerange=\'" + when + "\'"]', "tflagdata(vis='x.ms', mode='list', inpfile=cmds)"],
        [
            "default('tflagdata')",
            "mode='list'",
            "inpfile=[\"mode='quack' scan='%d'\" % s for s in scans]",
            "tflagdata()",
        ],
    ],
)
def test_commands_that_are_put_together_are_told(lines: list[str]) -> None:
    found = converted(*lines)
    assert [(one.line, one.rule) for one in found.attention] == [(len(lines), "flag-commands")]


@pytest.mark.parametrize(
    "lines",
    [
        ["cmds = [\"antenna='DV%02d'\" % n for n in bad]", "tflagdata(vis='x.ms', mode='list', inpfile=cmds)"],
        ["flagcmd(vis='x.ms', inpmode='cmd', command=[\"scan='%d'\" % s for s in scans])"],
    ],
)
def test_commands_that_mean_the_same_are_not_told(lines: list[str]) -> None:
    assert not converted(*lines).attention


@pytest.mark.parametrize(
    "call",
    [
        "for what in ['apply', 'unapply']: flagcmd(vis='x.ms', inpmode='table', action=what)",
        "def f(a): flagcmd(vis='x.ms', action=a)",
        "flagcmd(vis='x.ms', inpmode=m, action='unapply')",
    ],
)
def test_an_action_that_may_take_flags_away_is_told(call: str) -> None:
    found = converted(call)
    assert "flagcmd-unapply" in [one.rule for one in found.attention]


def test_beginnings_of_values_count_for_flagcmd() -> None:
    found = converted("flagcmd(vis='x.ms', inpmode='tab', action='unap')")
    assert found.result == "flagcmd(vis='x.ms', inpmode='table', useapplied=True, action='unapply')\n"
    assert not found.attention


def test_a_version_that_a_name_holds() -> None:
    lines = ["n = 'tflagdata_1'", "tflagdata(vis='x.ms')", "flagmanager(vis='x.ms', mode='restore', versionname=n)"]
    found = converted(*lines)
    assert "versionname='flagdata_1'" in found.result
    assert "flag-version-names" not in [one.rule for one in found.attention]
    # the name is read elsewhere too, where nobody rewrites it
    found = converted(*lines, "check(n)")
    assert [(one.line, one.rule) for one in found.attention] == [(1, "flag-version-names")]


def test_a_version_in_a_path_is_told_by_its_name() -> None:
    found = converted("tflagdata(vis='x.ms')", "os.system('rm -rf x.ms.flagversions/flags.tflagdata_1')")
    assert "name 'tflagdata_1'" in found.attention[0].message


WRITING = "for a in ants: f.write(\"mode='quack' antenna='%s'\\n\" % a)"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["f = open('c', 'w')", WRITING, "f.close()"], 2),
        (["f = open('c', 'w')", "f.writelines([\"mode='extend' growtime=20\\n\"])"], 2),
        (["open('c', 'w').write(\"timerange='%s'\" % ','.join(times))"], 1),
        (['cmds = """mode=extend growtime=30', 'antenna=1"""', "open('c', 'w').write(cmds)"], 3),
        (["os.system(\"echo mode='quack' > c\")"], 1),
    ],
)
def test_commands_that_are_put_together_in_a_file_are_told(lines: list[str], line: int) -> None:
    found = converted(*lines, "tflagdata(vis='x.ms', mode='list', inpfile='c')")
    assert {(one.line, one.rule) for one in found.attention} == {(line, "flag-command-file")}


@pytest.mark.parametrize(
    "lines",
    [
        ["f = open('c', 'w')", WRITING.replace("quack'", "quack' quackinterval=5")],
        ["f = open('c', 'w')", WRITING.replace("mode='quack'", "scan='3'")],
        ["f = open('other', 'w')", WRITING],
        ["os.system(\"echo antenna='DV04' > c\")"],
    ],
)
def test_commands_in_a_file_that_mean_the_same_are_not_told(lines: list[str]) -> None:
    assert not converted(*lines, "tflagdata(vis='x.ms', mode='list', inpfile='c')").attention


def test_commands_written_as_a_list_of_lines() -> None:
    found = converted(
        "f = open('c', 'w')",
        "f.writelines([\"mode='quack'\\n\", \"antenna='DV04'\\n\"])",
        "tflagdata(vis='x.ms', mode='list', inpfile='c')",
    )
    assert f"[\"mode='quack' quackinterval={FIRST}\\n\", \"antenna='DV04'\\n\"]" in found.result
    assert not found.attention


def test_limits_that_a_variable_holds_are_not_lost_without_a_word() -> None:
    found = converted("limits = []", "flagdata(vis='x.ms', clipminmax=limits, clipexpr='ABS RR')")
    assert [(one.rule, one.line) for one in found.changes if one.kind == "advice"] == [("flagdata-clip", 2)]
    assert not [one for one in converted("flagdata(vis='x.ms', clipminmax=[])").changes if one.kind == "advice"]
