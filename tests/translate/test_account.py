"""No task call escapes the account, however it is called, and what 4.2 lacks is told wherever it is named."""

from __future__ import annotations

import pytest

from tests.rules.conversion import converted


@pytest.mark.parametrize(
    "lines",
    [
        ("default('tflagdata')", "vis = 'x.ms'", "mode = 'manual'", "go()"),
        ("default(tflagdata)", "vis = 'x.ms'", "mode = 'manual'", "go(tflagdata)"),
        ("default('tflagdata')", "vis = 'x.ms'", "mode = 'manual'", "go('tflagdata')"),
        ("default('listobs')", "taskname = 'tflagdata'", "default('tflagdata')", "vis = 'x.ms'", "go()"),
    ],
)
def test_a_call_by_go(lines: tuple[str, ...]) -> None:
    found = converted(*lines)
    assert [(call.task, call.line, call.status) for call in found.calls] == [("tflagdata", len(lines), "changed")]
    assert "default('flagdata')" in found.result.replace("(flagdata)", "('flagdata')")


@pytest.mark.parametrize(
    "head", ["from tasks import tflagdata", "from tasks import *", "from tflagdata import tflagdata", "import tasks"]
)
def test_a_task_that_is_imported_is_a_task(head: str) -> None:
    found = converted(head, "tflagdata(vis='x.ms', mode='manual')")
    assert "\nflagdata(vis='x.ms', mode='manual')" in found.result
    assert [call.status for call in found.calls] == ["changed"]


@pytest.mark.parametrize("line", ["def tflagdata(vis): pass", "tflagdata = print_it", "from mine import tflagdata"])
def test_a_name_of_the_author_is_no_task(line: str) -> None:
    found = converted(line, "tflagdata(vis='x.ms')", "default('tflagdata')")
    assert not found.changed
    assert found.calls == ()


@pytest.mark.parametrize("line", ["default('oldsimdata')", "inp(sdsmooth)", "go(peel)", "saveinputs('peel', 'x')"])
def test_a_task_that_42_lacks_is_told_where_it_is_named(line: str) -> None:
    assert [one.line for one in converted("x = 1", line).attention][:1] == [2]


@pytest.mark.parametrize("line", ["default('gaincal')", "default(mine)", "saveinputs('clean', 'x')", "inp()"])
def test_nothing_is_told_of_others(line: str) -> None:
    assert converted("mine = 'clean'", line).attention == ()


def test_a_parameter_that_42_brought_is_added_once() -> None:
    lines = ("default('fixplanets')", "vis = 'x.ms'", "fixplanets()")
    once = converted(*lines)
    assert once.result == "default('fixplanets')\nvis = 'x.ms'\nreftime = 'median'\nfixplanets()\n"
    assert not converted(*once.result.splitlines()).changed


@pytest.mark.parametrize(
    ("lines", "at", "brings"),
    [
        (("clean('x.ms',", "    'a',", "    async = False)"), (3, 4), "usescratch = True"),
        (("wvrgcal(caltable = 'a',", "    statfield = 'b',", "    cont = False,)"), (3, 2), "toffset = -1"),
    ],
)
def test_an_argument_that_is_added_is_shown(lines: tuple[str, ...], at: tuple[int, int], brings: str) -> None:
    (change,) = (one for one in converted(*lines).changes if one.kind != "advice")
    assert (change.line, change.output_line, change.before, change.after) == (*at, "", brings)


def test_calls_without_default_that_follow_one_another() -> None:
    lines = ("vis = 'x.ms'", "go(tflagdata)", "spw = '1'", "inp('tflagdata')", "go(tflagdata)")
    assert converted(*lines).result.splitlines() == [
        "vis = 'x.ms'",
        "flagdata(vis = vis)",
        "spw = '1'",
        "inp('flagdata')",
        "flagdata(vis = vis, spw = spw)",
    ]


def test_a_default_that_hangs_on_a_value_that_is_not_shown() -> None:
    assert converted("simanalyze('a', x, 'b', 'c', async = False)").calls[0].task == "simanalyze"
