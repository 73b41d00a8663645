"""What docs/review.md tells people to do works."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cal_upgrade.report.json_report import as_json

from . import sample

DOCS = Path(__file__).parents[2] / "docs" / "review.md"


@pytest.mark.parametrize("several", [False, True])
def test_jq_makes_a_code_quality_report(several: bool) -> None:
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    program = re.search(r"```jq\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert program is not None
    report = as_json([sample.reviewed(), sample.untouched()] if several else [sample.reviewed()])
    done = subprocess.run(["jq", program.group(1)], input=report, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert len(found) == 18
    assert found[0]["location"] == {"path": "hd1_3.4.py", "lines": {"begin": 70}}
    assert len({item["fingerprint"] for item in found}) == 18
    for item in found:
        assert set(item) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert item["severity"] in ("info", "minor", "major", "critical", "blocker")
