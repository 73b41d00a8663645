"""Rules of the user's own: what they may do, and what is said of mistakes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cal_upgrade.files import rules_folder
from cal_upgrade.options import Options
from cal_upgrade.rules.load import BadRule, load
from cal_upgrade.rules.ruleset import make
from rules.conversion import converted

GOOD = """
[[rule]]
id = "ours"
kind = "results"
tasks = ["split"]
summary = "s"
why = "w"
source = ["x"]
when = { timebin = { is = ["6.048s"] } }
do = [{ set = "timebin", value = "'6s'" }]

[[rule.example]]
before = "split(vis='x.ms', timebin='6.048s')"
after = "split(vis='x.ms', timebin='6s')"

[[rule.example]]
unchanged = "split(vis='x.ms')"
"""


def test_a_good_rule_is_taken(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(GOOD)
    (rule,) = load([tmp_path])
    assert rule.id == "ours"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[[rule]]", "[[rule", "line 2"),
        ("[[rule]]", "[[rules]]", "rules"),
        ('kind = "results"', 'kind = "result"', "$.rule[0].kind"),
        ('kind = "results"\n', "", "kind"),
        ('kind = "results"', 'kind = "results"\nsince = "4.3.0"', "$.rule[0].since"),
        ('why = "w"', 'why = "w"\ncolour = "red"', "colour"),
        ('tasks = ["split"]', 'tasks = "split"', "$.rule[0].tasks"),
        ('tasks = ["split"]\n', "", "tasks: "),
        ('tasks = ["split"]', 'tasks = ["splitt"]', "tasks: CASA 3.4.0 has no task splitt"),
        ('tasks = ["split"]', 'function = "no_such"\ntasks = ["split"]', "function: "),
        ('tasks = ["split"]', 'function = "flagdata_34"\ntasks = ["split"]', "function: "),
        ('tasks = ["split"]', 'tasks = ["split"]\nunknown = "perhaps"', "unknown: "),
        ("{ timebin = {", "{ timebinn = {", "timebinn"),
        ("{ is = [", "{ equals = [", "equals"),
        ('{ is = ["6.048s"] }', '{ is = "6.048s" }', "is"),
        ('{ set = "timebin"', '{ set = "timebin", drop = "spw"', "do: a verb says exactly one thing"),
        ('{ set = "timebin", value = "\'6s\'" }', "{ }", "do: a verb says exactly one thing"),
        (", value = \"'6s'\"", "", "do: set = 'timebin' needs a value"),
        ('{ set = "timebin", value = "\'6s\'" }', '{ rename = "timebin" }', "needs to"),
        ('{ set = "timebin", value = "\'6s\'" }', '{ add = "colour", value = "1" }', "no parameter colour"),
        ('{ set = "timebin", value = "\'6s\'" }', '{ set = "keepflags", value = "\'no\'" }', "keepflags='no'"),
        ('{ set = "timebin", value = "\'6s\'" }', '{ task = "splitt" }', "no task splitt"),
        ("unchanged = ", "before = ", "example: it needs one of what must not change"),
        ('do = [{ set = "timebin", value = "\'6s\'" }]\n', "", "do: it does nothing"),
    ],
)
def test_a_mistake_is_named_with_file_rule_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in GOOD
    file = tmp_path / "ours.toml"
    file.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(BadRule) as raised:
        load([tmp_path])
    assert str(file) in raised.value.what
    assert key in raised.value.what
    if "[[rule" not in old and 'id = "' not in old:
        assert "ours" in raised.value.what.replace(str(tmp_path), "").removeprefix("/ours.toml")


def test_two_rules_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD)
    with pytest.raises(BadRule, match=r"b\.toml: rule ours: there is one of that name in .*a\.toml"):
        load([tmp_path])


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_bytes(b"[[rule]]\nid = '\xff'\n")
    with pytest.raises(BadRule, match=r"ours\.toml"):
        load([tmp_path])


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(BadRule, match="no such folder"):
        load([tmp_path / "nowhere"])


def test_a_user_s_rule_takes_the_place_of_ours(tmp_path: Path) -> None:
    mine = GOOD.replace('"ours"', '"wvrgcal-toffset"').replace('["split"]', '["wvrgcal"]')
    mine = mine.replace('when = { timebin = { is = ["6.048s"] } }', "when = { toffset = { given = false } }")
    mine = mine.replace('{ set = "timebin", value = "\'6s\'" }', '{ add = "toffset", value = "-2" }')
    mine = mine.replace('kind = "results"', 'kind = "results"\nreplaces = true')
    (tmp_path / "mine.toml").write_text(mine)
    rules = load([rules_folder() / "casa-3.4-to-4.2", tmp_path])
    found = converted("wvrgcal(vis='x.ms', caltable='x.wvr')", book=make(rules, Options(version="3.4")))
    assert found.result == "wvrgcal(vis='x.ms', caltable='x.wvr', toffset=-2)\n"
