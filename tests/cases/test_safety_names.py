"""Names and texts with characters that steer a terminal or a log: they are shown, and never acted on."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cal_upgrade.characters import UNSEEN, is_unseen, visible, visible_json, visible_name
from cal_upgrade.cli.convert import main

INPUTS = Path(__file__).parent / "inputs"
COMMAND = [sys.executable, "-m", "cal_upgrade.cli.convert"]
GOOD = b"import re\nif re.search('^3.4', casadef.casa_version) == None:\n  sys.exit('x')\ntflagdata(vis='x.ms')\n"
NOT_PYTHON = b"if x:\nprint 'a'\n"

NAMES = {
    "newline": b"a\n::error::pwned_3.4.py",
    "carriage return": b"a\r::error::pwned_3.4.py",
    "command": b"::error file=x,line=1::pwned_3.4.py",
    "blank and command": b"  ::set-output name=x::pwned_3.4.py",
    "old command": b"##[error]pwned_3.4.py",
    "escape": b"a\x1b[2J\x1b]0;pwned\x07_3.4.py",
    "eight-bit escape": "a\x9b2J_3.4.py".encode(),
    "direction": "a\u202eyp.4.3_\u202c_3.4.py".encode(),
    "line separator": "a\u2028::error::b\x85c_3.4.py".encode(),
    "no UTF-8": b"a\xff\x9b2J_3.4.py",
    "percent": b"a%0A::error::pwned_3.4.py",
    "delete": b"a\x7f\x08\x08_3.4.py",
}
FORMS = [[], ["--output-format", "json"], ["--output-format", "github"], ["--output-format", "sarif"], ["--check"]]


def raw(text: str) -> list[str]:
    """The characters that steer, other than the ends of lines."""
    return [char for char in text if char != "\n" and is_unseen(char)]


def commands(text: str) -> list[str]:
    """The lines that GitHub takes for commands."""
    return [line for line in text.split("\n") if line.lstrip().startswith(("::", "##["))]


def command(*words: str) -> int:
    """Run the command here: a process of its own for each of these would take minutes."""
    try:
        return main(list(words))
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.mark.parametrize("content", [GOOD, NOT_PYTHON], ids=["good", "refused"])
@pytest.mark.parametrize("form", FORMS, ids=" ".join)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("package", [False, True], ids=["script", "package"])
def test_names(
    tmp_path: Path,
    name: bytes,
    form: list[str],
    content: bytes,
    package: bool,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    given = os.fsdecode(name.replace(b"_3.4.py", b"") if package else name)
    folder = tmp_path / given if package else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / os.fsdecode(name)).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    code = command(*form, "--", given)
    assert code == (2 if content == NOT_PYTHON else 1 if "--check" in form else 0)
    out, err = capfd.readouterr()
    assert not raw(out)
    assert not raw(err)
    assert not commands(err)
    assert all(re.match(r"::(error|notice) file=[^:,]*(,line=\d+)?,title=", line) for line in commands(out))
    if "json" in form or "sarif" in form:
        json.loads(out)


def test_an_argument_that_is_none(capfd: pytest.CaptureFixture[str]) -> None:
    assert command("--no-such\x1b[2J\n::error::x") == 2
    told = capfd.readouterr().err
    assert not raw(told)
    assert not commands(told)


TEXTS = "step_title = {{0: 'a{0}b'}}\nmystep = 0\nif(mystep in thesteps):\n  tflagdata(vis='x{0}y.ms', mode='{0}')\n"


@pytest.mark.parametrize("form", [*FORMS, ["--diff"]], ids=" ".join)
def test_texts_on_a_terminal(tmp_path: Path, form: list[str]) -> None:
    char = "\x1b[2J\x9b2J\u202e\u2028::error::\x7f\x08"
    (tmp_path / "x_3.4.py").write_text("# -*- coding: utf-8 -*-\n" + TEXTS.format(char), encoding="utf-8")
    shown = on_a_terminal([*COMMAND, "x_3.4.py", *form], tmp_path)
    shown = re.sub(r"\x1b\[\d*m", "", shown)
    assert shown
    assert not [one for one in raw(shown) if one != "\r"]


def on_a_terminal(words: list[str], folder: Path) -> str:
    """Run a command with a terminal for its output, and give what it printed there."""
    here, there = pty.openpty()
    run = subprocess.Popen(words, cwd=folder, stdout=there, stderr=there, stdin=subprocess.DEVNULL)
    os.close(there)
    parts = []
    while True:
        try:
            part = os.read(here, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    run.wait(60)
    os.close(here)
    return b"".join(parts).decode("utf-8")


def test_characters() -> None:
    assert visible("a\tb é 銀河") == "a\tb é 銀河"
    assert visible("a\tb\n", keep="") == r"a\tb\n"
    assert visible("\udcff") == r"\udcff"
    assert visible_name("::x") == "./::x"
    assert visible_name("x::y") == "x::y"
    text = json.dumps({"a": "\x9b\u202e\U000e0001\x7f", "é": 1}, ensure_ascii=False)
    assert json.loads(visible_json(text)) == json.loads(text)
    assert not raw(visible_json(text))
    assert {"Cc", "Cf"} < UNSEEN


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", ["x01_html.py", "<script>alert(1)<", '"><img src=x onerror=alert(1)>_3.4.py'])
def test_markup_in_scripts_and_names_stays_text(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).mkdir() if name.endswith("<") else None
    place = name + "/script>_3.4.py" if name.endswith("<") else name
    (tmp_path / place).write_bytes((INPUTS / "safety" / "x01_html.py").read_bytes())
    monkeypatch.chdir(tmp_path)
    assert command(place, "--report", "r.html", "--from", "3.4", "-o", "out.py") in (0, 1)
    elements = Elements((tmp_path / "r.html").read_text()).found
    assert sum(tag == "script" for tag, _ in elements) == 1
    assert not {tag for tag, _ in elements} & {"img", "svg", "iframe", "plaintext", "object", "base"}
    for _, attributes in elements:
        assert not [key for key in attributes if key.startswith("on")]
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))
