"""Scripts matched with their data, and copied: what is missing is said, what is delivered stays as it is."""

from __future__ import annotations

import errno
import fcntl
from argparse import Namespace
from pathlib import Path

import pytest

from cal_upgrade.archive import copy, executions
from cal_upgrade.archive.executions import SUBTABLES, Found
from cal_upgrade.archive.run import run_package
from cal_upgrade.archive.walk import look_through
from cal_upgrade.options import Options
from cal_upgrade.records import Refused
from packages import archive


def measurement_set(path: Path) -> Path:
    archive.table(path)
    for name in SUBTABLES:
        (path / name).mkdir(exist_ok=True)
        (path / name / "table.dat").write_bytes(b"\xbe\xbe")
    return path


@pytest.fixture
def member(tmp_path: Path) -> Path:
    """A package of three executions whose data are whole."""
    member = archive.package(tmp_path / "package")
    for path in (member / "raw").iterdir():
        measurement_set(path)
    return member


def found(member: Path, steps: str | None = None) -> Found:
    return executions.executions(look_through(member), Options(), steps)


def test_three_executions(member: Path) -> None:
    plan = found(member)
    assert [one.name for one in plan.executions] == [f"{archive.UID[:-1]}{k}" for k in (2, 0, 1)]
    for one in plan.executions:
        assert one.data == (member / "raw" / f"{one.name}.ms.split",)
        assert one.file.endswith("_4.2.py")
    assert [path.name for path, _ in plan.left] == ["scriptForImaging.py"]
    assert not plan.refused


def test_the_re_calibration_is_run_by_default(member: Path) -> None:
    # the script with the fixplanets step has one step more ahead of it
    assert [one.steps[0] for one in found(member).executions] == [10, 9, 9]


def test_steps_that_are_asked_for(member: Path) -> None:
    assert {one.steps for one in found(member, "12-13").executions} == {(12, 13)}


def test_a_converted_script_is_taken_as_it_is(member: Path) -> None:
    (member / "script" / "reduce2_4.2.py").write_bytes(b"# mine\n" + found(member).executions[0].text)
    assert found(member).executions[0].text.startswith(b"# mine\n")


def test_data_that_are_missing(member: Path) -> None:
    lost = member / "raw" / f"{archive.UID[:-1]}1.ms.split"
    lost.rename(member / "raw" / "other.ms.split")
    (member / "raw" / f"{archive.UID[:-1]}1.ms.split.tgz").touch()
    plan = found(member)
    assert len(plan.executions) == 2
    ((path, refused),) = plan.refused
    assert path.name == f"{archive.UID[:-1]}1.calibration_3.4.py"
    assert lost.name in refused.what
    assert f"{lost.name}.tgz" in refused.todo


@pytest.mark.parametrize("part", ["SPECTRAL_WINDOW/table.dat", "ANTENNA/table.dat", "table.f0"])
def test_data_that_are_not_whole(member: Path, part: str) -> None:
    (member / "raw" / f"{archive.UID[:-1]}0.ms.split" / part).unlink()
    plan = found(member)
    assert len(plan.executions) == 2
    assert "not complete" in plan.refused[0][1].what


def test_raw_data_come_before_others_of_the_same_name(member: Path) -> None:
    name = f"{archive.UID[:-1]}0.ms.split"
    measurement_set(member / "calibrated" / name)
    measurement_set(member / "script" / name)
    assert all(one.data[0].parent.name == "raw" for one in found(member).executions)


def test_data_behind_a_link(member: Path, tmp_path: Path) -> None:
    name = f"{archive.UID[:-1]}0.ms.split"
    (member / "raw" / name).rename(tmp_path / name)
    (member / "raw" / name).symlink_to(tmp_path / name)
    assert len(found(member).executions) == 3


def test_two_scripts_on_the_same_data_keep_apart(member: Path) -> None:
    script = member / "script" / f"{archive.UID[:-1]}0.ms.scriptForCalibration.py"
    (member / "script" / "again.py").write_bytes(script.read_bytes())
    names = [one.name for one in found(member).executions]
    assert len(set(names)) == len(names) == 4


def test_a_broken_script_is_refused_and_the_others_are_not(member: Path) -> None:
    (member / "script" / "bad.scriptForCalibration.py").write_bytes(archive.BROKEN["not Python"])
    plan = found(member)
    assert len(plan.executions) == 3
    assert [path.name for path, _ in plan.refused] == ["bad.scriptForCalibration.py"]


def options(member: Path, **given: object) -> Namespace:
    return Namespace(
        **{
            "script": str(member), "workdir": None, "steps": None, "list": False, "dry_run": False, "jobs": 1,
            "restore_flags": True, "force": False, "scheduler": None, **given,
        }
    )  # fmt: skip


def test_a_look_at_the_plan_changes_nothing(member: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = archive.fingerprint(member)
    assert run_package(options(member, dry_run=True)) == 0
    assert archive.fingerprint(member) == before
    assert "steps 9–18" in capsys.readouterr().out


def test_a_directory_to_work_in_has_to_be_named(member: Path) -> None:
    with pytest.raises(Refused, match="--workdir"):
        run_package(options(member))


def test_room_is_asked_for_before_anything_is_copied(
    member: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cal_upgrade.run.preflight.free_space", lambda folder: 10)
    monkeypatch.setattr("cal_upgrade.run.start.missing", list)
    with pytest.raises(Refused, match="too little room"):
        run_package(options(member, workdir=str(tmp_path / "work")))
    assert list((tmp_path / "work").iterdir()) == []


def test_a_copy_is_whole_and_apart(member: Path, tmp_path: Path) -> None:
    source = next((member / "raw").iterdir())
    archive.table(Path(f"{source}.flagversions"))
    before = archive.fingerprint(member)
    made = copy.copy_table(source, tmp_path)
    assert archive.fingerprint(made) == archive.fingerprint(source)
    assert Path(f"{made}.flagversions").is_dir()
    (made / "table.f0").write_bytes(b"changed")
    assert archive.fingerprint(member) == before


def test_a_copy_that_was_cut_off_is_made_anew(member: Path, tmp_path: Path) -> None:
    source = next((member / "raw").iterdir())
    (tmp_path / f".{source.name}.part").mkdir()
    (tmp_path / f".{source.name}.part" / "stale").touch()
    made = copy.copy_table(source, tmp_path)
    assert not (made / "stale").exists()
    assert archive.fingerprint(made) == archive.fingerprint(source)


def test_a_copy_that_is_there_stays(member: Path, tmp_path: Path) -> None:
    source = next((member / "raw").iterdir())
    (copy.copy_table(source, tmp_path) / "table.f0").write_bytes(b"calibrated")
    assert (copy.copy_table(source, tmp_path) / "table.f0").read_bytes() == b"calibrated"


def test_a_copy_of_read_only_data_can_be_written(member: Path, tmp_path: Path) -> None:
    source = next((member / "raw").iterdir())
    (source / "table.f0").chmod(0o444)
    made = copy.copy_table(source, tmp_path)
    assert (made / "table.f0").stat().st_mode & 0o200
    assert not (source / "table.f0").stat().st_mode & 0o200


def test_blocks_are_shared_where_the_file_system_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"data")
    asked = []

    def clone(made: object, request: int, given: int) -> int:
        asked.append(request)
        return 0

    monkeypatch.setattr(fcntl, "ioctl", clone)
    copy.copy_file(str(tmp_path / "a"), str(tmp_path / "b"))
    assert asked == [0x40049409]
    assert (tmp_path / "b").read_bytes() == b""  # nothing was copied byte by byte


def test_bytes_are_copied_where_it_can_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"data")

    def refuse(*_: object) -> int:
        raise OSError(errno.EOPNOTSUPP, "not here")

    monkeypatch.setattr(fcntl, "ioctl", refuse)
    copy.copy_file(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (tmp_path / "b").read_bytes() == b"data"
