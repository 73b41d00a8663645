"""The flagdata of 3.4: vectors and clipping."""

from __future__ import annotations

import pytest

from rules.conversion import converted


@pytest.mark.parametrize(
    ("given", "written"),
    [
        # scalars count for every element; blank elements select nothing
        (
            "field=['0','4'], scan='', antenna=['', 'DV04']",
            """mode='list', inpfile=["field='0'", "field='4' antenna='DV04'"]""",
        ),
        # nothing selected is everything, as in 3.4
        ("autocorr=[True, False]", """mode='list', inpfile=["autocorr=True", "mode='manual'"]"""),
        # blanks inside of a value do no harm: 4.2 puts the pieces back
        ("antenna=['DV01 & DV02', 'DV03']", """mode='list', inpfile=["antenna='DV01 & DV02'", "antenna='DV03'"]"""),
        (
            "mode='manualflag', clipminmax=[[0,1],[0,2]], clipexpr=['ABS XX','ABS YY'], clipoutside=True",
            """mode='list', inpfile=["mode='clip' correlation='ABS_XX' clipminmax=[0,1] clipoutside=True", """
            """\n    "mode='clip' correlation='ABS_YY' clipminmax=[0,2] clipoutside=True"]""".lstrip(" "),
        ),
        ("mode='qua', quackmode=['beg'], quackinterval=[5.0]", "mode='quack', quackmode='beg', quackinterval=5.0"),
    ],
)
def test_vectors(given: str, written: str) -> None:
    found = converted(f"flagdata(vis='x.ms', {given})")
    assert found.result.replace(",\n", ", \n") == f"flagdata(vis='x.ms', {written})\n"
    assert not found.attention


@pytest.mark.parametrize(
    "given",
    [
        "antenna=['a', 'b'], unflag=[True, False]",
        "antenna=['a', 'b'], selectdata=False",
        "antenna=['a', name]",
        "antenna=['a', 'b'], scan=scans",
        "antenna=['a', 'b'], scan=['1', '2', '3']",
        """antenna=["a'", 'b']""",
        "antenna=['a', # bad all day\n  'b']",
    ],
)
def test_vectors_that_a_person_must_see(given: str) -> None:
    found = converted(f"flagdata(vis='x.ms', {given})")
    assert "flagdata-vectors" in {a.rule for a in found.attention}
    assert "inpfile" not in found.result


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("clipminmax=[0,5]", "mode='clip', correlation='ABS_RR', clipminmax=[0,5]"),
        ("mode='m', clipexpr='RE I', clipminmax=[-1,1]", "mode='clip', correlation='REAL_I', clipminmax=[-1,1]"),
        ("clipexpr='abs ll', correlation='LL', clipminmax=[0,5]", None),
        ("clipexpr='LL', clipminmax=[0,5]", "mode='clip', correlation='ABS_LL', clipminmax=[0,5]"),
        ("clipminmax=[low,high]", None),
    ],
)
def test_clipping(given: str, written: str | None) -> None:
    found = converted(f"flagdata(vis='x.ms', {given})")
    assert "mode='clip'" in found.result
    assert "clipexpr" not in found.result
    assert not found.attention
    if written is not None:
        assert found.result == f"flagdata(vis='x.ms', {written})\n"


@pytest.mark.parametrize(
    "given",
    [
        "clipminmax=[5,0]",
        "clipminmax=limits",
        "clipminmax=[0,5], unflag=True",
        "clipminmax=[0,5], autocorr=True",
        "clipminmax=[0,5], clipexpr='+ ABS RR LL'",
        "clipminmax=[0,5], clipexpr=what",
        "clipminmax=[0,5], clipexpr='ABS_RR'",
        "clipminmax=[0,5], clipexpr='ABS RR,LL'",
        "clipminmax=[0,5], correlation='LL'",
        "clipminmax=[0,5], clipcolumn=column",
    ],
)
def test_clipping_that_a_person_must_see(given: str) -> None:
    found = converted(f"flagdata(vis='x.ms', {given})")
    assert "flagdata-clip" in {a.rule for a in found.attention}
    assert "'clip'" not in found.result


@pytest.mark.parametrize(
    "script",
    [
        "flagdata(vis='x.ms', mode='list', inpfile=[\"antenna='a'\", \"antenna='b'\"], flagbackup=F)",
        "flagdata(vis='x.ms', mode='clip', clipminmax=[0,5], correlation='ABS_RR')",
        "flagdata(vis='x.ms', mode='clip', clipminmax=[0,5], datacolumn='CORRECTED')",
        "flagdata(vis='x.ms', mode='unflag', antenna='DV04')",
        "flagdata(vis='x.ms', antenna='DV04,DV05', spw='0:0~3;60~63')",
        "flagdata(vis='x.ms', mode='quack', quackinterval=20.0, quackmode='endb')",
        "flagdata(vis='x.ms', antenna=name, timerange=times)",
    ],
)
def test_what_fits_stays(script: str) -> None:
    found = converted(script)
    assert found.result == script + "\n"
    assert not found.attention


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("command=['scan=3', 'scan=4']", """inpfile=["scan='3'", "scan='4'"]"""),
        ("command='scan=3'", """inpfile=["scan='3'"]"""),
        ("command=commands, reason='any'", "inpfile=commands"),
        ("inpfile='', command=['autocorr=True']", "inpfile=['autocorr=True']"),
    ],
)
def test_commands_of_flagcmd(given: str, written: str) -> None:
    found = converted(f"flagcmd(vis='x.ms', inpmode='cmd', {given})")
    assert found.result == f"flagcmd(vis='x.ms', inpmode='list', {written})\n"
    assert not found.attention


def test_commands_behind_a_name_that_4_2_would_cut_elsewhere_are_written_out() -> None:
    found = converted("cmds = [\"antenna='a'  scan='1'\"]", "tflagdata(vis='x.ms', mode='list', inpfile=cmds)")
    assert "inpfile=[\"antenna='a' scan='1'\"]" in found.result
    assert not found.attention


@pytest.mark.parametrize(
    "script",
    [
        # only unquoted, behind a name: 4.2 reads it as 3.4 did
        ["cmds = ['antenna=a']", "flagcmd(vis='x.ms', inpmode='list', inpfile=cmds)"],
        ["flagcmd(vis='x.ms', inpmode='list', inpfile='x.flags')"],
        ["flagcmd(vis='x.ms', inpmode='table', action='apply', tablerows=[1,2])"],
        ["flagcmd(vis='x.ms', inpmode='xml', tbuff=1.0)"],
        ["flagdata(vis='x.ms', mode='list', inpfile=['# nothing', \"spw='0'\"])"],
        ["f = open('a.txt','w')", "f.write('a=1  b=2')", "flagdata(vis='x.ms', mode='list', inpfile='b.txt')"],
        ["print >>log, 'field=  0'", "flagdata(vis='x.ms', mode='list', inpfile='b.txt')"],
    ],
)
def test_commands_that_4_2_reads_as_they_are(script: list[str]) -> None:
    found = converted(*script)
    assert found.result == "\n".join(script) + "\n"
    assert not found.attention


def test_commands_printed_to_a_file() -> None:
    found = converted(
        "out = open('x.flags', 'w')",
        """print >>out, "antenna=DV04  scan='3'\"""",
        "flagdata(vis='x.ms', mode='list', inpfile='x.flags')",
    )
    assert """print >>out, "antenna='DV04' scan='3'\"""" in found.result


def test_a_list_that_is_altered_before_the_call_is_not_taken_as_it_was_written() -> None:
    found = converted(
        "default('flagdata')",
        "vis = 'x.ms'",
        "antenna = ['a'] * 2",
        "antenna[1] = 'c'",
        "flagdata()",
    )
    assert "inpfile" not in found.result
    assert found.attention


def test_a_list_that_repeats_an_element() -> None:
    found = converted("flagdata(vis='x.ms', antenna=['a', 'b'], scan=['1'] * 2)")
    assert """inpfile=["antenna='a' scan='1'", "antenna='b' scan='1'"]""" in found.result
