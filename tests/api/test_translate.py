"""`from cal_upgrade import translate`: the documented examples, and what the function refuses."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from cal_upgrade import Refused, translate

ROOT = Path(__file__).parents[2]


def test_documented_examples() -> None:
    failed, tried = doctest.testfile(str(ROOT / "docs" / "api.md"), module_relative=False)
    assert failed == 0
    assert tried >= 6


def test_bytes_and_text_give_the_same() -> None:
    data = (ROOT / "fixtures" / "plain_3.4.py").read_bytes()
    assert translate(data).output == translate(data.decode()).output


def test_select_none_changes_nothing() -> None:
    data = (ROOT / "fixtures" / "plain_3.4.py").read_bytes()
    assert translate(data, select=["none"]).output == data


@pytest.mark.parametrize("choice", [{"source": "2.4"}, {"target": "5"}, {"results": "mine"}])
def test_a_choice_that_is_none(choice: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="choose one of"):
        translate("x = 1\n", **choice)  # type: ignore[arg-type]


def test_folder_of_rules_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such folder"):
        translate("x = 1\n", rules=[tmp_path / "nowhere"])
