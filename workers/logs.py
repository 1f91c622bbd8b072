"""Log lines of libraries that use Python's own logging, as events."""

import logging

import structlog


class _ToStructlog(logging.Handler):
    def __init__(self, event: str) -> None:
        super().__init__()
        self._event = event

    def emit(self, record: logging.LogRecord) -> None:
        logger = structlog.get_logger(record.name)
        logger.log(record.levelno, self._event, message=record.getMessage(), exc_info=record.exc_info or None)


def route_to_structlog(name: str) -> None:
    """Make events, named by its first word, of what the logger of a library says. Safe to call again."""
    logger = logging.getLogger(name)
    if not any(isinstance(handler, _ToStructlog) for handler in logger.handlers):
        logger.addHandler(_ToStructlog(name.partition(".")[0]))
        logger.propagate = False
