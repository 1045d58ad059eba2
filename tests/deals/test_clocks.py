"""What deals do to the customer's columns, over any sequence of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gonghai.deals.clocks import after_adopt, after_loss, after_open, after_win

START = datetime(2026, 9, 1, tzinfo=UTC)


def carried_out(steps: list[tuple[str, int]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The customer and its deals after the steps that are possible; `new_owner` begins the next spell."""
    customer: dict[str, Any] = {"spell_no": 1, "open_deals": 0, "live_deals": 0, "deal_lost_at": None}
    deals: list[dict[str, Any]] = []
    for minute, (step, pick) in enumerate(steps):
        at = START + timedelta(minutes=minute)
        still_open = [d for d in deals if d["state"] == "open"]
        if step == "open":
            customer |= after_open(customer)
            deals.append({"spell_no": customer["spell_no"], "state": "open", "closed_at": None})
        elif step == "new_owner":
            customer |= {"spell_no": customer["spell_no"] + 1, "live_deals": 0, "deal_lost_at": None}
        elif still_open:
            deal = still_open[pick % len(still_open)]
            if step == "win":
                customer |= after_win(customer, deal, at)
                deal |= {"state": "won", "closed_at": at, "spell_no": customer["spell_no"]}
            elif step == "lose":
                customer |= after_loss(customer, deal, at)
                deal |= {"state": "lost", "closed_at": at}
            elif deal["spell_no"] != customer["spell_no"]:
                customer |= after_adopt(customer)
                deal["spell_no"] = customer["spell_no"]
    return customer, deals


STEPS = st.lists(
    st.tuples(st.sampled_from(["open", "win", "lose", "adopt", "new_owner"]), st.integers(0, 5)), max_size=25
)


@given(STEPS)
def test_the_columns_are_always_what_counting_the_deals_gives(steps: list[tuple[str, int]]) -> None:
    customer, deals = carried_out(steps)
    ours = [d for d in deals if d["spell_no"] == customer["spell_no"]]
    assert customer["open_deals"] == sum(d["state"] == "open" for d in deals)
    assert customer["live_deals"] == sum(d["state"] in ("open", "won") for d in ours)
    assert customer.get("last_win_at") == max((d["closed_at"] for d in deals if d["state"] == "won"), default=None)
    if customer["live_deals"] == 0 and ours:
        assert customer["deal_lost_at"] == max(d["closed_at"] for d in ours)
