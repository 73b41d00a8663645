"""What differs between two releases. What is expected was read off the task XML of the releases by hand."""

from __future__ import annotations

import pytest

from cal_upgrade.casa.difference import Difference
from cal_upgrade.casa.tables import Parameter, Task, load
from cal_upgrade.rules.difference_table import compared, differences

RENAMED = {"tflagdata": "flagdata", "flagautocorr": "flagdata", "uvcontsub2": "uvcontsub"}
FOUND = list(
    differences(load("3.4.0"), [load("4.2.0"), load("4.2.2")], [load("4.0.1"), load("4.1.0")], RENAMED),
)


def found(task: str, what: str, parameter: str) -> list[Difference]:
    return [one for one in FOUND if (one.task, one.what, one.parameter) == (task, what, parameter)]


@pytest.mark.parametrize(
    ("task", "what", "parameter", "since", "detail"),
    [
        ("wvrgcal", "default", "toffset", "4.2.0", "-1 → 0"),
        ("wvrgcal", "type", "smooth", "4.1.0", "no int; also string"),
        ("wvrgcal", "returned", "", "4.2.0", "bool → variant"),
        ("wvrgcal", "added", "usefieldtab", "4.2.2", "False"),
        ("setjy", "default", "usescratch", "4.0.0", "True → False"),
        ("clearcal", "default", "addmodel", "4.2.0", "True → False"),
        ("gaincal", "gone", "opacity", "4.2.0", "gone"),
        ("gaincal", "moved", "gaintable", "4.2.0", "place 27 and later ones"),
        ("plotms", "gone", "interactive", "4.2.2", "gone"),
        ("flagcmd", "allowed", "inpmode", "4.0.0", "no 'file', 'cmd'; also 'list'"),
        ("applycal", "allowed", "interp", "4.1.0", "any value"),
        ("imcontsub", "allowed", "fitorder", "4.0.0", "from 0.0 to None"),
        ("sdimaging", "type", "cell", "4.2.0", "also string, stringvec"),
        ("peel", "task", "", "4.1.0", "gone"),
        ("fixplanets", "added", "reftime", "4.0.0", "'first'"),
    ],
)
def test_a_difference_and_its_date(task: str, what: str, parameter: str, since: str, detail: str) -> None:
    [one] = found(task, what, parameter)
    assert (one.since, one.detail) == (since, detail)


def test_a_renamed_task_is_held_against_the_one_that_took_its_place() -> None:
    [gone] = found("tflagdata", "task", "")
    # the alias tflagdata was there in 4.0 and 4.1 (ui.cmake)
    assert (gone.since, gone.successor) == ("4.2.0", "flagdata")
    [added] = found("tflagdata", "added", "extendflags")
    assert (added.since, added.successor) == ("4.2.0", "flagdata")
    assert found("uvcontsub2", "added", "excludechans")


def test_nothing_is_said_of_tasks_that_stayed_as_they_were() -> None:
    tasks = {one.task for one in FOUND}
    assert tasks.isdisjoint({"plotcal", "smoothcal", "flagmanager", "uvsub", "statwt", "rmtables"})


@pytest.mark.parametrize(("source", "target"), [("4.0.1", "4.2.0"), ("4.1.0", "4.2.2"), ("4.2.0", "4.2.2")])
def test_any_two_releases_can_be_compared(source: str, target: str) -> None:
    several = list(differences(load(source), [load(target)], [], RENAMED))
    assert {one.since for one in several} == {target}
    assert ("wvrgcal", "default", "toffset") in {(one.task, one.what, one.parameter) for one in several} or (
        source == "4.2.0"
    )


def test_a_release_does_not_differ_from_itself() -> None:
    assert list(differences(load("4.1.0"), [load("4.1.0")], [], {})) == []


def test_every_way_in_which_a_parameter_may_differ() -> None:
    old = Task("t", "3.4.0", (Parameter("a", "int", 1), Parameter("b", "string", "", mustexist=True)))
    new = Task("t", "4.2.0", (Parameter("b", "string", ""), Parameter("a", "int", 1, units="s")), returns="bool")
    seen = [(one.what, one.parameter, one.detail) for one in compared(old, new)]
    assert seen == [
        ("moved", "a", "place 1 and later ones"),
        ("type", "a", "a bare number is in no units → s"),
        ("allowed", "b", "need not be a file"),
        ("returned", "", "nothing → bool"),
    ]
