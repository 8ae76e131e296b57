from __future__ import annotations

from hypothesis import settings

# no deadline: the first example of a test may compile kernels and fill tables, on a machine that others share
settings.register_profile("share", deadline=None, max_examples=30, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=500)  # pytest --hypothesis-profile=thorough
settings.load_profile("share")
