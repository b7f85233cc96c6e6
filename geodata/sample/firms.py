"""Who is there: parcels with owners, enterprises with land and without."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.sample.chance import chance
from geodata.sample.cuts import Numbers, split, tidy
from geodata.sample.forms import INDUSTRIES, Texts
from geodata.sample.rows import ids, names, rows

_PER_ENTERPRISE = 8
_FEWEST, _MOST = 40, 20_000
_WITH_LAND = 0.55
_ABOVE_SCALE = 0.3
_SEVERAL = 0.2
"""Share of the enterprises with further sites."""

_DIVIDED = 0.03
_MOST_DIVIDED = 500
_TERMS = {"07": 70, "09": 40}
_TERM = 50
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NOWHERE = "91000000"
"""Beginning of credit codes: 000000 is no district, so no enterprise has such a code."""

Columns = dict[str, Any]


def parcel_rows(plots: gpd.GeoDataFrame, apart: NDArray[np.bool_], seed: int) -> pd.DataFrame:
    """Make the parcels: a plot that is built on is one, a few are divided among several owners."""
    rng = chance(seed, "parcels")
    owned = np.flatnonzero(~plots["landuse"].str.startswith(("01", "03", "14", "16", "23")).to_numpy() & ~apart)
    counts = np.ones(len(owned), np.int64)
    divided = rng.permutation(len(owned))[: min(max(1, int(len(owned) * _DIVIDED)), _MOST_DIVIDED)]
    counts[divided] = rng.integers(2, 5, len(divided))
    shapes, which = _divided(plots.geometry.to_numpy()[owned], counts, rng)
    plot = plots.iloc[owned[which]]
    collective = (plot["landuse"] == "0703").to_numpy()
    columns = {
        "plot_id": plot["id"].to_numpy(object),
        "owner": names("parcels", len(plot), "权利人"),
        "tenure": np.where(collective, "40", "20"),
        "right_type": np.where(plot["landuse"].str.startswith(("08", "12", "13")), "allocated", "granted"),
        "certificate": names("parcels", len(plot), "证号"),
        "registered_use": plot["landuse_name"].to_numpy(object),
        "area_stated_m2": np.round(shapely.area(shapes), 1),
        **_terms(plot["landuse"].to_numpy(object), rng),
    }
    return rows("parcels", columns, shapes)


def _divided(shapes: NDArray[Any], counts: Numbers, rng: np.random.Generator) -> tuple[NDArray[Any], Numbers]:
    several = np.flatnonzero(counts > 1)
    pieces, origin = split(shapes[several], counts[several], rng)
    clean, source = tidy(pieces)
    single = np.flatnonzero(counts == 1)
    which = np.concatenate([single, several[origin[source]]])
    order = np.argsort(which, kind="stable")
    return np.concatenate([shapes[single], clean])[order], which[order]


def _terms(code: Texts, rng: np.random.Generator) -> Columns:
    """Dates of registration and expiry."""
    start = np.datetime64("1995-01-01") + rng.integers(0, 9500, len(code)).astype("timedelta64[D]")
    years = np.array([_TERMS.get(value[:2], _TERM) for value in code])
    return {"registered_on": start, "expires_on": start + (years * 365).astype("timedelta64[D]")}


def enterprise_rows(
    plots: gpd.GeoDataFrame, apart: NDArray[np.bool_], buildings: gpd.GeoDataFrame, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make enterprises and their sites: some own a plot, some rent rooms and have no land.

    Parameters
    ----------
    plots, buildings : DataFrame
        Rows of the plots and of the buildings.
    apart : array of bool
        Plots near a place that has a name: no enterprise is put there.
    """
    rng = chance(seed, "enterprises")
    usable = plots["landuse"].isin(INDUSTRIES).to_numpy() & ~apart
    land = rng.permutation(np.flatnonzero(usable))
    rooms = rng.permutation(np.flatnonzero(buildings["plot_id"].isin(plots["id"][usable])))
    number = min(int(np.clip(len(plots) // _PER_ENTERPRISE, _FEWEST, _MOST)), len(rooms))
    owners = min(int(number * _WITH_LAND), len(land))
    several = rng.permutation(number)[: int(number * _SEVERAL)]
    owned = _owned(plots.iloc[land[:owners]], np.arange(owners))
    rented = rng.permutation(rooms)[: number - owners + len(several)]
    tenants = np.concatenate([np.arange(owners, number), several])[: len(rented)]
    sites = pd.concat([owned, _rented(buildings.iloc[rented], tenants, rng)]).sort_values("firm", kind="stable")
    return _enterprises(plots, sites, rng), _sites(sites)


def _owned(plots: gpd.GeoDataFrame, firm: Numbers) -> pd.DataFrame:
    middle = shapely.point_on_surface(plots.geometry.to_numpy())
    columns = {"plot_id": plots["id"].to_numpy(object), "building_id": None, "owned": True, "geometry": middle}
    return pd.DataFrame({"firm": firm, **columns, "occupied_m2": plots["area_stated_m2"].to_numpy()})


def _rented(buildings: gpd.GeoDataFrame, firm: Numbers, rng: np.random.Generator) -> pd.DataFrame:
    middle = shapely.point_on_surface(buildings.geometry.to_numpy())
    columns = {name: buildings[key].to_numpy(object) for name, key in (("plot_id", "plot_id"), ("building_id", "id"))}
    let = (buildings["floor_area_m2"] - buildings["vacant_m2"].fillna(0)).to_numpy(float)
    part = np.round(let * rng.uniform(0.05, 0.6, len(let)), 1)
    return pd.DataFrame({"firm": firm, **columns, "owned": False, "geometry": middle, "occupied_m2": part})


def _enterprises(plots: gpd.GeoDataFrame, sites: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    first = sites.drop_duplicates("firm")
    code = plots.set_index("id")["landuse"].reindex(first["plot_id"]).to_numpy(object)
    industry = [INDUSTRIES[use][int(rng.integers(len(INDUSTRIES[use])))] for use in code]
    columns = {
        "credit_code": [credit_code(number) for number in range(1, len(first) + 1)],
        "industry": [key for key, _ in industry],
        "industry_name": [label for _, label in industry],
        "above_scale": rng.random(len(first)) < _ABOVE_SCALE,
    }
    return rows("enterprises", columns, None)


def _sites(sites: pd.DataFrame) -> pd.DataFrame:
    firm = sites["firm"].to_numpy()
    columns = {"enterprise_id": ids("enterprises", int(firm.max(initial=-1)) + 1)[firm]}
    columns |= {name: sites[name].to_numpy(object) for name in ("plot_id", "building_id", "occupied_m2", "owned")}
    return rows("enterprise_sites", columns, sites["geometry"].to_numpy(object))


def credit_code(number: int) -> str:
    """Make a credit code with a right check sign (GB 32100-2015) that no enterprise can have.

    Examples
    --------
    >>> credit_code(1)
    '91000000000000001N'
    """
    body = f"{_NOWHERE}{number:09d}"
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + _SIGNS[-total % 31]
