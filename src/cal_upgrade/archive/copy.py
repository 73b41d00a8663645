"""Copies measurement sets: sharing the blocks on disk where the file system can, and whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path

FICLONE = 0x40049409
"""Linux's request that one file share the blocks of another (ioctl_ficlone(2)): Btrfs, XFS, bcachefs, NFS 4.2."""


def copy_table(source: Path, folder: Path) -> Path:
    """Copy a CASA table into a directory, with its flag versions if there are any; one that is there stays.

    Until it is whole the copy has another name. Raises OSError.
    """
    for part in (Path(f"{source}.flagversions"), source):
        goal = folder / part.name
        if part.is_dir() and not goal.exists():
            unfinished = folder / f".{part.name}.part"
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(part, unfinished, copy_function=copy_file)
            _make_writable(unfinished)
            unfinished.rename(goal)
    return folder / source.name


def copy_file(source: str, goal: str) -> str:
    """Copy a file as `shutil.copy2` does; changing the copy never changes the original. Raises OSError."""
    if not share(Path(source), Path(goal)):
        return shutil.copy2(source, goal)
    shutil.copystat(source, goal)
    return goal


def share(source: Path, goal: Path) -> bool:
    """Make `goal` a file that shares the blocks of `source` until one of them is changed; False if that can't be."""
    with source.open("rb") as given, goal.open("wb") as made:
        try:
            fcntl.ioctl(made, FICLONE, given.fileno())
        except OSError:
            return False
    return True


def can_share(source: Path, folder: Path) -> bool:
    """Whether files of one table can be shared in a directory."""
    trial = folder / ".cal-upgrade.share"
    try:
        return share(source / "table.dat", trial)
    except OSError:
        return False
    finally:
        with suppress(OSError):
            trial.unlink()


def size(table: Path) -> int:
    """Give the room (bytes) that the files of a table take."""
    return sum(path.stat().st_size for path in table.rglob("*") if path.is_file())


def _make_writable(table: Path) -> None:
    # what comes from an archive is often read-only
    for folder, _, names in os.walk(table):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            mode = path.stat().st_mode
            if not mode & 0o200:
                path.chmod(mode | 0o200)
