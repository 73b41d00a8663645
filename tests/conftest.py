"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

# the same examples in every run: a failure of CI must be one that anybody can see again
settings.register_profile("same each time", derandomize=True, deadline=None)
settings.load_profile("same each time")
