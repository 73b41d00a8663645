"""What calls without arguments get, and where that is not certain."""

from textwrap import dedent

import pytest

from cal_upgrade.script.assignments import AssignedCall, find
from cal_upgrade.text import python2

PARAMETERS = {
    "gaincal": ["vis", "caltable", "field", "solint", "gaincurve", "async"],
    "applycal": ["vis", "field", "gaintable", "gaincurve", "calwt"],
    "listobs": ["vis", "verbose"],
    "flagautocorr": ["vis", "async"],
    "flagdata": ["vis", "mode", "autocorr", "field"],
    "clean": ["vis", "imagename", "mode", "niter", "async"],
    "tget": [],
}


def read(script: str) -> tuple[python2.Reading, list[AssignedCall]]:
    reading = python2.read(dedent(script).lstrip("\n").encode())
    return reading, find(reading, PARAMETERS)


def only(script: str) -> AssignedCall:
    _, calls = read(script)
    assert len(calls) == 1
    return calls[0]


def values(script: str) -> dict[str, str]:
    reading, calls = read(script)
    return {name: reading.of(a.value) for name, a in calls[-1].assignments.items()}


class TestWhatIsFound:
    def test_plain(self) -> None:
        script = """
        default('gaincal')
        vis = msfile
        caltable=gtable  # the table
        other = 1
        gaincal()
        """
        reading, (call,) = read(script)
        assert call.task == "gaincal"
        assert call.default is not None
        assert reading.line(call.default) == 1
        assert values(script) == {"vis": "msfile", "caltable": "gtable"}
        assert [reading.of(name) for name in call.names] == ["gaincal"]
        assert call.doubts == ()

    def test_the_last_one_counts(self) -> None:
        assert values("default(gaincal)\nvis = 'a'\nvis = 'b'\ngaincal()\n") == {"vis": "'b'"}

    def test_what_stands_ahead_of_default_does_not_count(self) -> None:
        assert values("vis = 'a'\ndefault('gaincal')\nfield = '0'\ngaincal()\n") == {"field": "'0'"}

    def test_several_calls_share_assignments(self) -> None:
        script = "default('applycal')\nvis = 'a'\nfield = '0'\napplycal()\nfield = '1'\napplycal()\n"
        _, (first, second) = read(script)
        assert first.assignments["vis"].statement == second.assignments["vis"].statement
        assert values(script) == {"vis": "'a'", "field": "'1'"}

    def test_without_default_earlier_values_count(self) -> None:
        script = "default('gaincal')\nvis = 'a'\nfield = '0'\ngaincal()\nverbose = True\nlistobs()\n"
        _, calls = read(script)
        assert calls[-1].default is None
        assert values(script) == {"vis": "'a'", "verbose": "True"}

    def test_default_of_another_task_resets_what_both_have(self) -> None:
        script = "vis = 'a'\nfield = '0'\ndefault('listobs')\ngaincal()\n"
        assert values(script) == {"field": "'0'"}
        assert set(only(script).reset) == {"vis"}

    def test_in_a_block(self) -> None:
        script = """
        if step in steps:
          default('gaincal')
          vis = 'a'
          print 'now'
          gaincal()
        """
        assert values(script) == {"vis": "'a'"}
        assert only(script).doubts == ()

    def test_default_ahead_of_a_loop(self) -> None:
        script = """
        default('gaincal')
        vis = 'a'
        for i in ['0', '1']:
            field = i
            gaincal()
        """
        assert values(script) == {"vis": "'a'", "field": "i"}
        assert only(script).doubts == ()

    @pytest.mark.parametrize("go", ["go()", "go('gaincal')", "go(gaincal)"])
    def test_go(self, go: str) -> None:
        call = only(f"default('gaincal')\nvis = 'a'\ninp()\n{go}\n")
        assert call.task == "gaincal"
        assert "vis" in call.assignments

    def test_names(self) -> None:
        script = """
        default("gaincal")
        vis = 'a'
        inp(gaincal)
        saveinputs('gaincal', 'gaincal.saved')
        gaincal()
        # keep them
        saveinputs('gaincal', 'again')
        inp('clean')
        """
        reading, (call,) = read(script)
        assert sorted(reading.line(name) for name in call.names) == [1, 3, 4, 7]

    def test_result_is_kept(self) -> None:
        assert values("default('gaincal')\nvis = 'a'\nok = gaincal()\n") == {"vis": "'a'"}


class TestWhatIsNot:
    @pytest.mark.parametrize(
        "script",
        [
            "gaincal(vis='a')\n",
            "gaincal(*a)\n",
            "casa.gaincal()\n",
            "x = 'gaincal()'\n",
            "# gaincal()\n",
            "def gaincal():\n  pass\n",
            "unknown()\n",
            "go('unknown')\n",
            "go()\n",
            "inp('gaincal')\n",
        ],
    )
    def test_no_call_of_this_kind(self, script: str) -> None:
        assert read(script)[1] == []

    @pytest.mark.parametrize(
        "assignment",
        ["x.vis = 'a'", "x['vis'] = 'a'", "f(vis='a')", "vis == 'a'", "print vis", "'vis = 1'", "# vis = 'a'"],
    )
    def test_no_assignment(self, assignment: str) -> None:
        call = only(f"default('gaincal')\n{assignment}\ngaincal()\n")
        assert call.assignments == {}
        assert call.doubts == ()


class TestDoubts:
    @pytest.mark.parametrize(
        ("statement", "parameter"),
        [
            ("if x: vis = 'a'", "vis"),
            ("for vis in x: pass", "vis"),
            ("for i in x:\n  if i:\n    vis = i", "vis"),
            ("try:\n  vis = 'a'\nexcept:\n  pass", "vis"),
            ("vis, b = 'a', 1", "vis"),
            ("b = vis = 'a'", "vis"),
            ("vis += '.split'", "vis"),
            ("del vis", "vis"),
            ("with f as vis: pass", "vis"),
            ("exec 'vis = 1'", ""),
            ("execfile('vis.py')", ""),
            ("tget('gaincal')", ""),
            ("tget(gaincal)", ""),
            ("default(taskname)", ""),
            ("default()", ""),
            ("if x:\n  default('gaincal')", ""),
        ],
    )
    def test_between(self, statement: str, parameter: str) -> None:
        doubts = only(f"default('gaincal')\n{statement}\ncaltable = 'c'\ngaincal()\n").doubts
        assert [doubt.parameter for doubt in doubts][:1] == [parameter]

    @pytest.mark.parametrize("statement", ["if x: other = 1", "for other in x: pass", "def f():\n  vis = 1"])
    def test_none_where_other_names_are_set(self, statement: str) -> None:
        assert only(f"default('gaincal')\n{statement}\ncaltable = 'c'\ngaincal()\n").doubts == ()

    def test_none_where_it_is_set_again(self) -> None:
        assert only("default('gaincal')\nif x: vis = 'a'\nvis = 'b'\ngaincal()\n").doubts == ()

    def test_in_a_function(self) -> None:
        assert only("default('gaincal')\ndef f():\n  vis = 'a'\n  gaincal()\n").doubts[0].line == 4

    def test_a_function_that_sets_it(self) -> None:
        script = "def f():\n  global x, vis\n  vis = 'a'\ndefault('gaincal')\nf()\ngaincal()\n"
        assert [doubt.parameter for doubt in only(script).doubts] == ["vis"]

    def test_the_next_time_round(self) -> None:
        script = "default('gaincal')\nfor i in x:\n  gaincal()\n  field = i\n"
        assert [(doubt.line, doubt.parameter) for doubt in only(script).doubts] == [(4, "field")]

    def test_not_the_next_time_round_where_the_loop_resets(self) -> None:
        assert only("for i in x:\n  default('gaincal')\n  gaincal()\n  field = i\n").doubts == ()

    def test_in_a_function_that_calls_default(self) -> None:
        assert only("def f():\n  default('gaincal')\n  vis = 'a'\n  gaincal()\n").doubts[0].parameter == ""
