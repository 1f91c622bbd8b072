"""The names of the environment's variables, for messages and help: what they set is in ``runtime.settings``."""

ENVIRONMENT_PREFIX = "FUNNELSCRIPT_"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return (ENVIRONMENT_PREFIX + name).upper()
