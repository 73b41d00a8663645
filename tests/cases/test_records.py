"""What is said of a script, in every report: each change and each call by its own place, nothing swallowed."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from rules.conversion import RULES, converted

from cal_upgrade.convert.translate import translate
from cal_upgrade.options import Options
from cal_upgrade.records import Translation
from cal_upgrade.report.describe import Reviewed
from cal_upgrade.report.github import as_annotations
from cal_upgrade.report.json_report import as_json
from cal_upgrade.report.page import as_page
from cal_upgrade.report.sarif import as_sarif
from cal_upgrade.report.text import as_text
from cal_upgrade.rules.ruleset import make
from cal_upgrade.text.edits import Edit, Traced, apply

INPUTS = Path(__file__).parent / "inputs" / "records"
REPORTS = {"text": as_text, "github": as_annotations, "sarif": as_sarif, "html": as_page}


def case(name: str) -> Translation:
    return converted((INPUTS / name).read_text().rstrip("\n"))


def told(found: Translation) -> list[tuple[str, int]]:
    return [(one.rule, one.line) for one in found.attention]


def calls(found: Translation) -> list[tuple[str, str]]:
    return [(one.task, one.status) for one in found.calls]


# what a person is told of one fault of a call says nothing of its other faults


def test_clearcal_suppressed() -> None:
    found = case("clearcal_suppressed_3.4.py")
    assert any("field=3 of clearcal" in one.message for one in found.attention)
    without = make(RULES, Options("3.4", ignore=("interface-type",)))
    found = translate((INPUTS / "clearcal_suppressed_3.4.py").read_bytes(), without)
    assert [one.message[:7] for one in found.attention if one.rule == "call-check"] == ["field=3"]


IGNORING = make(RULES, Options("3.4", ignore=("interface-type", "interface-value", "interface-parameter")))


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("clearcal(vis='x.ms', spw='1', field=3)", ["field=3"]),
        ("clearcal(vis='x.ms', field=3); clearcal(vis='y.ms', field=4)", ["field=3", "field=4"]),
        ("clearcal(vis='x.ms', field=3); clearcal(vis='y.ms', spw='1')", ["field=3"]),
        ("clearcal(vis='x.ms', spw=1, field=3)", ["spw=1", "field=3"]),
        ("gaincal(vis='x.ms', caltable='g', field=3, spw=1)", ["field=3", "spw=1"]),
        ("gaincal(vis='x.ms', caltable='g', nosuch=1, such=2)", ["nosuch", "such"]),
        ("listobs(vis='x.ms', field=3)", ["field=3"]),
    ],
)
def test_every_fault_of_a_call_is_told(line: str, faults: list[str]) -> None:
    for found in (converted(line), converted(line, book=IGNORING)):
        for fault in faults:
            assert any(re.search(rf"\b{fault}\b", one.message) for one in found.attention), (fault, found.attention)


def test_a_fault_is_told_once() -> None:
    found = converted("clearcal(vis='x.ms', field=3)")
    assert len([one for one in found.attention if "field=3" in one.message]) == 1


# a call is changed if something of it changed, whatever else is done in its line


def test_account_changed() -> None:
    found = case("account_changed_3.4.py")
    assert calls(found) == [("listobs", "checked")]
    assert found.changed


@pytest.mark.parametrize(
    ("lines", "statuses"),
    [
        (["listobs(vis='x.ms'); tflagdata(vis='x.ms')"], ["checked", "changed"]),
        (["tflagdata(vis='x.ms'); listobs(vis='x.ms')"], ["changed", "checked"]),
        (["tflagdata(vis='x.ms'); tflagdata(vis='y.ms'); listobs(vis='x.ms')"], ["changed", "changed", "checked"]),
        (["listobs(vis='x.ms', listfile=str(tflagdata(vis='y.ms')))"], ["checked", "changed"]),
        (["tflagdata(vis=str(listobs(vis='x.ms')))"], ["changed", "checked"]),
        (["wvrgcal(vis='x.ms', caltable='w'); listobs(", "  vis='x.ms')"], ["changed", "checked"]),
        (["listobs(vis='x.ms')", "wvrgcal(vis='x.ms', caltable='w')"], ["checked", "changed"]),
        (["gaincal(vis='x.ms', caltable='g', opacity=0.1)", "listobs(vis='x.ms')"], ["changed", "checked"]),
        (["listobs(vis='x.ms')", "gaincal(vis='x.ms', caltable='g', opacity=0.1)"], ["checked", "changed"]),
        (["if 1:", "  listobs(vis='x.ms')", "  tflagdata(vis='x.ms')"], ["checked", "changed"]),
        (
            ["default('listobs')", "vis='x.ms'", "listobs(); tflagdata(vis='y.ms')"],
            ["checked", "changed"],
        ),
        (
            [
                "default('wvrgcal'); vis='x.ms'; caltable='w'",
                "wvrgcal()",
                "default('listobs'); vis='x.ms'",
                "listobs()",
            ],
            ["changed", "checked"],
        ),
    ],
)
def test_calls_that_share_a_line(lines: list[str], statuses: list[str]) -> None:
    assert [status for _, status in calls(converted(*lines))] == statuses


def test_a_call_whose_step_moves_is_not_changed_by_that() -> None:
    titles = "'Listobs, clear pointing table, and save original flags'"
    found = converted(
        f"step_title = {{7: {titles}, 8: 'Initial flagging', 15: 'Application of the bandpass and gain cal tables'}}",
        "thesteps = [7]",
        "mystep = 8",
        "if(mystep in thesteps): listobs(vis='x.ms')",
        "mystep = 15",
        "if(mystep in thesteps):",
        "  applycal(vis='x.ms', gaintable=['g'])",
    )
    assert dict(calls(found))["listobs"] == "checked"


# reports show what came in and went, not what was there before


def added(found: Translation) -> set[str]:
    """The arguments of the result's calls that those of the script have not."""

    def arguments(text: str) -> set[str]:
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.keyword)]
        return {f"{node.arg}={ast.unparse(node.value)}" for node in nodes}

    return arguments(found.result) - arguments(found.text)


ADDED = {
    "f04_report_text.py": (INPUTS / "f04_report_text.py").read_text(),
    "f05_report_text2.py": (INPUTS / "f05_report_text2.py").read_text(),
    "aligned": "simobserve(project   = 'p',\n           skymodel  = 'a.fits')\n",
    "in one line": "simobserve(project='p', skymodel='a.fits', overwrite=True)\n",
    "blanks by halves": "simobserve(project ='p', skymodel= 'a.fits',overwrite=  True)\n",
    "comma ahead": "simobserve(project = 'p'\n          ,skymodel = 'a.fits'\n          ,overwrite = True)\n",
    "comments": "simobserve(project='p', # p\n  skymodel='a.fits', # s\n  overwrite=True) # o\n",
    "closed on a line": "simobserve(\n  project='p',\n  skymodel='a.fits',\n  overwrite=True,\n)\n",
    "part of another": "wvrgcal(vis='x.ms', caltable='w', mytoffset='toffset=-1')\n",
}


@pytest.mark.parametrize("text", ADDED.values(), ids=ADDED)
def test_added_arguments_are_shown(text: str) -> None:
    found = converted(text.rstrip("\n"))
    new = added(found)
    assert new
    shown = {"".join(one.after.rstrip(",)").split()) for one in found.changes if not one.before and one.after}
    assert shown >= {"".join(one.split()) for one in new} - {"toffset=-1"}
    rows = found.result.split("\n")
    for one in found.changes:
        if one.before != one.after and "\n" not in one.after:
            assert one.after in rows[one.output_line - 1]


@pytest.mark.parametrize("name", ["f04_report_text.py", "f05_report_text2.py"])
@pytest.mark.parametrize("form", [*REPORTS, "json"])
def test_every_report_shows_them(name: str, form: str) -> None:
    found = case(name)
    reviewed = [Reviewed(name, "out.py", found)]
    report = as_json(reviewed) if form == "json" else REPORTS[form](reviewed, {})
    if form in ("json", "sarif"):
        report = json.dumps(json.loads(report))
    report = re.sub(r"<[^>]*>|&#x27;|\s", "", report.replace("&#x27;", "'"))
    for argument in added(found):
        assert "".join(argument.split()) in report
    if form == "text":
        changes = report[report.index("Changes(") :]
        assert "overwrite" not in changes
        assert "selectdata" not in changes


# what stands in a string is what it says


STRINGS = {
    "flagmanager_string_3.4.py": (INPUTS / "flagmanager_string_3.4.py").read_text(),
    "double quotes": 'if x:\n  flagmanager(vis=v, mode="save", versionname="Original", comment="""a\n b\n\n\tc""")\n',
    "backslash": "if x:\n  flagmanager(vis=v, mode='save', versionname='Original', comment='a\\\n  b\\\nc')\n",
    "raw": "flagmanager(vis=v, mode='save',\n  versionname='Original', comment=r'''\na\n b''',\n  oldname='')\n",
    "two": "flagmanager(vis=v, mode='save', versionname='Original',\n comment='''a\nb''' + '''c\nd''')\n",
    "in brackets": "flagmanager(vis=v, mode='save', versionname='Original', comment=('''a\nb'''\n  'c'))\n",
    "renamed": "tflagdata(vis='x.ms',\n    mode='manual', reason='''a\n  b\nc''',\n    spw='1')\n",
    "by place": "setjy('x.ms', '''a\n  b''', '1', -1, '''m\n n''', fluxdensity=[1,0,0,0])\n",
    "opacity": "if x:\n  gaincal(vis='x.ms', caltable='g', field='''a\n  b''', opacity=0.1)\n",
}


@pytest.mark.parametrize("text", STRINGS.values(), ids=STRINGS)
def test_strings_keep_their_bytes(text: str) -> None:
    found = converted(text.rstrip("\n"))
    assert found.changed
    assert found.result.count("if not os.path.exists(") == text.count("flagmanager")

    def texts(source: str) -> list[str]:
        nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
        return sorted(str(node.value) for node in nodes if "\n" in str(node.value) or "  " in str(node.value))

    assert texts(found.result) == texts(found.text)


def test_bytes_are_traced_back() -> None:
    text = b"0123456789"
    edits = [Edit(8, 9, ""), Edit(2, 2, "abc"), Edit(4, 6, "xyz"), Edit(10, 10, "end")]
    after = apply(text, edits).text
    assert after == b"01abc23xyz679end"
    back = [Traced(edits).back(place) for place in range(len(after) + 1)]
    assert back == [0, 1, 2, 2, 2, 2, 3, 4, 4, 4, 6, 7, 9, 10, 10, 10, 10]
