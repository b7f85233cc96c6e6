"""Distances and covered land of real places, row by row and unit by unit, as PostGIS finds them."""

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from geodata import crs
from geodata.indicators import load_indicators
from geodata.measures.evaluate import evaluate
from geodata.measures.green import covered_area, nearest_distance, within
from tests.bench.measures_land import Place
from tests.bench.measures_peers import loaded
from tests.databases import Cluster
from tests.real import bubenec, malta

FAR_M = 60.0
CLOSE = 1e-6

_ROWS = """SELECT ST_DWithin(d.geom, near.geom, {metres}), ST_Distance(d.geom, near.geom),
    (SELECT coalesce(ST_Area(ST_Intersection(d.geom, ST_Union(ST_Buffer(s.geom, {metres}, 16)))), 0)
     FROM supply s WHERE ST_DWithin(d.geom, s.geom, {metres}))
    FROM demand d CROSS JOIN LATERAL (SELECT s.geom FROM supply s ORDER BY s.geom <-> d.geom LIMIT 1) near
    ORDER BY d.id"""
_UNITS = """SELECT sum(ST_Area(ST_Intersection(piece, (SELECT ST_Union(ST_Buffer(geom, 500, 16)) FROM supply)))),
    sum(ST_Area(piece)) FROM (SELECT ST_Intersection(geom, ST_GeomFromText(%s)) AS piece FROM demand) pieces"""


def quarter() -> Place:
    """Real houses of a small quarter, some of which serve the others."""
    houses = bubenec("buildings")
    return Place("quarter", houses, houses.iloc[::23], houses.iloc[:0])


def island() -> Place:
    """Every fourth building of Malta, and all its green."""
    layers = (gpd.read_file(malta(), layer=name) for name in ("buildings", "green"))
    buildings, green = (layer.set_crs(crs.METRIC, allow_override=True).set_geometry("geometry") for layer in layers)
    demand, supply = (table[table.is_valid.to_numpy()] for table in (buildings.iloc[::4], green))
    return Place("island", demand, supply, green.iloc[:0])


@pytest.mark.parametrize("where", [quarter, island])
def test_every_row_is_near_far_and_covered_as_postgis_finds(cluster: Cluster, where: Callable[[], Place]) -> None:
    place = where()
    with loaded(cluster, "measures", place) as connection:
        found = connection.execute(_ROWS.format(metres=FAR_M).encode()).fetchall()
    near, metres, area = (np.array(column) for column in zip(*found, strict=True))
    assert 0.05 < near.mean() < 0.95
    assert (within(place.demand, place.supply, distance=FAR_M).to_numpy() == near).all()
    assert nearest_distance(place.demand, place.supply, limit=1e6).to_numpy() == pytest.approx(metres, abs=CLOSE)
    assert covered_area(place.demand, place.supply, distance=FAR_M).to_numpy() == pytest.approx(
        area, rel=CLOSE, abs=CLOSE
    )


def test_an_indicator_of_units_is_what_postgis_adds_up(cluster: Cluster) -> None:
    houses = bubenec("buildings")
    parks = houses[houses.area.to_numpy() >= 400].iloc[:1]
    west, south, east, north = houses.total_bounds
    units = gpd.GeoDataFrame(
        geometry=[box(west, south, east, (south + north) / 2), box(west, south, (west + east) / 2, north)],
        index=["南", "西"],
        crs=crs.METRIC,
    )
    land, green = houses.assign(code="0701"), parks.assign(green_class="G1", public=True)
    indicator = load_indicators()[0]["park500"]
    found = evaluate(indicator, {"landuse": land, "green": green}, units).figures
    place = replace(quarter(), supply=parks)
    with loaded(cluster, "measures", place) as connection:
        expected = [
            connection.execute(_UNITS.encode(), [shapely.to_wkt(unit, 17)]).fetchone() for unit in units.geometry
        ]
    assert found[["part", "whole"]].to_numpy() == pytest.approx(np.array(expected, dtype=float), rel=CLOSE)
