"""Small things that some CASA 6 tasks want to be told so that they do what 4.2's did."""

from __future__ import annotations

import os
from typing import Any


def append_makes_a_table(parameters: dict[str, Any]) -> dict[str, Any]:
    """Take `append=True` away where there is no table yet: from CASA 6.4 on it fails, in 4.2 it made one."""
    if parameters.get("append") and not os.path.exists(parameters.get("caltable", "")):  # noqa: PTH110
        return {**parameters, "append": False}
    return parameters


def overwrite_the_list(parameters: dict[str, Any]) -> dict[str, Any]:
    """Let listobs write over a list file, as 4.2 did (its `ms.summary` opened the file anew)."""
    return {**parameters, "overwrite": True} if parameters.get("listfile") else parameters


def column_for_the_solar_system(parameters: dict[str, Any]) -> dict[str, Any]:
    """Let setjy use MODEL_DATA for a Solar system object: CASA 6 raises an error if it is asked not to.

    The model is the same; it is stored instead of computed when it is needed.
    """
    if str(parameters.get("standard", "")).startswith("Butler-JPL-Horizons"):
        return {**parameters, "usescratch": True}
    return parameters
