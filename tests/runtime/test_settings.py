"""What the environment sets."""

from runtime.settings import said


def test_variables_are_settings_in_either_case_and_others_are_left() -> None:
    environment = {
        "FUNNELSCRIPT_STORE": "sqlite://",
        "funnelscript_max_runs": "3",
        "FUNNELSCRIPT_NONE": "x",
        "STORE": "y",
    }
    assert said(environment) == {"store": "sqlite://", "max_runs": "3"}
