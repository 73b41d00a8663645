import pytest

from cal_upgrade.casa import tables as interfaces
from cal_upgrade.files import rules_folder
from cal_upgrade.text.values import UNKNOWN


def test_tables_lie_in_the_rules_folder():
    assert (rules_folder() / "interfaces" / "casa-3.4.0.json").is_file()


@pytest.mark.parametrize(("casa", "tasks"), [("3.4.0", 121), ("4.2.0", 128), ("4.2.2", 141)])
def test_every_task_of_a_release_can_be_read(casa, tasks):
    interface = interfaces.load(casa)
    assert interface.casa == casa
    assert [task.name for task in interface.values() if not task.parameters] == ["clearplot", "clearstat"]
    assert len(interface) == tasks


def test_no_table_for_an_unknown_release():
    with pytest.raises(FileNotFoundError):
        interfaces.load("3.5.0")


def test_a_task_that_a_release_has_not():
    assert "tflagdata" in interfaces.load("3.4.0")
    assert "tflagdata" not in interfaces.load("4.2.0")
    with pytest.raises(KeyError):
        interfaces.load("4.2.0")["tflagdata"]


def test_order_is_that_of_the_call_with_async_last():
    order = interfaces.load("3.4.0")["flagmanager"].order
    assert order == ("vis", "mode", "versionname", "oldname", "comment", "merge", "async")


def test_limits_of_numbers_are_no_list_of_allowed_values():
    robust = interfaces.load("4.2.2")["clean"].by_name["robust"]
    assert robust.range == (-2.0, 2.0)
    assert robust.allowed is None


@pytest.mark.parametrize(
    ("given", "default"),
    [
        ({}, 1.0),
        ({"mode": "quack"}, 0.0),
        ({"mode": "manual"}, 1.0),
        ({"mode": UNKNOWN}, UNKNOWN),
    ],
)
def test_a_conditional_default_counts_when_its_parameter_is_given(given, default):
    # flagdata.xml of 4.2.0: quackinterval is 1.0, and 0.0 under mode='quack'
    task = interfaces.load("4.2.0")["flagdata"]
    assert task.default("quackinterval", given) == default or task.default("quackinterval", given) is default


def test_without_arguments_a_conditional_default_follows_the_default_of_its_parameter():
    # imsmooth.xml of 3.4.0: kernel is 'gauss', major '2.0arcsec', and '2.5arcsec' under kernel='gauss'
    task = interfaces.load("3.4.0")["imsmooth"]
    assert task.default("major", {}) == "2.0arcsec"
    assert task.default("major", {}, assigned=True) == "2.5arcsec"


def test_a_subparameter_is_in_use_only_under_its_condition():
    task = interfaces.load("4.2.0")["flagdata"]
    assert not task.in_use("quackinterval", {})
    assert not task.in_use("quackinterval", {"mode": "manual"})
    assert task.in_use("quackinterval", {"mode": "quack"})
    assert task.in_use("quackinterval", {"mode": UNKNOWN})
    assert task.in_use("vis", {})


def test_a_condition_that_a_parameter_is_not_something_holds_where_it_is_not_given():
    # plotxy.xml of 3.4.0: frame is '', and 'LSRK' while restfreq is not ''; CASA compares None with '' here
    task = interfaces.load("3.4.0")["plotxy"]
    assert task.default("frame", {"vis": "a.ms"}) == "LSRK"
    assert task.default("frame", {"restfreq": ""}) == ""
    assert task.default("frame", {}, assigned=True) == ""
