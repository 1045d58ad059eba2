"""Every fact that conditions may speak of, gathered from the slices that own them."""

from typing import Final

from gonghai.activities.facts import FACTS as ACTIVITY_FACTS
from gonghai.conditions.facts import Registry
from gonghai.customers.facts import FACTS as CUSTOMER_FACTS
from gonghai.deals.facts import FACTS as DEAL_FACTS

REGISTRY: Final = Registry([*CUSTOMER_FACTS, *DEAL_FACTS, *ACTIVITY_FACTS])
