"""The independent judge of converted scripts, under Python 2.7: it shares no code with the converter.

`judge(text)` reads a script and lists the task calls that do not fit CASA 4.2.0 and 4.2.2.
`run_stand_in(text, steps)` runs it in a stand-in for CASA 4.2.2 and records every task call.
Both need a Python 2.7 interpreter; ask `python2()` first, or use the `python2` fixture, which skips without one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cal_upgrade.records import Translation


HERE = Path(__file__).parent
INTERFACES = HERE.parent.parent / "rules" / "interfaces"
RELEASES = ("4.2.0", "4.2.2")
LONGEST_RUN = 60.0


class NoPython2(Exception):
    """There is no Python 2.7 on this machine."""


class NotPython2(Exception):
    """The script does not compile under Python 2.7; the message says where."""


@dataclass(frozen=True)
class Misfit:
    """A task call that does not fit: `kind` is task, parameter, value, type, required, positions, standard, ignored
    or stops (an error that ends the script). `casa` lists the releases it does not fit."""

    line: int
    task: str
    kind: str
    what: str
    casa: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What the judge says of a script: its task calls as (line, task), those that do not fit, and why it does not
    compile (None if it does)."""

    calls: tuple[tuple[int, str], ...]
    misfits: tuple[Misfit, ...]
    error: str | None


@dataclass(frozen=True)
class RecordedCall:
    """A task call as it happened: `step` is the script's `mystep` (None outside of steps), `given` what the call or
    the globals set, `values` all inputs as the task got them, `ran` whether the check let the task run."""

    task: str
    line: int
    step: int | None
    given: Mapping[str, Any]
    values: Mapping[str, Any]
    ran: bool


@dataclass(frozen=True)
class Recording:
    """What a run in the stand-in did. `shell` holds the commands for the shell (not run), `tools` the calls of tools
    and of analysisUtils by name, `posts` what the script wrote into CASA's log, `printed` its standard output,
    `ended` the exception that ended it ("NameError: …"; None if it came to its end), at `ended_line`."""

    calls: tuple[RecordedCall, ...]
    misfits: tuple[Misfit, ...]
    shell: tuple[str, ...]
    tools: tuple[str, ...]
    posts: tuple[str, ...]
    printed: str
    ended: str | None
    ended_line: int | None

    def of(self, task: str) -> list[RecordedCall]:
        """The calls of one task, in order."""
        return [call for call in self.calls if call.task == task]

    @property
    def steps(self) -> list[int]:
        """The numbers of the steps that called a task, in order, each once."""
        return list(dict.fromkeys(call.step for call in self.calls if call.step is not None))


@cache
def python2() -> str | None:
    """The path of a Python 2.7 interpreter that works; None if there is none."""
    pyenv = Path("~/.pyenv/versions").expanduser()
    named = [shutil.which("python2.7"), shutil.which("python2")]
    for candidate in [*sorted(map(str, pyenv.glob("2.7*/bin/python2.7"))), *named]:
        if candidate is None:
            continue
        said = subprocess.run([candidate, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True)
        if said.stdout.strip() == b"(2, 7)":
            return candidate
    return None


def judge(text: bytes, releases: Sequence[str] = RELEASES) -> list[Misfit]:
    """The task calls of a script that do not fit `releases`, by line.

    Raises `NotPython2` if the script does not compile, `NoPython2` if there is nothing to compile it with.
    """
    return judge_all({"script.py": text}, releases)["script.py"]


def judge_all(texts: Mapping[str, bytes], releases: Sequence[str] = RELEASES) -> dict[str, list[Misfit]]:
    """`judge` for several scripts by name, in one process."""
    misfits = {}
    for name, verdict in verdicts(texts, releases).items():
        if verdict.error is not None:
            raise NotPython2(f"{name}: {verdict.error}")
        misfits[name] = list(verdict.misfits)
    return misfits


def verdicts(texts: Mapping[str, bytes], releases: Sequence[str] = RELEASES) -> dict[str, Verdict]:
    """What the judge says of several scripts by name, whether they compile or not, in one process.

    Raises `NoPython2` if there is nothing to compile them with.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(texts.values()):
            paths.append(Path(folder) / f"{number}.py")
            paths[-1].write_bytes(text)
        chosen = [f"--casa={release}" for release in releases]
        said = _run("judge.py", [f"--interfaces={INTERFACES}", *chosen, *map(str, paths)], Path(folder))
    return {
        name: Verdict(
            tuple((line, task) for line, task in one["calls"]), tuple(map(_misfit, one["misfits"])), one["error"]
        )
        for name, one in zip(texts, said, strict=True)
    }


@dataclass(frozen=True, order=True)
class Place:
    """A place at which a script reaches a task, or may: its kinds are in task_uses.py. `task` may be "" (unknown)."""

    line: int
    kind: str
    task: str


def places(texts: Mapping[str, bytes]) -> dict[str, list[Place] | None]:
    """Where several scripts reach tasks, by name, as Python 2.7's own `ast` shows it; None: it does not compile.

    Raises `NoPython2` if there is nothing to read them with.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(texts.values()):
            paths.append(Path(folder) / f"{number}.py")
            paths[-1].write_bytes(text)
        said = _run("task_uses.py", [f"--interfaces={INTERFACES}", *map(str, paths)], Path(folder))
    return {
        name: None if one is None else [Place(*place) for place in one] for name, one in zip(texts, said, strict=True)
    }


def unaccounted(reached: Sequence[Place], found: Translation) -> list[Place]:
    """Those places whose line is neither in the account of a translation nor in its attention."""
    told = {one.line for one in found.attention} | {call.line for call in found.calls}
    return [place for place in reached if place.line not in told]


def run_stand_in(
    text: bytes,
    steps: Sequence[int] | None = None,
    *,
    others: Mapping[str, bytes] | None = None,
    fields: Sequence[str] = (),
    windows: int = 2,
    casa: str = "4.2.2",
) -> Recording:
    """Runs a script in a stand-in for CASA, in an empty directory, with `mysteps` set to `steps` (None: not set).

    `others` are files beside it (a driver's scripts). `fields` are the sources `fluxscale` finds flux densities for,
    by default those that the script names in its comments on intents and in its loops; `windows` how many spectral
    windows there are.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.py"
        script.write_bytes(text)
        for name, content in (others or {}).items():
            (Path(folder) / name).write_bytes(content)
        options = [f"--interfaces={INTERFACES}", f"--casa={casa}", f"--windows={windows}"]
        options += [f"--field={field}" for field in fields]
        options += [] if steps is None else [f"--steps={','.join(map(str, steps))}"]
        said = _run("stand_in.py", [*options, str(script)], Path(folder))
    return Recording(
        calls=tuple(RecordedCall(**one) for one in said["calls"]),
        misfits=tuple(_misfit(one) for one in said["misfits"]),
        shell=tuple(said["shell"]),
        tools=tuple(said["tools"]),
        posts=tuple(said["posts"]),
        printed=said["printed"],
        ended=said["ended"],
        ended_line=said["ended_line"],
    )


def _misfit(record: dict[str, Any]) -> Misfit:
    return Misfit(**{**record, "casa": tuple(record["casa"])})


def _run(program: str, arguments: list[str], folder: Path) -> Any:
    """What one of the Python 2.7 programs prints, read as JSON."""
    interpreter = python2()
    if interpreter is None:
        raise NoPython2("no Python 2.7 was found as python2.7, python2 or with pyenv")
    done = subprocess.run(
        [interpreter, "-B", str(HERE / program), *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LONGEST_RUN,
    )
    if not done.stdout.strip():
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    return json.loads(done.stdout)
