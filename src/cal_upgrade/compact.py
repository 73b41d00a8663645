"""Keeps what was read from data files in a compact form that loads in a millisecond."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from cal_upgrade import __version__

Made = TypeVar("Made")


def kept(name: str, files: Iterable[Path], kind: type[Made], make: Callable[[], Made]) -> Made:
    """Give what `make` makes of these files: from its compact form if the files are as they were then.

    `name` tells one sort of compact form from another, `kind` is the type of what is made. Raises what `make` raises;
    that a compact form can't be read or written does not matter.
    """
    state = _state(files)
    file = _file(name, state)
    with suppress(OSError, msgspec.DecodeError):
        made_from, made = msgspec.msgpack.decode(file.read_bytes(), type=tuple[str, kind])  # type: ignore[valid-type]
        if made_from == state:
            return made
    made = make()
    with suppress(OSError):
        _write(file, msgspec.msgpack.encode((state, made)))
    return made


def _state(files: Iterable[Path]) -> str:
    """Tell by their paths, sizes and times which files these are."""
    stats = ((file.resolve(), file.stat()) for file in files)
    return "\n".join([__version__, *(f"{str(file)!a} {stat.st_size} {stat.st_mtime_ns}" for file, stat in stats)])


def _file(name: str, state: str) -> Path:
    """Where the compact form of files in this state is kept."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    return base / "cal-upgrade" / f"{name}-{zlib.crc32(state.encode()):08x}.msgpack"


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.replace(file)
