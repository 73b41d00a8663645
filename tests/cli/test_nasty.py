"""The command line with input that nobody should give it: one clear line, the right exit code, no half file."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path
from subprocess import DEVNULL

import pytest

SCRIPT = "# -*- coding: utf-8 -*-\ntflagdata(vis='é', mode='manual')  # 5 °\nx = gaincal('é', gaincurve=y)\n".encode()
COMMAND = [sys.executable, "-m", "cal_upgrade.cli.convert"]
AWKWARD = {
    "blank": b"a b_3.4.py",
    "newline": b"a\nb_3.4.py",
    "quote": b"a'\"b_3.4.py",
    "no-utf8": b"a\xffb_3.4.py",
    "not-ascii": "ä→_3.4.py".encode(),
    "percent": b"%s{0}_3.4.py",
}


def run(*words: str | bytes, folder: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process of its own; never a traceback."""
    done = subprocess.run(
        [*COMMAND, *words], cwd=folder, env={**os.environ, **more}, capture_output=True, timeout=120, check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
    assert not list(folder.glob(".*.part"))
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a_3.4.py").write_bytes(SCRIPT)
    return tmp_path


@pytest.mark.parametrize("name", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("form", ["text", "json"])
def test_names(tmp_path: Path, name: bytes, form: str) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).write_bytes(SCRIPT)
    reports = [word for ending in ("html", "json", "sarif", "txt") for word in ("--report", f"r.{ending}")]
    done = run(name, "--output-format", form, *reports, folder=tmp_path)
    assert done.returncode == 1
    assert Path(os.fsdecode(path.replace(b"3.4", b"4.2"))).exists()
    if form in ("json", "sarif"):
        json.loads(done.stdout)
    assert run(name, "--diff", folder=tmp_path).stdout.startswith(b"--- ")


def test_a_name_with_a_dash(folder: Path) -> None:
    (folder / "-x_3.4.py").write_bytes(SCRIPT)
    assert run("--", "-x_3.4.py", folder=folder).returncode == 1
    assert (folder / "-x_4.2.py").exists()


def test_a_name_that_is_too_long(folder: Path) -> None:
    done = run("a" * 300 + ".py", folder=folder)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def special(folder: Path, kind: str) -> Path:
    """Make something that is no regular file."""
    path = folder / kind
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "device":
        path.symlink_to("/dev/null")
    elif kind == "dangling":
        path.symlink_to(folder / "nowhere")
    return path


@pytest.mark.parametrize("kind", ["fifo", "socket", "loop", "device", "dangling"])
def test_what_is_no_file_is_no_script(folder: Path, kind: str) -> None:
    done = run(special(folder, kind).name, folder=folder)
    assert (done.returncode, done.stderr.count(b"\n"), done.stdout) == (2, 1, b"")
    assert sorted(path.name for path in folder.iterdir()) == ["a_3.4.py", kind]


@pytest.mark.parametrize("kind", ["fifo", "socket", "device"])
def test_what_is_no_file_is_not_overwritten(folder: Path, kind: str) -> None:
    path = special(folder, kind)
    before = path.lstat().st_mode
    done = run("a_3.4.py", "-o", kind, "--force", folder=folder)
    assert (done.returncode, done.stderr.count(b"\n"), done.stdout) == (2, 1, b"")
    assert path.lstat().st_mode == before


@pytest.mark.parametrize("form", ["text", "json", "github", "diff", "html"])
@pytest.mark.parametrize("coding", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}])
def test_a_terminal_that_knows_ascii_alone(folder: Path, form: str, coding: dict[str, str]) -> None:
    words = {"diff": ["--diff"], "html": ["--report", "r.html"]}.get(form, ["--output-format", form])
    done = run("a_3.4.py", *words, folder=folder, PYTHONUTF8="0", **coding)
    assert (done.returncode, done.stderr) == (1, b"")
    if form == "json":
        assert json.loads(done.stdout)["script"] == "a_3.4.py"


@pytest.mark.parametrize("words", [["--help"], ["--list-rules"], ["--explain", "wvrgcal-toffset"], ["ö.py"]])
def test_words_in_ascii(folder: Path, words: list[str]) -> None:
    run(*words, folder=folder, PYTHONUTF8="0", PYTHONIOENCODING="ascii")


@pytest.mark.parametrize("words", [[], ["--diff"], ["--output-format", "json"], ["--check"]])
@pytest.mark.parametrize("closed", ["exec >&-", "exec 2>&-", "exec >&- 2>&-"])
def test_closed_streams(folder: Path, words: list[str], closed: str) -> None:
    shell = ["sh", "-c", f'{closed}; exec "$@"', "sh", *COMMAND, "a_3.4.py", *words]
    done = subprocess.run(shell, cwd=folder, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert (folder / "a_4.2.py").exists() == (not words or words[0] == "--output-format")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "words",
    [["a_3.4.py"], ["a_3.4.py", "--diff"], ["a_3.4.py", "--output-format", "json"], ["--list-rules"], ["."]],
)
def test_a_full_device(folder: Path, words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, *words], cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1, done.stderr.decode()
    assert b"No space left on device" in done.stderr


@pytest.mark.parametrize("home", [{"XDG_CACHE_HOME": "/dev/null"}, {"XDG_CACHE_HOME": "/proc/no"}, {"HOME": "/no"}])
def test_no_place_to_keep_anything(folder: Path, home: dict[str, str]) -> None:
    assert run("a_3.4.py", folder=folder, **{"XDG_CACHE_HOME": "", **home}).returncode == 1


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x90", b"\xc0", b"\x92\x01\x02"])
def test_a_spoilt_cache_is_made_anew(folder: Path, content: bytes) -> None:
    cache = {"XDG_CACHE_HOME": str(folder / "cache")}
    assert run("a_3.4.py", folder=folder, **cache).returncode == 1
    result = (folder / "a_4.2.py").read_bytes()
    kept = sorted((folder / "cache" / "cal-upgrade").iterdir())
    assert [file.name.split("-")[0] for file in kept] == ["judgements", "rules"]
    good = [file.read_bytes() for file in kept]
    for file in kept:
        file.write_bytes(content)
    assert run("a_3.4.py", "--force", folder=folder, **cache).returncode == 1
    assert (folder / "a_4.2.py").read_bytes() == result
    assert [file.read_bytes() for file in kept] == good


def test_many_at_once(folder: Path) -> None:
    """Several processes that make the same cache and the same result: one result, whole."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    started = [
        subprocess.Popen([*COMMAND, "a_3.4.py"], cwd=folder, env=environment, stdout=DEVNULL, stderr=DEVNULL)
        for _ in range(4)
    ]
    codes = sorted(process.wait(60) for process in started)
    assert codes == [1, 1, 1, 1]
    assert sorted(path.name for path in folder.iterdir()) == ["a_3.4.py", "a_4.2.py", "cache"]


LINES = b"tflagdata(vis='x.ms', mode='manual', antenna='DV04')\n"
BIG = {
    "many brackets": b"x = " + b"[" * 20_000 + b"]" * 20_000 + b"\n",
    "brackets never closed": b"x = " + b"(" * 20_000 + b"\n",
    "many nots": b"x = " + b"not " * 20_000 + b"1\n",
    "a long sum": b"x = 1" + b" + 1" * 20_000 + b"\n",
    "many dots": b"x = a" + b".b" * 20_000 + b"\n",
    "many calls": b"x = a" + b"()" * 2_000 + b"\n",
    "many blocks": b"".join(b" " * depth + b"if 1:\n" for depth in range(99)) + b" " * 99 + b"x = 1\n",
    "too many blocks": b"".join(b" " * depth + b"if 1:\n" for depth in range(300)) + b" " * 300 + b"x = 1\n",
    "a chain of elifs": b"if 1: pass\n" + b"elif 2: pass\n" * 2_000,
    "a long line": b"x = [" + b"'0123456789', " * 60_000 + b"]\n",
    "a long string": b"x = '" + b"y" * 2_000_000 + b"'\n",
    "a call with many arguments": b"gaincal(vis='x', " + b"spw='1', " * 2_000 + b"gaincurve=F)\n",
    "nested calls": b"x = " + b"gaincal(" * 300 + b"vis=1" + b")" * 300 + b"\n",
}


@pytest.mark.parametrize("content", BIG.values(), ids=BIG)
def test_what_is_big(folder: Path, content: bytes) -> None:
    """It is converted or refused in a line, in seconds."""
    (folder / "big_3.4.py").write_bytes(content + LINES)
    done = run("big_3.4.py", folder=folder)
    assert done.returncode in (0, 1, 2)
    assert (done.returncode == 2) == (not (folder / "big_4.2.py").exists())
    if done.returncode == 2:
        assert done.stderr.count(b"\n") == 1
    else:
        assert (folder / "big_4.2.py").read_bytes().endswith(LINES.replace(b"tflag", b"flag"))


def test_time_and_memory_grow_with_the_script(folder: Path) -> None:
    """A script of 5,000 calls takes seconds and some hundred megabytes."""
    (folder / "big_3.4.py").write_bytes(LINES * 5_000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))

    done = subprocess.run(
        [*COMMAND, "big_3.4.py", "--check", "--output-format", "json"],
        cwd=folder,
        preexec_fn=limit,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr.decode()[-300:]
    assert len(json.loads(done.stdout)["calls"]) == 5_000
