from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from cal_upgrade.records import Refused, Translation
from cal_upgrade.report.describe import Reviewed
from cal_upgrade.report.diff import as_diff

from . import sample
from .test_align import ORIGIN, TEXT, made


def lines(text: str) -> list[str]:
    r"""Split as git and patch do: at `\n` alone."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n")


def applied(diff: str, text: str) -> str:
    """Apply a unified diff of one file as its definition says, and be strict about every number in it."""
    old, result, at = lines(text), [], 0
    rest = lines(diff)[2:]
    while rest:
        head = HUNK.fullmatch(rest.pop(0))
        assert head is not None
        start, gone, begin, come = (1 if part is None else int(part) for part in head.groups())
        first = start - 1 if gone else start
        assert first >= at
        result += old[at:first]
        assert len(result) == (begin - 1 if come else begin)
        at = first
        while gone or come:
            line = rest.pop(0)
            sign, body = line[0], line[1:]
            if rest and rest[0].startswith("\\"):
                rest.pop(0)
                body = body[:-1]
            if sign in " -":
                assert old[at] == body
                at, gone = at + 1, gone - 1
            if sign in " +":
                result.append(body)
                come -= 1
    return "".join(result + old[at:])


@given(TEXT, TEXT, ORIGIN)
def test_the_diff_turns_the_script_into_the_result(text: str, result: str, origin: tuple[int | None, ...]) -> None:
    diff = as_diff(Reviewed("x.py", "y.py", made(text, result, origin)))
    assert (diff == "") == (text == result)
    assert applied(diff, text) == result


def test_sample(file_regression) -> None:  # type: ignore[no-untyped-def]
    file_regression.check(as_diff(sample.reviewed()), extension=".diff")


def test_nothing_to_show() -> None:
    assert as_diff(sample.untouched()) == ""
    assert as_diff(Reviewed("x.py", None, Refused(1, "not Python 2"))) == ""


AWKWARD: dict[str, tuple[str, str, tuple[int | None, ...]]] = {
    "plain.py": (sample.SCRIPT, sample.translation().result, sample.translation().origin),
    "dir/sub dir/blanks in name.py": ("a\nb\n", "a\nB\n", (1, 2, 3)),
    'quote".py': ("a\nb\n", "A\nb\n", (1, 2, 3)),
    "é.py": ("# é\nb\n", "# é\nc\n", (1, 2, 3)),
    "crlf.py": ("a\r\nb\r\nc\r\n", "a\r\nB\r\nnew\r\nc\r\n", (1, 2, None, 3, 4)),
    "noend.py": ("a\nb", "a\nc", (1, 2)),
    "endcomes.py": ("a\nb", "a\nb\n", (1, 2, 3)),
    "endgoes.py": ("a\nb\n", "a\nb", (1, 2)),
    "grows.py": ("a\nb", "a\nb\nc\nd", (1, 2, None, None)),
    "feed.py": ("a\n\x0c\nb\rc\n\x0cd\n" * 9, "a\n\x0c\nb\rC\n\x0cd\n" + "a\n\x0c\nb\rc\n\x0cd\n" * 8, ()),
    "old mac.py": ("a\rb\rc\r", "a\rb\rC\r", (1, 2, 3, 4)),
    "mixed.py": ("a\rb\nc\r\nd\re\n", "new\ra\rb\nc\r\nD\re\n", (None, 1, 2, 3, 4, 5, 6)),
    "dashes.py": ("-- a\n++ b\n--- c\n+++ d\n@@ -1 +1 @@\n", "--- c\n+++ d\n@@ -1 +1 @@\n", (3, 4, 5)),
    "first.py": ("b\nc\nd\ne\nf\n", "a\nb\nc\nd\ne\nf\n", (None, 1, 2, 3, 4, 5)),
    "last.py": ("b\nc\nd\ne\nf\n", "b\nc\nd\ne\n", (1, 2, 3, 4)),
    "far.py": (
        "x\n" * 50 + "a\n" + "x\n" * 6 + "b\n" + "x\n" * 7 + "c\n",
        "x\n" * 50 + "A\n" + "x\n" * 6 + "B\n" + "x\n" * 7 + "C\n",
        (),
    ),
}


def written(folder: Path) -> tuple[str, dict[str, bytes]]:
    """Put the awkward scripts into a folder; give the diff of all and what must come of it."""
    diffs, wanted = [], {}
    for name, (text, result, origin) in AWKWARD.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        wanted[name] = result.encode()
        diffs.append(as_diff(Reviewed(name, None, made(text, result, origin))))
    return "".join(diffs), wanted


@pytest.mark.parametrize(
    "command",
    [
        ["git", "apply", "--whitespace=nowarn", "-"],
        ["git", "apply", "--whitespace=nowarn", "--unidiff-zero", "-"],
        ["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch"],
    ],
    ids=["git", "git-unidiff-zero", "patch"],
)
def test_git_and_patch_take_several_scripts_at_once(command: list[str], tmp_path: Path) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    diff, wanted = written(tmp_path)
    done = subprocess.run(command, cwd=tmp_path, input=diff.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {name: (tmp_path / name).read_bytes() for name in wanted} == wanted
    assert b"fuzz" not in done.stdout
    assert b"offset" not in done.stdout
    # nothing beside them: no .rej, no .orig
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == set(wanted)


def test_a_latin1_script_applies_when_the_diff_is_written_in_its_encoding(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    text, result = "# Gain\xe9\na = 1\n", "# Gain\xe9\na = 2\n"
    (tmp_path / "x.py").write_bytes(text.encode("latin-1"))
    diff = as_diff(Reviewed("x.py", None, Translation(text, result, "3.4", "", origin=(1, 2, 3))))
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode("latin-1"), check=True)
    assert (tmp_path / "x.py").read_bytes() == result.encode("latin-1")


def test_a_byte_order_mark_stands_in_the_first_line(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    text, result = "a = 1\nb\n", "a = 2\nb\n"
    (tmp_path / "x.py").write_bytes(text.encode("utf-8-sig"))
    output = result.encode("utf-8-sig")
    diff = as_diff(Reviewed("x.py", None, Translation(text, result, "3.4", "", origin=(1, 2, 3), output=output)))
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert (tmp_path / "x.py").read_bytes() == output
