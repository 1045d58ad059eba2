"""How the log is written: one line an event on standard error, tracebacks without the values of local variables."""

import sys

import structlog


def configure() -> None:
    """Sets the log up; called once by each process that serves or works. Customers' data never reaches the log."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
