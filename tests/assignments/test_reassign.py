"""Scripts before and after; what is not safe is left to a person."""

from collections.abc import Sequence
from textwrap import dedent

import pytest
from test_assigned_calls import PARAMETERS

from cal_upgrade.changes.operations import Add, ByKeyword, CallOperation, Drop, Rename, RenameTask, Set
from cal_upgrade.layout.mask import CannotRewrite
from cal_upgrade.layout.reassign import rewrite
from cal_upgrade.script.assignments import find
from cal_upgrade.text import edits, python2


def rewritten(script: str, *wanted: Sequence[CallOperation], accepts: Sequence[str] | None = None) -> str:
    """Write operations into the calls of a script, the n-th ones into the n-th call."""
    reading = python2.read(script.encode())
    among = list(zip(find(reading, PARAMETERS), [*wanted, *[()] * 9], strict=False))
    found = [edit for call, operations in among for edit in rewrite(reading, call, operations, among, accepts)]
    return edits.apply(reading.text, list(dict.fromkeys(found))).text.decode()


def check(before: str, after: str, *wanted: Sequence[CallOperation], accepts: Sequence[str] | None = None) -> None:
    before, after = dedent(before).lstrip("\n"), dedent(after).lstrip("\n")
    assert rewritten(before, *wanted, accepts=accepts) == after


GAINCAL = """
default('gaincal')

# from the import
vis = msfile
caltable = gtable  # the table

# no correction needed
gaincurve = False # L band
solint='inf'

gaincal()
"""


class TestOneCall:
    def test_flagautocorr(self) -> None:
        check(
            """
            print '--Flagautocorr--'
            default('flagautocorr')
            vis = msfile # all of it
            inp(flagautocorr)
            saveinputs("flagautocorr", prefix+'.flagautocorr')
            flagautocorr()
            print 'flagautocorr done'
            """,
            """
            print '--Flagautocorr--'
            default('flagdata')
            vis = msfile # all of it
            mode = 'manual'
            autocorr = True
            inp(flagdata)
            saveinputs("flagdata", prefix+'.flagautocorr')
            flagdata()
            print 'flagautocorr done'
            """,
            [RenameTask("flagdata"), Add("mode", "'manual'"), Add("autocorr", "True")],
        )

    def test_flagautocorr_without_default(self) -> None:
        """What was set for earlier tasks must not count for the parameters that only flagdata has."""
        check(
            """
            default('gaincal')
            vis = msfile
            field = '0'
            gaincal()
            ok = flagautocorr()
            inp('flagautocorr')
            """,
            """
            default('gaincal')
            vis = msfile
            field = '0'
            gaincal()
            ok = flagdata(vis = vis, mode = 'manual', autocorr = True)
            inp('flagdata')
            """,
            [],
            [RenameTask("flagdata"), Add("mode", "'manual'"), Add("autocorr", "True")],
        )
        check(
            "default('gaincal')\nvis='a'\nasync=True\ndefault(clean)\nvis='b'\nflagautocorr()\n",
            "default('gaincal')\nvis='a'\nasync=True\ndefault(clean)\nvis='b'\nflagdata(vis=vis)\n",
            [RenameTask("flagdata")],
        )

    def test_drop(self) -> None:
        check(GAINCAL, GAINCAL.replace("gaincurve = False # L band\n", ""), [Drop("gaincurve")])

    def test_set_and_rename(self) -> None:
        after = GAINCAL.replace("solint='inf'", "solint='int'").replace("caltable = g", "table = g")
        check(GAINCAL, after, [Set("solint", "'int'"), Rename("caltable", "table")])
        after = GAINCAL.replace("solint='inf'", "interval='int'")
        check(GAINCAL, after, [Rename("solint", "interval"), Set("solint", "'int'")])

    def test_add(self) -> None:
        after = GAINCAL.replace("solint='inf'\n", "solint='inf'\nparang = True\n")
        check(GAINCAL, after, [Add("parang", "True")])
        after = GAINCAL.replace("# the table\n", "# the table\nparang = True\n")
        check(GAINCAL, after, [Add("parang", "True", after="caltable")])

    def test_drop_and_add_in_the_same_place(self) -> None:
        after = GAINCAL.replace("gaincurve = False # L band", "parang = True")
        check(GAINCAL, after, [Drop("gaincurve"), Add("parang", "True", after="gaincurve")])

    def test_nothing_is_assigned(self) -> None:
        check("default('clean')\n\nclean()\n", "default('clean')\nniter = 9\n\nclean()\n", [Add("niter", "9")])
        check("if x:\n  clean()\n", "if x:\n  niter = 9\n  clean()\n", [Add("niter", "9")])

    def test_in_a_block_with_carriage_returns(self) -> None:
        before = "if x:\r\n\tdefault('clean')\r\n\tniter=1 # few\r\n\tclean()\r\n"
        assert rewritten(before, [Add("mode", "''")]) == before.replace("few\r\n", "few\r\n\tmode=''\r\n")
        assert rewritten(before, [Drop("niter")]) == before.replace("\tniter=1 # few\r\n", "")

    def test_several_statements_in_a_line(self) -> None:
        before = "default('clean'); vis = 'a'; niter = 9; clean() # now\n"
        check(before, before.replace("niter = 9; ", ""), [Drop("niter")])
        check(before, before.replace("9;", "9; mode = 'mfs';"), [Add("mode", "'mfs'")])
        check("if x: niter = 9; clean()\n", "if x: clean()\n", [Drop("niter")])
        check("if x: clean()\n", "if x: niter = 9; clean()\n", [Add("niter", "9")])
        check("vis = 'a'; niter = 9\nclean()\n", "vis = 'a'\nclean()\n", [Drop("niter")])
        check("vis = 'a'\nniter = 9;\nclean()\n", "vis = 'a'\nclean()\n", [Drop("niter")])

    def test_a_value_of_several_lines(self) -> None:
        before = "default('clean')\nvis = ['a', # one\n  'b'] # two\nniter = 9\nclean()\n"
        check(before, "default('clean')\nniter = 9\nclean()\n", [Drop("vis")])

    def test_go(self) -> None:
        before = "default(flagautocorr)\nvis = 'a'\ngo('flagautocorr')\n"
        check(before, before.replace("autocorr", "data"), [RenameTask("flagdata")])
        before = "default('flagautocorr')\nvis = 'a'\ninp()\ngo()\n"
        check(before, before.replace("autocorr", "data"), [RenameTask("flagdata")])


class TestSeveralCalls:
    before = """
    default('applycal')
    vis = 'a'
    gaincurve = False
    field = '0'
    applycal()
    field = '1'
    applycal()
    """

    def test_they_ask_for_the_same(self) -> None:
        after = self.before.replace("    gaincurve = False\n", "")
        check(self.before, after, [Drop("gaincurve")], [Drop("gaincurve")])
        after = self.before.replace("applycal", "other")
        check(self.before, after, [RenameTask("other")], [RenameTask("other")])

    def test_they_do_not(self) -> None:
        for operation in (Drop("gaincurve"), Set("gaincurve", "True"), Rename("vis", "v"), RenameTask("other")):
            with pytest.raises(CannotRewrite, match=r"line 5|line 7"):
                rewritten(dedent(self.before).lstrip("\n"), [operation])
        with pytest.raises(CannotRewrite, match="set here for applycal in line 7 too"):
            rewritten(dedent(self.before).lstrip("\n"), [Set("vis", "'b'")], [Set("vis", "'c'")])

    def test_what_nobody_looks_at_may_stay(self) -> None:
        check(self.before, self.before, [Drop("gaincurve")], accepts=["vis", "field"])

    def test_an_assignment_of_its_own_is_changed(self) -> None:
        check(self.before, self.before.replace("field = '1'", "field = '2'"), [], [Set("field", "'2'")])

    def test_a_new_one_must_not_count_for_others(self) -> None:
        script = "default('flagdata')\nvis = 'a'\nflagdata()\nclean()\n"
        with pytest.raises(CannotRewrite, match="mode would count for clean in line 4 too"):
            rewritten(script, [Add("mode", "'manual'")])
        for between in ("default('clean')\n", "mode = 'mfs'\n", "default('flagdata')\n"):
            before = script.replace("clean()", between + "clean()")
            check(before, before.replace("'a'\n", "'a'\nmode = 'manual'\n"), [Add("mode", "'manual'")])

    def test_a_new_one_in_a_loop(self) -> None:
        script = "for i in x:\n  clean()\n  default('flagdata')\n  vis = i\n  flagdata()\n"
        with pytest.raises(CannotRewrite, match="mode would count for clean"):
            rewritten(script, [], [Add("mode", "'manual'")])


class TestWhatIsNotSafe:
    @pytest.mark.parametrize(
        "reader",
        [
            "print gaincurve",
            "x = gaincurve",
            "f(gaincurve=gaincurve)",
            "if x: y = [gaincurve]",
            "gaincurve = not gaincurve",
            "gaincurve.x = 1",
        ],
    )
    def test_a_variable_that_is_read(self, reader: str) -> None:
        for operation in (Drop("gaincurve"), Set("gaincurve", "True"), Rename("gaincurve", "curve")):
            with pytest.raises(CannotRewrite, match="line 13 reads gaincurve"):
                rewritten(GAINCAL + reader + "\n", [operation])

    @pytest.mark.parametrize(
        "reader",
        ["f(gaincurve=1)", "x.gaincurve = 1", "print 'gaincurve'", "# gaincurve", "gaincurve = 0\nprint gaincurve"],
    )
    def test_a_variable_that_is_not_read(self, reader: str) -> None:
        script = GAINCAL + reader + "\n"
        after = script.replace("gaincurve = False", "gaincurve = True")
        assert rewritten(script, [Set("gaincurve", "True")]) == after

    def test_a_function_that_reads_it(self) -> None:
        with pytest.raises(CannotRewrite, match="line 2 reads gaincurve"):
            rewritten("def f():\n  print gaincurve\n" + GAINCAL, [Drop("gaincurve")])
        script = "def f(gaincurve):\n  print gaincurve\n" + GAINCAL
        assert rewritten(script, [Drop("gaincurve")]) == script.replace("gaincurve = False # L band\n", "")

    def test_a_variable_of_the_script_is_not_overwritten(self) -> None:
        with pytest.raises(CannotRewrite, match="line 13 reads another parang"):
            rewritten(GAINCAL + "print parang\n", [Add("parang", "True")])
        with pytest.raises(CannotRewrite, match="line 13 reads another table"):
            rewritten(GAINCAL + "print table\n", [Rename("caltable", "table")])

    def test_doubt(self) -> None:
        script = "default('gaincal')\nif x: gaincurve = True\nsolint = 'int'\ngaincal()\n"
        with pytest.raises(CannotRewrite, match="line 2: gaincurve is set here in a branch"):
            rewritten(script, [Drop("gaincurve")])
        assert rewritten(script, [Drop("gaincurve")], accepts=["solint"]) == script
        assert rewritten(script, [Set("solint", "'inf'")]) == script.replace("int'\n", "inf'\n")

    def test_another_task_without_default(self) -> None:
        for script in ("flagautocorr()\n", "vis = 'a'\ndefault('clean')\nflagautocorr()\n"):
            with pytest.raises(CannotRewrite, match=r"no default\('flagautocorr'\)"):
                rewritten(script, *[()] * script.count("clean()"), [RenameTask("flagdata")])
        with pytest.raises(CannotRewrite, match="line 1: vis is set here"):
            rewritten("if x: vis = 'a'\nflagautocorr()\n", [RenameTask("flagdata")])

    def test_default_of_another_task_would_reset_a_variable_that_is_read(self) -> None:
        script = "field = '0'\ndefault('flagautocorr')\nvis = 'a'\nflagautocorr()\nprint field\n"
        with pytest.raises(CannotRewrite, match="line 5 reads another field"):
            rewritten(script, [RenameTask("flagdata")], accepts=["vis", "mode", "autocorr", "field"])

    @pytest.mark.parametrize(
        "operation",
        [Set("field", "''"), Drop("field"), Rename("field", "f"), Add("vis", "''"), ByKeyword(0, "vis")],
    )
    def test_faults_of_the_caller(self, operation: CallOperation) -> None:
        with pytest.raises(ValueError, match=r"assigned|positional"):
            rewritten(GAINCAL, [operation])
