"""Keeps what was read from data files in a compact form that loads in a millisecond.

A compact form is trusted as little as any file that others may have had in their hands: it is read only if it and its
folder are the user's own and nobody else's to write, if it is a regular file, and if it is whole.
"""

from __future__ import annotations

import os
import stat

# hashlib's own blake2b, without the OpenSSL that importing hashlib loads
from _blake2 import blake2b
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from cal_upgrade import __version__
from cal_upgrade.files import read_regular

Made = TypeVar("Made")

_SIZE = 20
"""Bytes of the check sum that a compact form begins with."""

_OF_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def kept(name: str, files: Iterable[Path], kind: type[Made], make: Callable[[], Made]) -> Made:
    """Give what `make` makes of these files: from its compact form if they hold what they held then.

    `name` tells one sort of compact form from another, `kind` is the type of what is made. Raises what `make` raises,
    and OSError if one of the files can't be read; that a compact form can't be read or written does not matter.
    """
    files = list(files)
    state = content(files)
    file = _folder() / f"{name}-{state}.msgpack"
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.msgpack.decode(_read(file), type=kind)
    made = make()
    # what was read is what the name stands for, unless a file was changed in the meantime
    with suppress(OSError):
        if content(files) == state:
            _write(file, msgspec.msgpack.encode(made))
    return made


def content(files: Iterable[Path]) -> str:
    """Tell by a check sum what files hold, and in which order they come. Raises OSError."""
    found = blake2b(__version__.encode(), digest_size=16)
    folder: Path | None = None
    for file in files:
        data = read_regular(file)
        found.update(f"\n{file.name!a} {file.parent == folder} {len(data)}\n".encode())
        found.update(data)
        folder = file.parent
    return found.hexdigest()


def _folder() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    return base / "cal-upgrade"


def _read(file: Path) -> bytes:
    """Give what a compact form holds. Raises OSError if it is not to be trusted."""
    if not _own(file.parent.lstat(), stat.S_ISDIR):
        raise PermissionError
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as opened:
        if not _own(os.fstat(handle), stat.S_ISREG):
            raise PermissionError
        data = opened.read()
    if data[:_SIZE] != _sum(data[_SIZE:]):
        raise OSError
    return data[_SIZE:]


def _own(found: os.stat_result, sort: Callable[[int], bool]) -> bool:
    """Whether something is of a sort, the user's own, and nobody else's to write."""
    return sort(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _OF_OTHERS


def _write(file: Path, data: bytes) -> None:
    """Write a compact form whole, for this user alone. Raises OSError."""
    file.parent.parent.mkdir(parents=True, exist_ok=True)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    folder = file.parent.lstat()
    if stat.S_ISDIR(folder.st_mode) and folder.st_uid == os.geteuid() and folder.st_mode & _OF_OTHERS:
        file.parent.chmod(0o700)
    if not _own(file.parent.lstat(), stat.S_ISDIR):
        raise PermissionError
    part = file.with_suffix(f".{os.getpid()}")
    with suppress(FileNotFoundError):
        part.unlink()
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as opened:
        opened.write(_sum(data) + data)
    part.replace(file)


def _sum(data: bytes) -> bytes:
    return blake2b(data, digest_size=_SIZE).digest()
