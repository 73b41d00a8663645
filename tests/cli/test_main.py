"""The command `cal-upgrade` as a user meets it: files, messages, exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cal_upgrade import files
from cal_upgrade.cli.convert import main

FIXTURES = Path(__file__).parents[2] / "fixtures"
CLEAN = b"tflagdata(vis='x.ms', mode='manual', antenna='DV04')\n"
CONVERTED = b"flagdata(vis='x.ms', mode='manual', antenna='DV04')\n"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "uid_3.4.py"
    path.write_bytes(CLEAN)
    return path


def test_writes_beside_the_script(script: Path) -> None:
    assert main([script.name]) == 0
    assert Path("uid_4.2.py").read_bytes() == CONVERTED
    assert script.read_bytes() == CLEAN


def test_name_without_version(script: Path) -> None:
    script.rename("x.scriptForCalibration.py")
    assert main(["x.scriptForCalibration.py"]) == 0
    assert Path("x.scriptForCalibration_4.2.py").exists()


def test_output_is_named(script: Path) -> None:
    assert main([script.name, "-o", "new.py"]) == 0
    assert Path("new.py").read_bytes() == CONVERTED


def test_several_go_into_a_directory(script: Path) -> None:
    shutil.copy(script, "other.py")
    assert main([script.name, "other.py", "-o", "out"]) == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["other_4.2.py", "uid_4.2.py"]


def test_permissions_are_kept(script: Path) -> None:
    script.chmod(0o755)
    main([script.name])
    assert Path("uid_4.2.py").stat().st_mode & 0o777 == 0o755


def test_existing_output_is_kept(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("uid_4.2.py").write_text("mine")
    assert main([script.name]) == 2
    assert Path("uid_4.2.py").read_text() == "mine"
    assert (
        one_line(capsys)
        == "uid_3.4.py: uid_4.2.py exists already. Use --force to overwrite it, or name another file with -o."
    )
    assert main([script.name, "--force"]) == 0
    assert Path("uid_4.2.py").read_bytes() == CONVERTED


@pytest.mark.parametrize("name", ["uid_3.4.py", "./uid_3.4.py", "link.py", "hard.py"])
def test_input_is_never_output(script: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("link.py").symlink_to(script)
    os.link(script, "hard.py")
    assert main([script.name, "-o", name, "--force"]) == 2
    assert script.read_bytes() == CLEAN
    assert "over the script itself" in one_line(capsys)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"print 'a\n", ":1: "),
        (b"Dear user,\nplease run this.\n", ":1: "),
        (b"x = f'{y}'\nprint(x)\n", ":1: "),
        (b"a = 1\nif a:\nprint a\n", ":"),
        (b"gaincal(vis='x'\n", ":1: "),
    ],
    ids=["empty", "blank", "binary", "string", "prose", "python3", "block", "bracket"],
)
def test_what_is_no_script(script: Path, content: bytes, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_bytes(content)
    assert main([script.name]) == 2
    message = one_line(capsys)
    assert message.startswith("uid_3.4.py:")
    assert says in message
    assert [path.name for path in Path().iterdir()] == ["uid_3.4.py"]


def test_missing_file(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no.py"]) == 2
    assert one_line(capsys) == "no.py: there is no such file. Check the name."


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads and writes everywhere")
def test_permissions(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("locked").mkdir(mode=0o500)
    assert main([script.name, "-o", "locked/new.py"]) == 2
    assert "can't be written to" in one_line(capsys)
    script.chmod(0)
    assert main([script.name]) == 2
    assert "can't be read" in one_line(capsys)


def test_output_directory_is_missing(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([script.name, "-o", "no/new.py"]) == 2
    assert one_line(capsys) == "uid_3.4.py: there is no directory no. Make it first, or name another with -o."


def test_full_disk(script: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    assert main([script.name]) == 2
    assert "No space left on device" in one_line(capsys)
    assert [path.name for path in Path().iterdir()] == ["uid_3.4.py"]


def test_one_bad_script_does_not_stop_the_others(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.py").write_text("print 'a\n")
    assert main(["bad.py", script.name, "-o", "out"]) == 2
    assert Path("out/uid_4.2.py").read_bytes() == CONVERTED
    assert not Path("out/bad_4.2.py").exists()
    assert "bad.py:1: " in capsys.readouterr().err


def test_check_and_diff_write_nothing(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([script.name, "--check"]) == 1
    assert main([script.name, "--diff"]) == 1
    assert [path.name for path in Path().iterdir()] == ["uid_3.4.py"]
    out = capsys.readouterr().out
    assert "-tflagdata(vis='x.ms', mode='manual', antenna='DV04')\n+flagdata(" in out


def test_check_of_what_needs_nothing(script: Path) -> None:
    script.write_bytes(b"listobs(vis='x.ms')\n")
    assert main([script.name, "--check"]) == 0
    assert main([script.name, "--diff"]) == 0


def test_attention_is_exit_1(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_bytes(b"peel(vis='x.ms')\n")
    assert main([script.name]) == 1
    assert Path("uid_4.2.py").exists()
    assert "uid_3.4.py:1: peel is gone" in capsys.readouterr().out


def test_json_report(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([script.name, "--output-format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {*report} >= {
        "script",
        "output",
        "from",
        "to",
        "results",
        "changes",
        "attention",
        "steps",
        "calls",
        "summary",
    }
    assert report["changes"] == [
        {
            "rule": "tflagdata",
            "kind": "required",
            "line": 1,
            "output_line": 1,
            "before": "tflagdata",
            "after": "flagdata",
            "why": report["changes"][0]["why"],
        }
    ]
    assert report["calls"] == [{"task": "tflagdata", "line": 1, "step": None, "status": "changed"}]


@pytest.mark.parametrize("ending", ["html", "json", "sarif", "txt"])
def test_report_files(script: Path, ending: str) -> None:
    assert main([script.name, "--report", f"r.{ending}"]) == 0
    assert Path(f"r.{ending}").stat().st_size > 100


def test_report_of_another_kind(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([script.name, "--report", "r.doc"]) == 2
    assert "a report ends in .html, .json, .sarif, .txt" in one_line(capsys)


@pytest.mark.parametrize("fixture", sorted(FIXTURES.glob("*.py")), ids=lambda path: path.stem)
def test_no_rule_no_change(fixture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.py"
    assert main([str(fixture), "-o", str(out), "--select", "none"]) in (0, 1)
    assert out.read_bytes() == fixture.read_bytes()


def test_select_and_ignore(script: Path) -> None:
    script.write_bytes(CLEAN + b"setjy(vis='x.ms', field='0')\n")
    assert main([script.name, "-o", "a.py", "--select", "tflagdata"]) == 0
    assert Path("a.py").read_bytes() == CONVERTED + b"setjy(vis='x.ms', field='0')\n"
    assert main([script.name, "-o", "b.py", "--ignore", "results"]) == 0
    assert Path("b.py").read_bytes() == CONVERTED + b"setjy(vis='x.ms', field='0')\n"


def test_unknown_rule(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([script.name, "--select", "tflagdatta"]) == 2
    told = "cal-upgrade: --select tflagdatta: there is no such rule or kind. Did you mean "
    assert one_line(capsys).startswith(told)


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-rules"]) == 0
    listed = capsys.readouterr().out
    assert "log-read-back" in listed
    for rule in (line.split()[0] for line in listed.splitlines()):
        assert main(["--explain", rule]) == 0
    assert main(["--explain", "nothing"]) == 2


@pytest.mark.parametrize(
    ("guard", "code"),
    [("^3.4", 0), ("^3.3", 0), ("^4.2", 0), ("^4.1", 2), ("^4.5", 2), ("^5.1", 2)],
)
def test_version_of_the_guard(script: Path, guard: str, code: int) -> None:
    script.write_text(
        f"if re.search('{guard}', casadef.casa_version) == None:\n sys.exit('no')\nlistobs(vis='x.ms')\n"
    )
    assert main([script.name]) == code
    assert Path("uid_4.2.py").exists() == (code == 0)
    if code == 2:
        assert main([script.name, "--from", "3.4"]) == 0
        assert "'^4.2'" in Path("uid_4.2.py").read_text()


def test_second_conversion_changes_nothing(tmp_path: Path) -> None:
    out, again = tmp_path / "plain_4.2.py", tmp_path / "again.py"
    assert main([str(FIXTURES / "plain_3.4.py"), "-o", str(out)]) == 0
    assert main([str(out), "-o", str(again)]) == 0
    assert again.read_bytes() == out.read_bytes()


def test_no_output_in_colour_unless_asked(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([script.name])
    assert "\x1b" not in capsys.readouterr().out


def test_ctrl_c_leaves_no_half_file(tmp_path: Path) -> None:
    """Stop a conversion of many scripts at any moment: what is there is whole."""
    names = []
    for number in range(200):
        names.append(f"s{number}.py")
        (tmp_path / names[-1]).write_bytes((FIXTURES / "plain_3.4.py").read_bytes())
    command = [sys.executable, "-m", "cal_upgrade.cli.convert", *names, "-o", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while process.poll() is None and not list((tmp_path / "out").glob("s*.py")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode not in (0, 1)
    assert b"Traceback" not in errors
    made = list((tmp_path / "out").iterdir()) if (tmp_path / "out").exists() else []
    assert not [path for path in made if path.suffix != ".py" or path.name.startswith(".")]
    whole = {path.stat().st_size for path in made}
    assert len(whole) <= 1


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that was said on standard error."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]
