"""Writes a spreadsheet's numbers and dates as the text a user would expect in a CSV."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

# From here on a spreadsheet has rounded the digits away.
_EXACT_BELOW = 10**15


def number_text(number: float) -> str:
    """A number without noise: 13800138000, 0.3, 1234.5. Rounded ones past 15 digits stay in E notation, as lost."""
    if isinstance(number, int):
        return str(number)
    if abs(number) >= _EXACT_BELOW:
        return f"{number:.14E}"
    text = format(Decimal(f"{number:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment_text(value: datetime | date | time | timedelta) -> str:
    """ISO text; midnight is a date alone, fractions of a second (noise of the number behind it) are rounded."""
    if isinstance(value, datetime):
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()
