from __future__ import annotations

from hypothesis import settings

# the first example of a test may compile kernels and fill tables, on a machine that others share
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
