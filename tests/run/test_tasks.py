"""4.2's tasks over CASA 6: what a call becomes, and that the rules on it fit both interfaces."""

from __future__ import annotations

import inspect
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from cal_upgrade.casa.tables import load
from cal_upgrade.run.casa42 import differences, tasks
from cal_upgrade.run.casa42.tasks import WrongCall

TASKS = load("4.2.2")


@pytest.fixture(scope="module", autouse=True)
def _casa(casa: Path) -> None:
    """Every test here needs CASA."""


def becomes(task: str, *positional: Any, **given: Any) -> dict[str, Any]:
    """Give what a 4.2 call passes to CASA 6."""
    return called({}, task, *positional, **given)


def called(names: dict[str, Any], task: str, *positional: Any, **given: Any) -> dict[str, Any]:
    """The same with globals."""
    every = tasks.all_tasks(TASKS, names, lambda name, make: make().passed)
    passed = every[task](*positional, **given)
    assert isinstance(passed, dict)
    return passed


def test_a_call_that_needs_nothing_is_passed_as_it_is() -> None:
    given = {"vis": "x.ms", "caltable": "x.g", "field": "0", "solint": "int", "refant": "DV04", "calmode": "p"}
    assert becomes("gaincal", **given) == given


def test_defaults_that_changed_are_written_out() -> None:
    assert becomes("setjy", vis="x.ms", field="1") == {
        "vis": "x.ms", "field": "1", "standard": "Perley-Butler 2010", "usescratch": False,
    }  # fmt: skip
    assert becomes("split", vis="x.ms", outputvis="y.ms")["keepmms"] is False
    # 4.2's default for this mode alone
    assert becomes("flagdata", vis="x.ms", mode="quack")["quackinterval"] == 0.0
    assert "quackinterval" not in becomes("flagdata", vis="x.ms", mode="manual")


def test_positional_arguments_and_async() -> None:
    assert becomes("clearcal", "x.ms", field="1", **{"async": False}) == {"vis": "x.ms", "field": "1"}
    assert becomes("clearcal", "x.ms", async_=False) == {"vis": "x.ms"}


def test_a_call_without_arguments_takes_the_globals() -> None:
    names = {"vis": "x.ms", "caltable": "x.g", "solint": "int", "smoothtime": 9.0}
    assert called(names, "gaincal") == {"vis": "x.ms", "caltable": "x.g", "solint": "int"}
    # one argument, and the globals count no more
    assert called(names, "gaincal", vis="y.ms", caltable="y.g") == {"vis": "y.ms", "caltable": "y.g"}


def test_a_globals_value_counts_only_where_the_parameter_is_in_use() -> None:
    names = {"vis": "x.ms", "mode": "manual", "quackinterval": 5.0}
    assert "quackinterval" not in called(names, "flagdata")
    assert called(names | {"mode": "quack"}, "flagdata")["quackinterval"] == 5.0


@pytest.mark.parametrize(
    ("task", "given", "says"),
    [
        ("gaincal", {"vis": "x", "caltable": "y", "gaincurve": True}, "gaincurve"),
        ("gaincal", {"vis": "x", "caltable": "y", "calmode": "phase"}, "calmode"),
        ("gaincal", {"vis": "x", "caltable": "y", "solnorm": "yes"}, "solnorm"),
        ("flagdata", {"vis": "x", "mode": "man"}, "mode"),
        ("statwt", {"vis": "x"}, "statwt"),
        ("viewer", {}, "CARTA"),
        ("calstat", {"caltable": "x", "useflags": False}, "useflags"),
    ],
)
def test_a_wrong_call_says_what_is_the_matter(task: str, given: dict[str, Any], says: str) -> None:
    with pytest.raises(WrongCall, match=says):
        becomes(task, **given)


def test_append_makes_a_table(tmp_path: Path) -> None:
    table = tmp_path / "x.g"
    given = {"vis": "x.ms", "caltable": str(table), "append": True}
    assert becomes("gaincal", **given)["append"] is False
    table.mkdir()
    assert becomes("gaincal", **given)["append"] is True


def test_a_solar_system_object_needs_the_column() -> None:
    horizons = {"vis": "x", "field": "1", "standard": "Butler-JPL-Horizons 2012"}
    assert becomes("setjy", **horizons, usescratch=False)["usescratch"] is True
    manual = {"vis": "x", "standard": "manual", "fluxdensity": [1, 0, 0, 0]}
    assert becomes("setjy", **manual)["usescratch"] is False


def test_an_empty_name_in_a_list_is_an_empty_list() -> None:
    assert "gaintable" not in becomes("gaincal", vis="x", caltable="y", gaintable=[""])
    assert becomes("gaincal", vis="x", caltable="y", gaintable=["z"])["gaintable"] == ["z"]


# -- the rules against both interfaces


def casa6(task: str) -> dict[str, inspect.Parameter] | None:
    """Give the parameters of the CASA 6 task that does a 4.2 task's work."""
    import casatasks

    rule = differences.tasks().get(task)
    if rule and (rule.stand_in or rule.todo):
        return None
    found = getattr(casatasks, rule.renamed if rule and rule.renamed else task, None)
    return dict(inspect.signature(found).parameters) if found else None


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_parameter_that_casa_6_has_not_has_a_rule(task: str) -> None:
    there = casa6(task)
    if there is None:
        return
    gone = [p.name for p in TASKS[task].parameters if p.name not in there]
    assert [name for name in gone if (task, name) not in differences.parameters()] == []


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_default_that_is_passed_has_the_type_of_casa_6s_own(task: str) -> None:
    there = casa6(task)
    if there is None:
        return
    interface = TASKS[task]
    values = {p.name: p.default for p in interface.parameters}
    defaults = {name: p.default for name, p in there.items()}
    passed = tasks.to_casa6(task, {}, values, defaults)
    for name, value in passed.items():
        own = defaults[name]
        alike = isinstance(value, type(own)) or (isinstance(value, (int, float)) and isinstance(own, (int, float)))
        assert alike, f"{task}({name}={value!r}), CASA 6 has {own!r}"


def test_rules_are_about_what_there_is() -> None:
    for task, name in differences.parameters():
        assert name in TASKS[task].by_name, f"{task} has no parameter {name} in 4.2"
    for task in [*differences.tasks(), *differences.states()]:
        assert task in TASKS
    rules = [*differences.states().items(), *differences.readers().items()]
    for task, rule in rules:
        assert task in TASKS
        assert all(name in TASKS[task].by_name for name in rule.when)
    for task, reader in differences.readers().items():
        for each in product(*reader.when.values()):
            assert not differences.changed_by(task, dict(zip(reader.when, each, strict=True))), task


@pytest.mark.parametrize(
    ("task", "values", "reads"),
    [
        ("gaincal", {}, True), ("flagmanager", {"mode": "save"}, True), ("flagmanager", {"mode": "restore"}, False),
        ("flagdata", {"mode": "summary"}, False), ("setjy", {}, False), ("fluxscale", {}, False), ("none", {}, False),
    ],
)  # fmt: skip
def test_which_calls_only_read(task: str, values: dict[str, Any], reads: bool) -> None:
    assert differences.only_reads(task, values) is reads


def test_a_rule_that_renames_names_a_parameter_of_casa_6() -> None:
    for (task, _), rules in differences.parameters().items():
        for rule in rules:
            if rule.verb == "rename":
                assert rule.to in (casa6(task) or {})


def test_every_stand_in_is_there() -> None:
    for name, rule in differences.tasks().items():
        assert sum(bool(x) for x in (rule.stand_in, rule.renamed, rule.adapted, rule.todo)) == 1, name
        for place in (rule.stand_in, rule.adapted):
            if place:
                assert callable(tasks._named(place))


@pytest.mark.parametrize(
    ("task", "values", "changed"),
    [
        ("flagdata", {}, ["flags"]),
        ("flagmanager", {"mode": "save"}, []),
        ("flagmanager", {"mode": "restore"}, ["flags"]),
        ("flagcmd", {"action": "plot"}, []),
        ("flagcmd", {"action": "apply"}, ["flags"]),
        ("applycal", {}, ["flags"]),
        ("setjy", {}, ["models"]),
        ("gaincal", {}, []),
    ],
)
def test_what_a_task_changes(task: str, values: dict[str, Any], changed: list[str]) -> None:
    assert differences.changed_by(task, values) == changed


def test_clean_becomes_tclean() -> None:
    from cal_upgrade.run.casa42.imaging import NoCounterpart, to_tclean

    interface = TASKS["clean"]
    values = {p.name: p.default for p in interface.parameters}
    asked = to_tclean(values | {"vis": "x.ms", "imagename": "i", "niter": 100, "mask": [108, 108, 148, 148],
                                "cell": ["0.1arcsec"], "threshold": 2.5, "weighting": "briggs"})  # fmt: skip
    assert asked["specmode"] == "mfs"
    assert asked["deconvolver"] == "clark"
    assert asked["gridder"] == "standard"
    assert asked["mask"] == "box[[108pix,108pix],[148pix,148pix]]"
    assert asked["threshold"] == "2.5mJy"
    assert (asked["niter"], asked["weighting"], asked["pblimit"]) == (100, "briggs", 0.2)
    import casatasks

    assert set(asked) <= set(inspect.signature(casatasks.tclean).parameters)
    with pytest.raises(NoCounterpart, match="interactive"):
        to_tclean(values | {"interactive": True})
