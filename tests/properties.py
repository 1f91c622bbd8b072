"""How tests of properties run: no slow machine fails them, and none remembers what failed on it before."""

import os

from hypothesis import HealthCheck, settings

PROJECT = settings(
    deadline=None,
    database=None,
    print_blob=True,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
"""For all of them. Each run takes other examples; where ``CI`` is set they stay the same, so that what fails there
fails by the change that is looked at. What failed prints how it is had again."""

SHARING = settings(PROJECT, suppress_health_check=[*PROJECT.suppress_health_check, HealthCheck.function_scoped_fixture])
"""Where all examples may share the fixtures of their test."""
