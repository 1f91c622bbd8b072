"""The limits of a run that people are told of before a model of all is needed, where nothing else is said."""

MEMORY_BYTES = 8 * 1024 * 1024
CPU_SECONDS = 10.0
WALL_SECONDS = 30.0
