"""What a deal does to its customer's columns: how many are open, how many hold this spell's timer, when. Pure.

A deal is *live* while it is open or won and of the customer's open spell; one of an earlier spell holds no timer
until it is adopted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]


def of_this_spell(customer: Row, deal: Row) -> bool:
    """Whether the deal belongs to the customer's open spell."""
    return bool(deal["spell_no"] == customer["spell_no"])


def after_open(customer: Row) -> dict[str, Any]:
    """The columns after one more deal was opened in this spell."""
    return {"open_deals": customer["open_deals"] + 1, "live_deals": customer["live_deals"] + 1}


def after_win(customer: Row, deal: Row, at: datetime) -> dict[str, Any]:
    """The columns after an open deal was won; winning one of an earlier spell adopts it. A win voids the notice."""
    return {
        "open_deals": customer["open_deals"] - 1,
        "live_deals": customer["live_deals"] + (not of_this_spell(customer, deal)),
        "last_win_at": at,
        "notice_until": None,
    }


def after_loss(customer: Row, deal: Row, at: datetime) -> dict[str, Any]:
    """The columns after an open deal was lost: with the last live one the deal timer starts again."""
    columns = {"open_deals": customer["open_deals"] - 1}
    if of_this_spell(customer, deal):
        columns["live_deals"] = customer["live_deals"] - 1
        if columns["live_deals"] == 0:
            return {**columns, "deal_lost_at": at}
    return columns


def after_adopt(customer: Row) -> dict[str, Any]:
    """The columns after an open deal of an earlier spell became one of this spell."""
    return {"live_deals": customer["live_deals"] + 1}
