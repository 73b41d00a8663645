"""Goes through the directories of a data package, past all that is no script, and never into CASA's tables."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cal_upgrade.files import default_output

TABLE_FILE = "table.dat"
"""A directory that holds this file is a CASA table: a measurement set, a calibration table, an image."""

LARGEST = 4_000_000
"""Bytes; no calibration script comes near it (the longest ones seen have 0.5 MB)."""

_PYTHON = re.compile(r"\.py$", re.IGNORECASE)
_NAMED_SO = re.compile(r"script_?for_?cal[^.]*(\.txt)?$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(tar|tgz|tar\.gz|tar\.bz2|tbz2?|zip)$", re.IGNORECASE)


@dataclass
class Package:
    """What lies in a data package.

    `scripts`: the files that may be scripts, in the order of the tree. `passed`: files and links passed by, each with
    the reason. `unreadable`: directories that could not be looked into, with the system's reason. `tables`: CASA
    tables. `archives`: packed files; what is in them is not looked at.
    """

    root: Path
    scripts: list[Path] = field(default_factory=list)
    passed: list[tuple[Path, str]] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    tables: list[Path] = field(default_factory=list)
    archives: list[Path] = field(default_factory=list)


def look_through(root: Path, leave_out: Collection[Path] = ()) -> Package:
    """Go through a package; only names are read, no contents.

    `leave_out` are directories not to enter, such as the one that results go to. Links to directories are not
    followed: what they lead to lies in the package and is found there, or is none of it.
    """
    package = Package(root)
    left_out = {_identity(path) for path in leave_out if path.is_dir()}
    for entries in _directories(root, package, left_out):
        names = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
        results = {default_output(Path(name)).name for name in names if _may_be_script(name)}
        for entry in entries:
            _sort(entry, entry.name in results, package)
    return package


def _directories(
    root: Path, package: Package, left_out: Collection[tuple[int, int]]
) -> Iterator[list[os.DirEntry[str]]]:
    """Give the entries of each directory, by name, the tree from the top; tables are noted and not entered."""
    waiting = [root]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            package.unreadable.append((here, error.strerror or str(error)))
            continue
        if any(entry.name == TABLE_FILE for entry in entries):
            package.tables.append(here)
            continue
        below = [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
        waiting += [path for path in reversed(below) if not _is_hidden(path.name) and _identity(path) not in left_out]
        yield entries


def _sort(entry: os.DirEntry[str], is_result: bool, package: Package) -> None:
    path = Path(entry.path)
    if entry.is_symlink() and (path / TABLE_FILE).is_file():
        package.tables.append(path)
    elif entry.is_symlink() and path.is_dir():
        package.passed.append((path, f"a link to the directory {_target(path)}, which is not followed"))
    elif entry.is_dir(follow_symlinks=False) or _is_hidden(entry.name) or is_result:
        return
    elif _ARCHIVE.search(entry.name):
        package.archives.append(path)
    elif _may_be_script(entry.name):
        why = _not_to_read(entry, package.root)
        if why:
            package.passed.append((path, why))
        else:
            package.scripts.append(path)


def _not_to_read(entry: os.DirEntry[str], root: Path) -> str:
    """Say why a file with a script's name is not to be opened; nothing if it is."""
    path = Path(entry.path)
    if entry.is_symlink():
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return f"a link to {_target(path)}, which is not there"
        if target.is_relative_to(root.resolve()):
            return f"a link to {_target(path)} in the same package"
    if not entry.is_file():
        return "no plain file"
    size = entry.stat().st_size
    return "" if size <= LARGEST else f"too long for a script ({size / 1e6:.0f} MB)"


def _may_be_script(name: str) -> bool:
    return bool(_PYTHON.search(name) or _NAMED_SO.search(name))


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (-1, -1)
    return found.st_dev, found.st_ino


def _target(link: Path) -> str:
    try:
        return os.readlink(link)  # noqa: PTH115 (as it is written in the link)
    except OSError:
        return "?"
