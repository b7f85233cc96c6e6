"""Land on which a park could be made: what is known of each piece, and which control lines it lies on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.parks import Park
from geodata.vocabulary import CONTROL_CLASSES, OWNER_TYPES

IDLE = ("suspected_idle", "suspected_inefficient", "idle", "inefficient")
LEAST_M2 = 400.0
MOST = 200
"""So many candidates are looked at, the largest: each one cuts the land anew."""
_COLUMNS = ["id", "name", "table", "geometry"]
_FLAT = 2
"""Dimensions of polygons."""
_NO_CONFLICT = ("urban_boundary", "coastline")
"""To lie within the one is no conflict; the other is a line along the shore."""


@dataclass(frozen=True)
class Wanted:
    """Which land is looked at.

    Attributes
    ----------
    classes : sequence of str
        Land by the first digits of its class (guide of 2023).
    idle : bool
        Supplied land that lies idle or is used badly.
    least_m2, most_m2 : float
    """

    classes: Sequence[str] = ("16",)
    idle: bool = False
    least_m2: float = LEAST_M2
    most_m2: float = 50_000.0


def candidates(
    tables: Mapping[str, gpd.GeoDataFrame], wanted: Wanted, *, own: Sequence[Park] = ()
) -> tuple[gpd.GeoDataFrame, int]:
    """Give the land that is looked at, and how many pieces more there are.

    Parameters
    ----------
    tables : mapping of str to GeoDataFrame
        By kind: landuse; supplied, plots, controls where there are any. EPSG:4549, indexed by id.
    wanted : Wanted
    own : sequence of Park
        Outlines of one's own, whatever lies there.

    Returns
    -------
    GeoDataFrame, int
        Indexed from 0: `id`, `name`, `table` (kind of dataset; "" for one's own), `owner`, `planned`, `conflicts`
        (Chinese, "" for none, NA where no control lines are held), geometry. The largest first, at most MOST.
    """
    parts = [*_land(tables, wanted), *_idle(tables, wanted), _own(own)]
    found = pd.concat([part[_COLUMNS] for part in parts], ignore_index=True)
    rows = gpd.GeoDataFrame(found, crs=tables["landuse"].crs)
    rows = rows[rows.area.between(wanted.least_m2, wanted.most_m2) | (rows["table"] == "")]
    order = np.argsort(-rows.area.to_numpy(), kind="stable")
    told = gpd.GeoDataFrame(rows.iloc[order[:MOST]].reset_index(drop=True))
    lines = tables.get("controls")
    told = told.assign(
        **_of_plots(told, tables.get("plots")), conflicts=pd.NA if lines is None else conflicts(told, lines)
    )
    return told, max(0, len(rows) - MOST)


def conflicts(rows: gpd.GeoDataFrame, controls: gpd.GeoDataFrame) -> list[str]:
    """Name the control lines each row lies on, each once; "" for none."""
    told: list[dict[str, None]] = [{} for _ in range(len(rows))]
    if len(rows):
        lines = controls[~controls["control_class"].isin(_NO_CONFLICT).to_numpy(bool)]
        which, line = lines.sindex.query(rows.geometry.to_numpy(), predicate="intersects")
        shapes = shapely.intersection(rows.geometry.to_numpy()[which], lines.geometry.to_numpy()[line])
        flat = shapely.get_dimensions(lines.geometry.to_numpy()[line]) == _FLAT  # an edge in common is no conflict
        real = np.where(flat, shapely.area(shapes), shapely.length(shapes)) > 1
        for row, name in zip(which[real], lines["control_class"].to_numpy()[line[real]], strict=True):
            told[row][CONTROL_CLASSES[name]] = None
    return ["、".join(names) for names in told]


def _land(tables: Mapping[str, gpd.GeoDataFrame], wanted: Wanted) -> list[gpd.GeoDataFrame]:
    land = tables["landuse"]
    kept = land["code"].astype("string").fillna("").str.startswith(tuple(wanted.classes)).to_numpy(bool)
    return [land[kept].assign(table="landuse")] if wanted.classes else []


def _idle(tables: Mapping[str, gpd.GeoDataFrame], wanted: Wanted) -> list[gpd.GeoDataFrame]:
    supplied = tables.get("supplied")
    if supplied is None or not wanted.idle:
        return []
    return [supplied[supplied["land_state"].isin(IDLE).to_numpy(bool)].assign(table="supplied")]


def _own(parks: Sequence[Park]) -> gpd.GeoDataFrame:
    told = {"id": [park.id for park in parks], "name": [park.name for park in parks], "table": ""}
    return gpd.GeoDataFrame(told, geometry=[park.shape for park in parks], crs=crs.METRIC)


def _of_plots(rows: gpd.GeoDataFrame, plots: gpd.GeoDataFrame | None) -> dict[str, list[str]]:
    """Owner and planned class of the plot each row's inner point lies on; "" where nobody knows."""
    told = {"owner": [""] * len(rows), "planned": [""] * len(rows)}
    if plots is None or rows.empty:
        return told
    inner = shapely.point_on_surface(rows.geometry.to_numpy())
    which, plot = plots.sindex.query(inner, predicate="intersects")
    for row, owner, planned in zip(
        which, plots["owner_type"].to_numpy()[plot], plots["landuse_planned"].to_numpy()[plot], strict=True
    ):
        told["owner"][row] = OWNER_TYPES.get(owner, "") if pd.notna(owner) else ""
        told["planned"][row] = str(planned) if pd.notna(planned) else ""
    return told
