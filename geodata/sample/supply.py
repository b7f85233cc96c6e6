"""Land that was supplied: some built on, some late, some idle."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.sample.chance import chance
from geodata.sample.forms import FORMS, Texts, by_code, drawn
from geodata.sample.rows import names, rows

_SHARE = 0.06
_FEWEST, _MOST = 20, 2000
_BUILT_STATES = (("in_use", 0.8), ("suspected_inefficient", 0.12), ("inefficient", 0.03), ("late_finish", 0.05))
_EMPTY_STATES = (("in_use", 0.35), ("late_start", 0.25), ("suspected_idle", 0.25), ("idle", 0.15))
_NOTHING_DONE = ("idle", "suspected_idle", "late_start")
_UNDELIVERED = 0.1
_NEVER = np.datetime64("NaT", "D")

Columns = dict[str, Any]
Flags = NDArray[np.bool_]


def supplied_rows(plots: gpd.GeoDataFrame, apart: Flags, seed: int) -> pd.DataFrame:
    """Make the ledger of supplied land.

    Parameters
    ----------
    plots : GeoDataFrame
        Rows of the plots.
    apart : array of bool
        Plots near a place that has a name: none of them is in the ledger.
    """
    rng = chance(seed, "supplied")
    forms = by_code(plots["landuse_planned"].to_numpy(object), FORMS)
    usable = np.flatnonzero(np.array([form is not None for form in forms]) & ~apart)
    number = min(max(_FEWEST, int(len(plots) * _SHARE)), _MOST, len(usable))
    chosen = plots.iloc[np.sort(rng.permutation(usable)[:number])]
    built = (chosen["far"].to_numpy(float) > 0) & (chosen["landuse"] == chosen["landuse_planned"]).to_numpy()
    luck = rng.random(number)
    state = np.where(built, drawn(_BUILT_STATES, luck), drawn(_EMPTY_STATES, luck))
    columns = _terms(chosen) | _ground(chosen, built, state, rng) | _works(built, state, rng)
    return rows("supplied", columns | _money(chosen, state, rng), chosen.geometry.to_numpy())


def _terms(chosen: gpd.GeoDataFrame) -> Columns:
    public = chosen["landuse_planned"].str.startswith(("08", "12", "13"))
    return {
        "plot_id": chosen["id"].to_numpy(object),
        "contract_number": names("supplied", len(chosen), "合同"),
        "supply_way": np.where(public, "allocated", "listing"),
        "grantee": names("supplied", len(chosen), "受让人"),
        "landuse": chosen["landuse_planned"].to_numpy(object),
        "landuse_name": chosen["landuse_planned_name"].to_numpy(object),
        "area_stated_m2": chosen["area_stated_m2"].to_numpy(),
    }


def _ground(chosen: gpd.GeoDataFrame, built: Flags, state: Texts, rng: np.random.Generator) -> Columns:
    """How much was handed over, how much is developed."""
    area, luck = chosen["area_stated_m2"].to_numpy(), rng.random(len(chosen))
    begun = np.where(state == "in_use", 0.5, 0.1) * luck
    return {
        "undelivered_m2": np.where(~built & (luck < _UNDELIVERED), np.round(area * 0.4, 1), 0),
        "developed_m2": np.where(built, area, np.round(area * begun, 1)),
        "land_state": state,
        "inefficient": np.isin(state, ("inefficient", "suspected_inefficient")),
    }


def _works(built: NDArray[np.bool_], state: Texts, rng: np.random.Generator) -> Columns:
    """Dates of contract and works; no start where nothing was begun, no end where nothing is finished."""
    number = len(state)
    signed = np.where(built, np.datetime64("2008-01-01"), np.datetime64("2016-01-01")).astype("datetime64[D]")
    signed = signed + rng.integers(0, 1700, number).astype("timedelta64[D]")
    delivered, agreed = signed + np.timedelta64(90, "D"), signed + np.timedelta64(365, "D")
    finish = agreed + np.timedelta64(1095, "D")
    late = rng.integers(-60, 120, number) + np.where(state == "late_finish", 500, 0)
    begun = built | (state == "in_use")
    start = np.where(begun, agreed + rng.integers(-60, 90, number).astype("timedelta64[D]"), _NEVER)
    end = np.where(built, finish + late.astype("timedelta64[D]"), _NEVER)
    dates = {"signed_on": signed, "delivered_on": delivered, "agreed_start": agreed, "agreed_finish": finish}
    return dates | {"actual_start": start, "actual_finish": end}


def _money(plots: gpd.GeoDataFrame, state: Texts, rng: np.random.Generator) -> Columns:
    """Prices, investment, revenue and tax in yuan."""
    number, area = len(plots), plots["area_stated_m2"].to_numpy()
    agreed = np.round(area * 5000 * rng.lognormal(0, 0.3, number))
    share = np.where(state == "in_use", 0.95, np.where(np.isin(state, _NOTHING_DONE), 0.1, 0.6))
    tax = np.round(area * 200 * rng.lognormal(0, 0.6, number) * share)
    contract = {name: plots[name].to_numpy() for name in ("contract_far", "contract_investment", "contract_tax")}
    return contract | {
        "price_yuan": np.round(area * rng.uniform(600, 5000, number)),
        "agreed_investment_yuan": agreed,
        "invested_yuan": np.round(agreed * share * rng.uniform(0.7, 1.1, number)),
        "revenue_yuan": np.round(tax * rng.uniform(12, 25, number)),
        "tax_yuan": tax,
    }
