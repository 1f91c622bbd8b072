"""What helps those who write scripts, without running any: types, checks, definitions as code, the reference."""
