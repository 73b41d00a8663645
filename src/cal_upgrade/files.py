"""Reads scripts and writes results: an input is never written, a result appears whole or not at all."""

from __future__ import annotations

import os
import re
import stat
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path

from cal_upgrade.records import Refused


class NoRegularFile(OSError):
    """A pipe, a socket or a device where a file was to be read."""


def read_regular(path: Path) -> bytes:
    """Give the bytes of a regular file. Raises OSError; NoRegularFile for what could keep a reader waiting."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise NoRegularFile(0, "this is no regular file", str(path))
    return path.read_bytes()


def read(path: Path) -> bytes:
    """Give the bytes of a script. Raises Refused if there is no such file, or it can't be read."""
    try:
        return read_regular(path)
    except NoRegularFile:
        raise Refused(None, "this is no regular file", "Name a script.") from None
    except FileNotFoundError:
        raise Refused(None, "there is no such file", "Check the name.") from None
    except IsADirectoryError:
        raise Refused(None, "this is a directory", "Name a script.") from None
    except OSError as error:
        raise Refused(None, f"it can't be read: {error.strerror or error}", "Check its permissions.") from None


def rivals(outputs: Iterable[tuple[Path, Path]]) -> list[tuple[Path, ...]]:
    """Give for each script, with the place of its result, the other scripts whose results would be the same file.

    A script that lies where the result of another is to be written is a rival of that one, too.
    """
    places = [(script, _place(script), _place(output)) for script, output in outputs]
    by_place: defaultdict[str, dict[Path, None]] = defaultdict(dict)
    for script, given, made in places:
        by_place[given].setdefault(script)
        by_place[made].setdefault(script)
    return [
        tuple(other for other in by_place[made] if other != script) if given != made else ()
        for script, given, made in places
    ]


def _place(path: Path) -> str:
    """Tell a file by its name and the directory that it really lies in."""
    return os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118 (a path is slow to make)


def refuse_rivals(output: Path, others: Sequence[Path]) -> None:
    """Raise Refused if the result of a script is not alone in its place."""
    for other in others:
        if output.name == other.name and _place(output) == _place(other):
            raise Refused(None, f"the result would be written over {other}, which is to be converted, too", APART)
        raise Refused(None, f"{output} would be the result of {other}, too", APART)


APART = "Convert them apart, each to a place of its own (-o)."


def default_output(script: Path) -> Path:
    """Name the result as NRAO's guide does: `_3.4` becomes `_4.2`, else `_4.2` comes before `.py`."""
    if "_3.4" in script.name:
        head, _, tail = script.name.rpartition("_3.4")
        return script.with_name(f"{head}_4.2{tail}")
    if script.suffix.lower() not in (".py", ".txt"):
        return script.with_name(f"{script.name}_4.2")
    return script.with_name(f"{script.stem}_4.2{script.suffix}")


def check_output(output: Path, script: Path, force: bool) -> None:
    """Raise Refused if a result can't or must not be written there."""
    if output.exists() and script.exists() and output.samefile(script):
        raise Refused(None, "the result would be written over the script itself", "Name another file with -o.")
    if output.is_dir():
        raise Refused(None, f"{output} is a directory", "Name a file with -o.")
    if output.exists() and not output.is_file():
        raise Refused(None, f"{output} is no regular file", "Name another file with -o.")
    if os.path.lexists(output) and not force:
        raise Refused(None, f"{output} exists already", "Use --force to overwrite it, or name another file with -o.")
    folder = output.parent
    if not folder.is_dir():
        raise Refused(None, f"there is no directory {folder}", "Make it first, or name another with -o.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refused(None, f"the directory {folder} can't be written to", "Name another place with -o.")


def write(output: Path, data: bytes, force: bool = False, like: Path | None = None) -> None:
    """Write a file whole: under another name first, then in its place; with the permissions of `like`.

    Raises Refused if it can't be written, or exists already and `force` is not given, or is no regular file.
    """
    if output.exists() and not output.is_file():
        # a device or a pipe is not to be replaced by a file
        raise Refused(None, f"{output} is no regular file", "Name another file.")
    try:
        part, handle = _part(output)
    except OSError as error:
        what = f"nothing can be written in {output.parent}: {error.strerror}"
        raise Refused(None, what, "Name another place with -o.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(_mode(like))
        if force:
            part.replace(output)
        else:
            _link(part, output)
    except FileExistsError:
        raise Refused(None, f"{output} exists already", "Use --force to overwrite it.") from None
    except OSError as error:
        what = f"{output} can't be written: {error.strerror or error}"
        raise Refused(None, what, "Make room, or name another place with -o.") from None
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def put(output: Path, data: bytes, script: Path, force: bool) -> bool:
    """Write the result of a script, with its permissions, unless the same is there already; False then.

    Raises Refused if something else is in its place and `force` is not given, or it can't be written.
    """
    if _holds(output, data, script):
        return False
    check_output(output, script, force)
    try:
        write(output, data, force, like=script)
    except Refused:
        # another process, taken for lost, may have come first
        if _holds(output, data, script):
            return False
        raise
    return True


def _holds(output: Path, data: bytes, script: Path) -> bool:
    """Whether a result is in its place, which is not that of its script."""
    try:
        return not output.samefile(script) and read_regular(output) == data
    except OSError:
        return False


def sweep(outputs: Iterable[Path]) -> None:
    """Take away what processes that were killed while they wrote these results have left behind."""
    names: defaultdict[Path, set[str]] = defaultdict(set)
    for output in outputs:
        names[output.parent].add(output.name)
    for folder, here in names.items():
        with suppress(OSError):
            for part in [path for path in folder.iterdir() if _written_for(path.name) in here]:
                part.unlink()


def _written_for(part: str) -> str | None:
    """Give the name of the file that an unfinished one was to become; None for any other."""
    found = re.fullmatch(r"\.(.+)\.[^.]+\.part", part, re.DOTALL)
    return None if found is None else found[1]


def _part(output: Path) -> tuple[Path, int]:
    """Make an empty file beside an output, for this process alone; give its name and its handle. Raises OSError."""
    numbers = count()
    while True:
        part = output.with_name(f".{output.name}.{os.getpid()}-{next(numbers)}.part")
        with suppress(FileExistsError):
            return part, os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)


def _mode(like: Path | None) -> int:
    with suppress(OSError):
        if like is not None:
            return like.stat().st_mode & 0o777 | 0o200
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _link(part: Path, output: Path) -> None:
    """Put a file in a place where none is. Raises FileExistsError."""
    try:
        os.link(part, output)
    except FileExistsError:
        raise
    except OSError:
        # a file system without hard links
        if os.path.lexists(output):
            raise FileExistsError(output) from None
        part.replace(output)


@cache
def rules_folder() -> Path:
    """Give the folder of rules and interface tables: in the package once installed, else `rules/` of a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "_rules"
    return installed if installed.is_dir() else here.parent.parent / "rules"
