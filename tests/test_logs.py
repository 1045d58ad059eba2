"""What goes wrong is logged without the data it went wrong with."""

import subprocess
import sys

SCRIPT = """
import structlog
from gonghai.base import logs
logs.configure()
def f():
    phone = "+8613800138000"
    raise ValueError("broken")
try:
    f()
except ValueError as error:
    structlog.get_logger().error("unexpected", exc_info=error)
"""


def test_a_traceback_shows_no_values_of_local_variables() -> None:
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert "ValueError: broken" in said.stderr
    assert "13800138000" not in said.stderr
    assert said.stdout == ""
