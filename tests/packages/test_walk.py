"""What is found in a package, and above all what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cal_upgrade.archive import walk
from cal_upgrade.archive.walk import look_through
from packages import archive


def names(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in look_through(root).scripts]


def test_all_that_may_be_scripts_at_any_depth(tmp_path: Path) -> None:
    for name in ("a.py", "b/c/d/e/f.PY", "x/scriptForCalibration", "x/uid.scriptForCalibration.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
    assert names(tmp_path) == ["a.py", "b/c/d/e/f.PY", "x/scriptForCalibration", "x/uid.scriptForCalibration.txt"]


@pytest.mark.parametrize(
    "name", ["a.py~", "a.pyc", "a.py.orig", "README", "a.ms.scriptForCalibration.html", ".a.py", ".git/a.py", "a.log"]
)
def test_not_a_script_by_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("1")
    assert names(tmp_path) == []


def test_tables_are_noted_and_not_entered(tmp_path: Path) -> None:
    member = archive.package(tmp_path)
    found = look_through(tmp_path)
    assert len(found.tables) == 3
    assert all(path.parent == member / "raw" for path in found.tables)
    assert all(path.parent == member / "script" for path in found.scripts)


def test_results_are_no_scripts_again(tmp_path: Path) -> None:
    for name in ("a_3.4.py", "a_4.2.py", "b.py", "b_4.2.py", "c_4.2.py"):
        (tmp_path / name).write_text("1")
    assert names(tmp_path) == ["a_3.4.py", "b.py", "c_4.2.py"]


def test_loops_of_links(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "self.py").symlink_to("self.py")
    (tmp_path / "a" / "x.py").write_text("1")
    assert names(tmp_path) == ["a/x.py"]
    passed = {path.name: why for path, why in look_through(tmp_path).passed}
    assert "not followed" in passed["up"]
    assert "not there" in passed["self.py"]


def test_a_link_within_the_package_is_not_a_second_script(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("1")
    (tmp_path / "y.py").symlink_to("x.py")
    assert names(tmp_path) == ["x.py"]


def test_a_link_to_a_script_elsewhere_counts(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("1")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "y.py").symlink_to("../x.py")
    assert names(tmp_path / "package") == ["y.py"]


def test_what_is_no_plain_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert names(tmp_path) == []


def test_huge_files_are_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(walk.LARGEST + 1)
    assert names(tmp_path) == []


def test_an_unreadable_directory_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("closed", "open"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "x.py").write_text("1")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = look_through(tmp_path)
    assert [path.parent.name for path in found.scripts] == ["open"]
    assert found.unreadable == [(tmp_path / "closed", "Permission denied")]


def test_thousands_of_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for k in range(3000):
        (tmp_path / f"plot{k}.png").touch()
    (tmp_path / "x.py").write_text("1")
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was opened"))
    assert names(tmp_path) == ["x.py"]


def test_where_results_go_is_not_looked_through(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x.py").write_text("1")
    assert look_through(tmp_path, [tmp_path / "out"]).scripts == []
