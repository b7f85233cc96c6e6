"""How the items of a later plan follow those of an earlier one, found among all plans."""

from collections.abc import Mapping
from typing import Any

from geodata.errors import LayerError
from geodata.land import Land
from geodata.tables import records

_REMEDY = "请改正，在此之前不显示这条衔接"


def links_of(land: Land, lands: Mapping[str, Land]) -> list[dict[str, Any]]:
    """Links of a plan, each with the period of the plan it leads back to: its own word, else the plan just before.

    Parameters
    ----------
    lands : mapping of str to Land
        All plans by period; where none is before and a link says none, its period is "".
    """
    before = max((period for period, other in lands.items() if other.year < land.year), default="")
    return [link | {"period": link["period"] or before} for link in records(land.links)]


def wrong_links(land: Land, lands: Mapping[str, Land]) -> tuple[LayerError, ...]:
    """Say which links of a plan name items that it, or the plan they lead back to, does not have."""
    faults = []
    for link in links_of(land, lands):
        where, period = f"links.csv 的 {link['id']}", link["period"]
        if period and (period not in lands or lands[period].year >= land.year):
            faults.append(LayerError(where, f"没有更早的规划期 {period}", _REMEDY))
            continue
        before = lands[period].items.index if period else ()
        pairs = ((link["earlier"], before), (link["later"], land.items.index))
        if gone := [key for key, among in pairs if key and key not in among]:
            faults.append(LayerError(where, f"编号 {'、'.join(gone)} 不存在", _REMEDY))
    return tuple(faults)
