"""Calls before and after, as their author would have written them."""

from textwrap import dedent

import pytest

from cal_upgrade.changes.operations import Add, ByKeyword, CallOperation, Drop, Rename, RenameTask, Set
from cal_upgrade.layout.call import rewrite_call

PACKAGED = """
gaincal(vis = 'x.ms.split',
    caltable = 'x.ms.split.ap_pre_bandpass',
    field = '0', # 3c279
    solint = 'int',
    calmode = 'ap')
"""


def check(before: str, after: str, *operations: CallOperation, column: int | None = 0) -> None:
    """Compare; what stands behind the last closing bracket of a text is its tail."""
    before, after = dedent(before).strip("\n"), dedent(after).strip("\n")
    end = before.rindex(")") + 1
    assert rewrite_call(before[:end], operations, tail=before[end:], column=column) == after


class TestDrop:
    def test_takes_its_line_and_its_comment(self) -> None:
        after = """
        gaincal(vis = 'x.ms.split',
            caltable = 'x.ms.split.ap_pre_bandpass',
            solint = 'int',
            calmode = 'ap')
        """
        check(PACKAGED, after, Drop("field"))

    def test_the_last_leaves_the_bracket_behind_the_value(self) -> None:
        after = """
        gaincal(vis = 'x.ms.split',
            caltable = 'x.ms.split.ap_pre_bandpass',
            field = '0', # 3c279
            solint = 'int')
        """
        check(PACKAGED, after, Drop("calmode"))

    def test_the_comment_ahead_of_the_last_one_follows_its_value_behind_the_bracket(self) -> None:
        after = """
        gaincal(vis = 'x.ms.split',
            caltable = 'x.ms.split.ap_pre_bandpass',
            field = '0') # 3c279
        """
        check(PACKAGED, after, Drop("calmode"), Drop("solint"))

    def test_where_code_follows_the_bracket_it_takes_the_place_of_the_argument(self) -> None:
        before = "gaincal(vis = 'x', # day 1\n    solint = 'int')"
        assert rewrite_call(before, [Drop("solint")]) == "gaincal(vis = 'x', # day 1\n    )"

    def test_the_first_gives_its_place_to_the_second(self) -> None:
        after = """
        gaincal(caltable = 'x.ms.split.ap_pre_bandpass',
            field = '0', # 3c279
            solint = 'int',
            calmode = 'ap')
        """
        check(PACKAGED, after, Drop("vis"))

    def test_the_first_keeps_the_others_aligned(self) -> None:
        check(
            """
            split(vis='x',
                  spw='0',
                  timebin='6s')
            """,
            """
            split(spw='0',
                  timebin='6s')
            """,
            Drop("vis"),
        )

    def test_first_line_of_a_hanging_call(self) -> None:
        check(
            """
            split(
                vis='x', # all of it
                spw='0',
            )
            """,
            """
            split(
                spw='0',
            )
            """,
            Drop("vis"),
        )

    def test_last_line_of_a_hanging_call(self) -> None:
        check(
            """
            split(
                vis='x', # all of it
                spw='0', # wide
            ) # done
            """,
            """
            split(
                vis='x', # all of it
            ) # done
            """,
            Drop("spw"),
        )

    def test_last_line_of_a_hanging_call_without_comma(self) -> None:
        check(
            """
            split(
                vis='x', # all of it
                spw='0' # wide
                )
            """,
            """
            split(
                vis='x' # all of it
                )
            """,
            Drop("spw"),
        )

    def test_in_a_line_with_others(self) -> None:
        check("f(a = 1, b = 2,  c = 3)  # why", "f(a = 1,  c = 3)  # why".replace(",  ", ", "), Drop("b"))
        check("f(a=1,b=2,c=3)", "f(b=2,c=3)", Drop("a"))
        check("f( a=1, b=2, c=3 )", "f( a=1, b=2 )", Drop("c"))
        check("f(a=1, b=2,)", "f(a=1,)", Drop("b"))

    def test_ends_of_wrapped_lines(self) -> None:
        wrapped = """
        f(a=1, b=2,
          c=3, d=4,
          e=5)
        """
        check(wrapped, "f(a=1,\n  c=3, d=4,\n  e=5)", Drop("b"))
        check(wrapped, "f(a=1, b=2,\n  d=4,\n  e=5)", Drop("c"))
        check(wrapped, "f(a=1, b=2,\n  c=3,\n  e=5)", Drop("d"))
        check(wrapped, "f(a=1, b=2,\n  c=3, d=4)", Drop("e"))
        check(wrapped, "f(b=2,\n  e=5)", Drop("a"), Drop("d"), Drop("c"))

    def test_all(self) -> None:
        check("f(a = 1)", "f()", Drop("a"))
        check("f(\n    a = 1,\n)", "f()", Drop("a"))
        check("f(a = 1,\n  b = 2, # two\n  c = 3)", "f()", Drop("a"), Drop("b"), Drop("c"))

    def test_comments_on_their_own_lines_stay(self) -> None:
        before = """
        f(a = 1, # one
          # about b
          b = 2, # two
          # about c
          c = 3)
        """
        check(before, "f(a = 1, # one\n  # about b\n  # about c\n  c = 3)", Drop("b"))
        check(before, "f(a = 1, # one\n  # about b\n  b = 2, # two\n  # about c\n  )", Drop("c"))
        check(before, "f(\n  # about b\n  b = 2, # two\n  # about c\n  c = 3)", Drop("a"))

    def test_the_last_ones_comment_behind_the_bracket_goes_too(self) -> None:
        check("f(a = 1,\n  b = 2) # no b", "f(a = 1)", Drop("b"))

    def test_a_comment_on_a_call_of_one_line_stays(self) -> None:
        check("f(a = 1, b = 2) # once more", "f(a = 1) # once more", Drop("b"))

    def test_no_comma_behind_stars(self) -> None:
        """Python 2 takes no comma behind `*a`."""
        check("f(*a, b=1,)", "f(*a)", Drop("b"))
        check("f(b=1, **k)", "f(**k)", Drop("b"))

    def test_commas_at_the_start_of_lines(self) -> None:
        before = """
        f(a = 1
          , b = 2 # two
          , c = 3
          )
        """
        check(before, "f(a = 1\n  , c = 3\n  )", Drop("b"))
        check(before, "f(a = 1\n  , b = 2 # two\n  )", Drop("c"))

    def test_backslashes(self) -> None:
        before = "f(a = 1, \\\n  b = 2, \\\n  c = 3)"
        check(before, "f(a = 1, \\\n  c = 3)", Drop("b"))
        check(before, "f(a = 1, \\\n  b = 2)", Drop("c"))


class TestAdd:
    def test_on_a_line_of_its_own(self) -> None:
        after = """
        gaincal(vis = 'x.ms.split',
            caltable = 'x.ms.split.ap_pre_bandpass',
            field = '0', # 3c279
            combine = 'scan',
            solint = 'int',
            calmode = 'ap')
        """
        check(PACKAGED, after, Add("combine", "'scan'", after="field"))

    def test_behind_the_first_line(self) -> None:
        check("f(vis = 'x',\n    a = 1)", "f(vis = 'x',\n    b = 2,\n    a = 1)", Add("b", "2", after="vis"))

    def test_at_the_end_the_last_one_keeps_its_comment(self) -> None:
        check("f(a=1,\n  b=2)  # two", "f(a=1,\n  b=2,  # two\n  c=3)", Add("c", "3"))
        check("f(a=1,\n  b=2 # two\n)", "f(a=1,\n  b=2, # two\n  c=3\n)", Add("c", "3"))
        check("f(a=1,\n  b=2, # two\n)", "f(a=1,\n  b=2, # two\n  c=3,\n)", Add("c", "3"))

    def test_in_the_line(self) -> None:
        check("f(a=1,b=2) # both", "f(a=1,b=2,c=3) # both", Add("c", "3"))
        check("f(a = 1, b = 2)", "f(a = 1, c = 3, b = 2)", Add("c", "3", after="a"))
        check("f('x')", "f('x', c = 3)", Add("c", "3"))
        check("f()", "f(c = 3)", Add("c", "3"))

    def test_in_wrapped_lines(self) -> None:
        wrapped = "f(a=1, b=2,\n  c=3, d=4)"
        check(wrapped, "f(a=1, b=2, e=5,\n  c=3, d=4)", Add("e", "5", after="b"))
        check(wrapped, "f(a=1, b=2,\n  c=3, d=4, e=5)", Add("e", "5"))

    def test_never_ahead_of_a_comment_of_another(self) -> None:
        check("f(a=1, b=2, # two\n  c=3)", "f(a=1, b=2, # two\n  e=5,\n  c=3)", Add("e", "5", after="b"))

    def test_ahead_of_a_dictionary(self) -> None:
        check("f(a=1, **more)", "f(a=1, b=2, **more)", Add("b", "2"))
        check("f(**more)", "f(b = 2, **more)", Add("b", "2"))
        check("f(a=1,\n  **more)", "f(a=1,\n  b=2,\n  **more)", Add("b", "2"))

    def test_in_the_order_given(self) -> None:
        check("f(a=1)", "f(a=1, b=2, c=3)", Add("b", "2"), Add("c", "3"))
        check("f(a=1, z=0)", "f(a=1, b=2, c=3, z=0)", Add("b", "2", after="a"), Add("c", "3", after="a"))

    def test_at_the_end_where_the_one_named_is_absent(self) -> None:
        check("f(a=1)", "f(a=1, b=2)", Add("b", "2", after="q"))

    def test_equals_in_one_column(self) -> None:
        check(
            """
            f(vis      = 'x',
              caltable = 'y',
              field    = '0')
            """,
            """
            f(vis      = 'x',
              caltable = 'y',
              field    = '0',
              spw      = '1',
              minblperant = 4)
            """,
            Add("spw", "'1'"),
            Add("minblperant", "4"),
        )

    def test_commas_at_the_start_of_lines(self) -> None:
        check("f(a = 1\n  , b = 2\n  )", "f(a = 1\n  , b = 2\n  , c = 3\n  )", Add("c", "3"))

    def test_only_comments_inside(self) -> None:
        check("f(\n    # as before\n)", "f(\n    # as before\n    a = 1\n)", Add("a", "1"))


class TestInPlace:
    def test_set(self) -> None:
        after = PACKAGED.replace("'ap')", "'p')").replace("'0', #", "'3c279,J1', #")
        check(PACKAGED, after, Set("calmode", "'p'"), Set("field", "'3c279,J1'"))

    def test_set_keeps_blanks(self) -> None:
        check("f( a =\t1 , b=2 )", "f( a =\t[3] , b=2 )", Set("a", "[3]"))

    def test_set_a_value_of_several_lines(self) -> None:
        before = "f(a = [1, # one\n      2],\n  b = 3)"
        check(before, "f(a = None,\n  b = 3)", Set("a", "None"))

    def test_set_takes_the_line_ends_of_the_call(self) -> None:
        assert rewrite_call("f(a=1,\r\n  b=2)", [Set("b", "[1,\n   2]")]) == "f(a=1,\r\n  b=[1,\r\n   2])"

    def test_rename(self) -> None:
        check(PACKAGED, PACKAGED.replace("solint =", "interval ="), Rename("solint", "interval"))

    def test_rename_in_a_column_of_equals(self) -> None:
        check("f(a    = 1,\n  long = 2)", "f(abc  = 1,\n  long = 2)", Rename("a", "abc"))

    def test_rename_and_set_go_by_the_old_name(self) -> None:
        for operations in ([Rename("a", "b"), Set("a", "2")], [Set("a", "2"), Rename("a", "b")]):
            check("f(a=1)", "f(b=2)", *operations)

    def test_names_change_places(self) -> None:
        check("f(a=1, b=2)", "f(b=1, a=2)", Rename("a", "b"), Rename("b", "a"))

    def test_by_keyword(self) -> None:
        check("f('x', spw='1')", "f(vis='x', spw='1')", ByKeyword(0, "vis"))
        check("f('x', # x\n  'y')", "f(vis = 'x', # x\n  field = 'y')", ByKeyword(1, "field"), ByKeyword(0, "vis"))

    def test_what_has_a_name_by_keyword_can_be_changed_by_it(self) -> None:
        check("f('x', '0')", "f('x', spw = '1')", ByKeyword(1, "field"), Rename("field", "spw"), Set("field", "'1'"))
        check("f('x', '0', a=1)", "f('x', a=1)", ByKeyword(1, "field"), Drop("field"))

    def test_drop_and_add_in_the_same_place(self) -> None:
        after = PACKAGED.replace("field = '0', # 3c279", "spw = '1',")
        check(PACKAGED, after, Drop("field"), Add("spw", "'1'", after="field"))
        check(PACKAGED, after, Add("spw", "'1'", after="caltable"), Drop("field"))
        after = PACKAGED.replace("calmode = 'ap'", "combine = ''")
        check(PACKAGED, after, Drop("calmode"), Add("combine", "''"))
        check("f(a=1)", "f(b=2)", Drop("a"), Add("b", "2"))


class TestRenameTask:
    def test_only_the_name(self) -> None:
        check(PACKAGED, PACKAGED.replace("gaincal", "flagdata"), RenameTask("flagdata"))

    def test_lines_under_the_first_argument_follow(self) -> None:
        check(
            """
            tflagdata(vis='x',
                      # edges
                      spw=['0:0~7',
                           '1:0~7'],

                      mode='manual'
                      )
            """,
            """
            flagdata(vis='x',
                     # edges
                     spw=['0:0~7',
                          '1:0~7'],

                     mode='manual'
                     )
            """,
            RenameTask("flagdata"),
        )

    def test_where_the_call_starts_further_right(self) -> None:
        before = "tflagdata('x',\n              a=1)"
        assert rewrite_call(before, [RenameTask("flagdata")], column=4) == "flagdata('x',\n             a=1)"

    @pytest.mark.parametrize(
        "rest",
        [
            "vis='x',\n    mode='manual')",
            "\n          vis='x',\n          mode='manual')",
            "vis='x',\n          spw='0',\n    mode='manual')",
            "vis='x',\n\t  mode='manual')",
            "vis='''a\n          b''')",
            "vis=['a',\n     'b'],\n          mode='manual')",
        ],
    )
    def test_other_lines_stay(self, rest: str) -> None:
        check("tflagdata(" + rest, "flagdata(" + rest, RenameTask("flagdata"))

    def test_lines_inside_a_string_stay(self) -> None:
        before = "tflagdata(a='''x\n          y''',\n          b=1)"
        check(before, "flagdata(a='''x\n          y''',\n         b=1)", RenameTask("flagdata"))

    def test_lines_stay_where_the_column_is_not_known(self) -> None:
        rest = "vis='x',\n          mode='manual')"
        check("tflagdata(" + rest, "flagdata(" + rest, RenameTask("flagdata"), column=None)

    def test_with_other_operations(self) -> None:
        check(
            "tflagdata(vis='x',\n          diameter=-1, # dish\n          mode='man')",
            "flagdata(vis='x',\n         mode='manual',\n         flagbackup=F)",
            RenameTask("flagdata"),
            Drop("diameter"),
            Set("mode", "'manual'"),
            Add("flagbackup", "F"),
        )

    def test_of_a_module(self) -> None:
        check("tasks.tflagdata ('x')", "tasks.flagdata ('x')", RenameTask("flagdata"))
