"""Tests by chance are never timed: a busy machine is no reason to fail. Speed lives in `benchmarks/`."""

from hypothesis import HealthCheck, settings

settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
