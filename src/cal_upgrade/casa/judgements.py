"""What people have judged of the differences between CASA's interfaces: data, each judgement with its reason.

The files are `rules/judgements/*.toml`. Some judgements are needed when a call is converted: a default that is
another one in letters only, and what to do where a task or a parameter is gone. The others say why a difference does
no harm, and serve the ledger of all differences.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from cal_upgrade.casa.difference import What
from cal_upgrade.compact import kept
from cal_upgrade.files import rules_folder

ALL = "*"
"""In place of a parameter's name: all parameters that the judgement may be about."""


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One judgement, of one or several differences alike.

    `what` is the sort of difference, `parameters` those that it is about (none where it is the task itself), `since`
    the CASA release that brought it. Either `harmless` is given, the reason why a call means the same, or `hint`,
    which tells a person what to do about a call that is concerned; `{task}` in it is the task's name. `source`: where
    this was read.
    """

    tasks: list[str]
    what: What
    since: str
    source: list[str]
    parameters: list[str] = []
    harmless: str = ""
    hint: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    judgement: list[Judgement]


class Judgements:
    """All judgements, to be looked up by the difference that they are about."""

    def __init__(self, judgements: list[Judgement]) -> None:
        """Sort the judgements by task, sort of difference and parameter."""
        self.all = judgements
        self._by_difference = {key: one for one in judgements for key in keys(one)}

    def of(self, what: What, task: str, parameter: str = "") -> Judgement | None:
        """Give the judgement of a difference, if there is one."""
        found = self._by_difference.get((what, task, parameter))
        return found if found is not None else self._by_difference.get((what, task, ALL))

    def hint(self, what: What, task: str, parameter: str = "") -> str:
        """Say what to do about a call that a difference concerns; "" where nobody has said so."""
        found = self.of(what, task, parameter)
        return found.hint.replace("{task}", task) if found is not None else ""


def keys(judgement: Judgement) -> Iterator[tuple[What, str, str]]:
    """Give the differences that a judgement is about: their sort, the task, the parameter."""
    for task in judgement.tasks:
        for parameter in judgement.parameters or [""]:
            yield judgement.what, task, parameter


def read(file: Path) -> list[Judgement]:
    """Read one file of judgements. Raises ValueError, which names the file, for what is none."""
    # not needed where the compact form is at hand
    import tomllib

    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File).judgement
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{file}: {error}") from None


def files() -> list[Path]:
    """Give the files of judgements that come with the program."""
    return sorted((rules_folder() / "judgements").glob("*.toml"))


@cache
def load() -> Judgements:
    """Give the judgements that come with the program."""
    found = files()
    return Judgements(
        kept("judgements", found, list[Judgement], lambda: [one for file in found for one in read(file)])
    )
