"""Homes and a park, for the pages that measure them; and a clock that goes on from one write to the next."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from shapely import box

from geodata.store import events
from tests.page import Take

EAST, NORTH = 624_000.0, 4_303_000.0


def homes_and_park(take: Take, *, synthetic: bool = False) -> None:
    """One hectare of homes within 500 m of a park, one beyond."""
    near, far = (box(EAST + x, NORTH, EAST + x + 100, NORTH + 100) for x in (0, 2000))
    take("landuse", near, far, code=["0701"] * 2, scheme=["guide2023"] * 2)
    park = box(EAST + 300, NORTH, EAST + 400, NORTH + 100)
    take("green", park, green_class=["G14"], public=[True], synthetic=synthetic)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Let a minute pass from one write to the next, since noon: this time yesterday."""
    noon, minutes = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1), count(1)
    monkeypatch.setattr(events, "now", lambda: noon + timedelta(minutes=next(minutes)))
    return noon
