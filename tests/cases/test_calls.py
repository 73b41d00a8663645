"""Calls whose lines go on with a backslash: it is layout, and no argument."""

from __future__ import annotations

from pathlib import Path

import pytest

from cal_upgrade.convert.translate import translate
from cal_upgrade.records import Translation
from tests.rules.conversion import BOOK, converted

INPUTS = Path(__file__).parent / "inputs" / "calls"


def of_case(name: str) -> Translation:
    """Convert a case."""
    return translate((INPUTS / f"{name}.py").read_bytes(), BOOK)


def test_toffset_is_pinned() -> None:
    """`wvrgcal_toffset`: the default of 3.4 is written in, as in the same script without backslashes."""
    found, plain = of_case("wvrgcal_toffset"), of_case("wvrgcal_toffset_without_backslash")
    assert found.result.splitlines()[2] == "        toffset=-1, \\"
    assert found.result.replace(" \\\n", "\n") == plain.result
    assert [(c.rule, c.line) for c in found.changes] == [(c.rule, c.line) for c in plain.changes]
    assert "wvrgcal-toffset" in [c.rule for c in found.changes]


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("c01_backslash_plotms", ["plotms(vis='x.ms',\\", "       xaxis='freq',\\", "       yaxis='')"]),
        ("c03_backslash_gaincal", ["gaincal(vis='x.ms', caltable='x.g')"]),
        ("c22", ["clearcal(vis='x.ms', field='', \\", "   spw='', \\", "  intent='', \\", "  addmodel=True)"]),
        (
            "d03_backslash_flagdata_mode",
            [
                "flagdata(vis='x.ms', \\",
                "         flagbackup=F, \\",
                "         mode='manual', \\",
                "         antenna='VA01')",
            ],
        ),
        (
            "l02_bs_call_only",
            [
                "gencal(vis='x.ms', caltable='x.gaincurve', caltype='gc')",
                "applycal(vis='x.ms', \\",
                "   gaintable=['x.gaincurve', 'x.g', 'x.b'])",
            ],
        ),
        (
            "c08_split_backslash",
            [
                "gaincal(vis = 'x.ms', \\",
                "  caltable = 'x.g', \\",
                "  field = '0', \\",
                "  solint = 'int', \\",
                "  gaintable = ['x.opac'])",
                "applycal(vis = 'x.ms', \\",
                "  field = '0', \\",
                "  gaintable = ['x.g'], \\",
                "  calwt = False)",
            ],
        ),
    ],
)  # fmt: skip
def test_cases(name: str, result: list[str]) -> None:
    """The end of the result is as its author would have written it, and nothing is left for a person."""
    found = of_case(name)
    assert found.result.splitlines()[-len(result) :] == result
    assert not found.attention


def test_steps_in_a_continued_list() -> None:
    """`c11_steps_backslash`: the list of steps is read, and renumbered."""
    found = of_case("c11_steps_backslash")
    assert not found.attention
    assert [(step.old, step.new) for step in found.steps] == [(7, 9), (8, 10), (15, 17), (None, 18)]
    assert "thesteps = [9,\\\n  10,17,\\\n  18]\n" in found.result


PLAIN = "wvrgcal(vis='x.ms', caltable='x.W', statsource='3')"
WITH_TOFFSET = "wvrgcal(vis='x.ms',caltable='x.W',toffset=-1,statsource='3')"


@pytest.mark.parametrize(
    "call",
    [
        "wvrgcal(\\\n vis='x.ms', caltable='x.W', statsource='3')",
        "wvrgcal\\\n(vis='x.ms', caltable='x.W', statsource='3')",
        "wvrgcal \\\n \\\n (vis='x.ms', caltable='x.W', statsource='3')",
        "wvrgcal(vis\\\n='x.ms', caltable='x.W', statsource='3')",
        "wvrgcal(vis=\\\n'x.ms', caltable='x.W', statsource='3')",
        "wvrgcal(vis\\\n=\\\n'x.ms', caltable\\\n=\\\n'x.W', statsource='3')",
        "wvrgcal(vis\n=\n'x.ms', caltable\n=\n'x.W', statsource\n=\n'3')",
        "wvrgcal(vis='x.ms' \\\n, caltable='x.W' \\\n, statsource='3')",
        "wvrgcal(vis='x.ms', \\\n\\\n\\\n caltable='x.W', statsource='3')",
        "wvrgcal(vis='x.ms', caltable='x.W', statsource='3' \\\n)",
        "wvrgcal(vis='x.ms', caltable='x.W', statsource='3', \\\n)",
        "wvrgcal('x.ms', \\\n 'x.W', \\\n statsource='3')",
        "wvrgcal(vis='x.ms', # the data\n caltable='x.W', \\\n statsource='3')",
        "wvrgcal(vis='x.ms', \\\n # the table\n caltable='x.W', statsource='3')",
        "wvrgcal(vis='x.ms', \\\n\n caltable='x.W', statsource='3')",
        "\\\nwvrgcal(vis='x.ms', caltable='x.W', statsource='3')",
        "w = \\\n wvrgcal(vis='x.ms', caltable='x.W', statsource='3')",
        "if \\\n True: \\\n wvrgcal(vis='x.ms', caltable='x.W', statsource='3')",
        "wvrgcal(vis='x' \\\n '.ms', caltable='x.W', statsource='3')",
        "wvrgcal(vis='x.\\\nms', caltable='x.W', statsource='3')",
        "wvrgcal(vis='x'+ \\\n'.ms', caltable='x.W', statsource='3')",
        "default('wvrgcal'); vis = \\\n'x.ms'; caltable \\\n= 'x.W'; wvrgcal(\\\n)",
        "default(\\\n'wvrgcal')\nvis = 'x.ms'\ncaltable = 'x.W'\nwvrgcal\\\n()",
        "taskname = \\\n'wvrgcal'\ndefault(wvrgcal)\nvis = 'x.ms'\ncaltable = 'x.W'\ngo(\\\n)",
        "if True:\n  pass\n\\\n  \nwvrgcal(vis='x.ms', caltable='x.W', statsource='3')",
    ],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_toffset_is_pinned_however_the_lines_go_on(call: str, line_end: str) -> None:
    """Wherever a backslash stands, the call gets its toffset, once, and no positional argument is seen."""
    data = (call.replace("\n", line_end) + line_end).encode()
    found = translate(data, BOOK)
    assert [change.rule for change in found.changes].count("wvrgcal-toffset") == 1
    assert "".join(found.result.split()).count("toffset=-1") == 1
    assert not [one for one in found.attention if one.rule != "assigned-inputs"]
    assert translate(found.output, BOOK).output == found.output


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            ["gaincal(vis='x.ms', \\", "        gaincurve=False, \\", "        caltable='x.g')"],
            ["gaincal(vis='x.ms', \\", "        caltable='x.g')"],
        ),
        (
            ["gaincal(gaincurve=False, \\", "        vis='x.ms', \\", "        caltable='x.g')"],
            ["gaincal(vis='x.ms', \\", "        caltable='x.g')"],
        ),
        (
            ["gaincal(vis='x.ms', # data", "        caltable='x.g', \\", "        gaincurve=False)"],
            ["gaincal(vis='x.ms', # data", "        caltable='x.g')"],
        ),
        (
            ["gaincal(vis='x.ms', # data", "        gaincurve=False, \\", "        caltable='x.g')"],
            ["gaincal(vis='x.ms', # data", "        caltable='x.g')"],
        ),
        (
            ["gaincal(vis='x.ms', \\", "        gaincurve=False, # none", "        caltable='x.g')"],
            ["gaincal(vis='x.ms', \\", "        caltable='x.g')"],
        ),
        (
            ["gaincal(vis='x.ms',\\", "        caltable='x.g', \\", "        gaincurve=F,\\", "        opacity=0)"],
            ["gaincal(vis='x.ms',\\", "        caltable='x.g')"],
        ),
        (
            ["gaincal(vis='x.ms', gaincurve=False \\", "        , caltable='x.g')"],
            ["gaincal(vis='x.ms', caltable='x.g')"],
        ),
        (["gaincal(vis='x.ms', \\", "        caltable='x.g', gaincurve= \\", "   False)"],
         ["gaincal(vis='x.ms', \\", "        caltable='x.g')"]),
    ],
)  # fmt: skip
def test_layout_where_an_argument_goes(before: list[str], after: list[str]) -> None:
    """What is left ends its lines as its author did, and no comment is followed by a backslash."""
    found = converted(*before)
    assert found.result.splitlines() == after
    assert not found.attention
