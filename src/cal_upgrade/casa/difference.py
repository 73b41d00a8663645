"""One difference between the interfaces of CASA releases, in the words that rules and judgements share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

What = Literal["task", "added", "gone", "moved", "default", "allowed", "type", "returned"]
"""What differs: the task is gone; a parameter is new, gone, in another place of the call; its default, the values or
the types that it takes are others; the task gives back something else."""


class Difference(NamedTuple):
    """One difference that a call written for one release may meet in a later one.

    `task` and `successor` are the names before and after, `parameter` is "" for what concerns the whole task.
    `under`: the default is another one where these parameters have these values. `lost`: values or types that were
    taken before and are not any more. `since`: the release that brought it.
    """

    task: str
    successor: str
    what: What
    parameter: str
    detail: str
    under: Mapping[str, object] = {}
    lost: tuple[str, ...] = ()
    since: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Give what makes this difference the same one in several releases."""
        return (self.task, self.what, self.parameter, repr(self.under))
