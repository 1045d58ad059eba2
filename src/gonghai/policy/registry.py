"""Every fact that conditions may speak of, gathered from the slices that own them."""

import re
from typing import Final

from gonghai.activities.facts import FACTS as ACTIVITY_FACTS
from gonghai.conditions.facts import Registry
from gonghai.customers.facts import FACTS as CUSTOMER_FACTS
from gonghai.deals.facts import FACTS as DEAL_FACTS

REGISTRY: Final = Registry([*CUSTOMER_FACTS, *DEAL_FACTS, *ACTIVITY_FACTS])

_INPUTS = {
    "clock_start", "first_contact_at", "last_follow_up_at", "live_deals", "deal_lost_at", "last_win_at", "contract_end",
    "locked_until", "protected_until", "notice_until",
}  # fmt: skip
_READ = {column for fact in REGISTRY.facts.values() for column in re.findall(r"\bc\.(\w+)", fact.sql)}
# What `decide` needs of many customers at once: the columns that facts, timers and floors read, and of the owner o.
DECIDING: Final = ", ".join(
    [
        *(
            f"c.{name}"
            for name in sorted({"id", "version", "state", "spell_no", "owner_id", "pool_id"} | _INPUTS | _READ)
        ),
        "o.department_id AS owner_department_id",
        "o.leave_from AS owner_leave_from",
        "o.leave_until AS owner_leave_until",
    ]
)
