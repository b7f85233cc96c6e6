"""The demonstration land: repeatable, plausible, within the zone, marked as what it is."""

import hashlib
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from geodata.errors import DatasetError
from geodata.kinds import DATASETS
from geodata.land import Land
from geodata.landuse_codes import CURRENT
from geodata.sample import plots as cutting
from geodata.sample import sample
from geodata.schema import check
from geodata.vocabulary import BOUNDARY_CLASSES, CONTROL_CLASSES

Tables = dict[str, gpd.GeoDataFrame]

FEW = 300
NAMED_KINDS = [kind for kind in DATASETS if kind != "enterprises"]


@pytest.fixture(scope="module")
def made(real: Land) -> Tables:
    return sample(real)


@pytest.fixture(scope="module")
def few(real: Land) -> Tables:
    return sample(real, plots=FEW)


@pytest.fixture(scope="module")
def ground(real: Land) -> BaseGeometry:
    zone = real.items.geometry["Z001"].intersection(real.base["land"].union_all())
    shapely.prepare(zone)
    return zone


def _digest(tables: Tables) -> str:
    """Hash of every value and every coordinate."""
    found = hashlib.sha256()
    for kind, table in tables.items():
        plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
        found.update(kind.encode() + pd.util.hash_pandas_object(plain).to_numpy().tobytes())
        if "geometry" in table:
            found.update(b"".join(shapely.to_wkb(table.geometry.to_numpy())))
    return found.hexdigest()


def _overlap(shapes: NDArray[Any]) -> float:
    """Area that lies in two shapes at once."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = one < other
    return float(shapely.area(shapely.intersection(shapes[one[once]], shapes[other[once]])).sum())


def _parts(lines: NDArray[Any]) -> int:
    """Connected parts of lines that are joined only where they share a vertex to 0.01 m."""
    at, line = shapely.get_coordinates(lines, return_index=True)
    node = np.unique(np.round(at / 0.01).astype(np.int64), axis=0, return_inverse=True)[1].ravel()
    along = line[1:] == line[:-1]
    edges = node[:-1][along], node[1:][along]
    size = int(node.max()) + 1
    return int(connected_components(coo_array((np.ones(len(edges[0])), edges), (size, size)), directed=False)[0])


def _drawn(tables: Tables) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    return ((kind, tables[kind]) for kind in NAMED_KINDS)


def test_there_is_one_table_per_kind(made: Tables) -> None:
    assert list(made) == list(DATASETS)


@pytest.mark.parametrize("kind", DATASETS)
def test_every_table_keeps_its_contract(made: Tables, kind: str) -> None:
    assert [found.sentence for found in check(made[kind], kind, scheme=CURRENT)] == []
    assert list(made[kind].columns.drop("geometry", errors="ignore")) == list(DATASETS[kind].names)


@pytest.mark.parametrize("kind", DATASETS)
def test_every_row_says_that_it_is_made_up(made: Tables, kind: str) -> None:
    table = made[kind]
    assert table["synthetic"].all()
    assert table["name"].str.startswith("演示").all()
    assert (table.index == table["id"]).all()
    if kind != "enterprises":
        assert set(table["basis"]) == {"位置示意"}
        assert table["accuracy_m"].min() >= 500


def test_names_are_counted_from_one(made: Tables) -> None:
    assert made["plots"]["name"].iloc[0] == "演示地块-0001"
    assert made["enterprises"]["name"].iloc[0] == "演示企业-001"


def test_the_same_seed_makes_the_same_land(real: Land, few: Tables) -> None:
    assert _digest(sample(real, plots=FEW)) == _digest(few)


def test_another_seed_makes_another_land(real: Land, few: Tables) -> None:
    other = sample(real, plots=FEW, seed=7)
    assert len(other["plots"]) == FEW
    assert _digest(other) != _digest(few)


@pytest.mark.parametrize("number", [100, 3001, 5000])
def test_any_number_of_plots_is_made(real: Land, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "_BATCH", 1000)
    tables = sample(real, plots=number)
    assert len(tables["plots"]) == number
    assert _overlap(tables["plots"].geometry.to_numpy()) < 1e-6
    assert 290_000 < tables["population"]["people"].sum() < 325_000


@pytest.mark.parametrize("number", [99, 1_000_001])
def test_a_number_out_of_bounds_is_refused(real: Land, number: int) -> None:
    with pytest.raises(DatasetError) as refused:
        sample(real, plots=number)
    assert str(refused.value) == f"演示数据的地块数：{number} 不在 100—1000000 之间，请改为其间的数。"


def test_a_plan_without_a_zone_is_refused(small: Land) -> None:
    small.items.loc["Z001", "role"] = "core"
    with pytest.raises(DatasetError) as refused:
        sample(small)
    remedy = "请检查 zones.geojson 中 role 为 zone 的事项"
    assert str(refused.value) == f"演示数据：规划数据中没有全区的范围，无从布置，{remedy}。"


def test_another_plan_has_its_own_land(small: Land) -> None:
    tables = sample(small, plots=200)
    assert len(tables["plots"]) == 200
    assert tables["plots"].within(small.items.geometry["Z001"]).all()


@pytest.mark.parametrize("kind", NAMED_KINDS)
def test_everything_lies_in_the_zone_and_on_land(made: Tables, ground: BaseGeometry, kind: str) -> None:
    shapes = made[kind].geometry.to_numpy()
    assert shapely.covered_by(shapes, ground).all()
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()


@pytest.mark.parametrize("kind", ["landuse", "landuse_planned", "plots"])
def test_nothing_overlaps(made: Tables, kind: str) -> None:
    assert _overlap(made[kind].geometry.to_numpy()) < 1e-6


def test_land_use_covers_the_zone_without_a_gap(made: Tables, ground: BaseGeometry) -> None:
    cover = shapely.coverage_union_all(made["landuse"].geometry.to_numpy())
    shore_and_edge = 2.5 * ground.length
    assert ground.difference(cover).area < shore_and_edge
    assert abs(cover.area - made["landuse"].area.sum()) < 1e-3


def test_plots_have_the_use_of_the_ground_they_lie_on(made: Tables) -> None:
    plots, landuse = made["plots"], made["landuse"]
    plot, patch = landuse.sindex.query(plots.representative_point(), predicate="within")
    assert len(plot) == len(plots)
    assert (landuse["code"].to_numpy()[patch] == plots["landuse"].to_numpy()[plot]).all()


def test_a_hill_is_no_town(made: Tables) -> None:
    woods = made["landuse"][made["landuse"]["code"].str.startswith("03")]
    share = woods.area.sum() / made["landuse"].area.sum()
    assert 0.4 < share < 0.75
    assert made["plots"].area.sum() / made["landuse"].area.sum() < 0.3


def test_the_town_follows_the_corridor(made: Tables, real: Land) -> None:
    corridor = real.items.geometry["Z002"]
    assert (made["plots"].distance(corridor) < 1500).mean() > 0.7


def test_uses_fit_what_the_units_are_for(made: Tables, real: Land) -> None:
    plots = made["plots"]
    middle = plots.representative_point()

    def share(unit: str, *codes: str) -> float:
        inside = plots[middle.within(real.items.geometry[unit])]
        return float(inside.area[inside["landuse_planned"].str.startswith(codes)].sum() / inside.area.sum())

    assert share("Z010", "10", "11") > 2 * share("Z001", "10", "11")
    assert share("S005", "08", "09") > share("Z007", "08", "09")
    assert share("Z008", "0902") > share("Z001", "0902")


def test_the_plan_changes_a_part_of_the_land(made: Tables) -> None:
    plots = made["plots"]
    changed = (plots["landuse"] != plots["landuse_planned"]).mean()
    assert 0.15 < changed < 0.6
    assert {"2301", "0703", "1001"} <= set(plots["landuse"])
    assert not set(plots["landuse_planned"]) & {"2301", "0703"}
    assert (made["landuse"].geometry.to_numpy() == made["landuse_planned"].geometry.to_numpy()).all()


def test_residential_land_has_a_usual_share(made: Tables) -> None:
    plots = made["plots"]
    share = plots.area[plots["landuse_planned"].str.startswith("07")].sum() / plots.area.sum()
    assert 0.25 < share < 0.45


def test_all_classes_of_green_are_there(made: Tables) -> None:
    green = made["green"]
    classes = {
        *("G11", "G12", "G131", "G132", "G133", "G134", "G135", "G139", "G14", "G2", "G3"),
        *("RG", "AG", "BG", "MG", "WG", "SG", "UG"),
        *("EG11", "EG12", "EG13", "EG14", "EG19", "EG2", "EG3", "EG4"),
    }
    assert set(green["green_class"]) == classes
    area = green[green["green_class"].str.startswith("G1")].area
    assert (area >= 5000).sum() > 30
    assert area.between(400, 5000).sum() > 30
    assert area[green["green_class"] == "G11"].min() > 100_000


def test_few_plots_still_have_all_parks(few: Tables, made: Tables) -> None:
    assert set(few["green"]["green_class"]) == set(made["green"]["green_class"])


def test_green_does_not_overlap(made: Tables) -> None:
    assert _overlap(made["green"].geometry.to_numpy()) < 1e-5


def test_every_park_in_the_town_has_an_entrance_on_its_outline(made: Tables) -> None:
    green, doors = made["green"], made["entrances"]
    park = green.geometry.reindex(doors["green_id"])
    assert shapely.distance(shapely.boundary(park.to_numpy()), doors.geometry.to_numpy()).max() <= 0.01
    parks = green[green["green_class"].str.match("G1|G3")]
    assert (parks.index.isin(doors["green_id"]) == parks["public"]).all()
    assert parks["public"].mean() > 0.95


def test_a_walkable_street_leads_to_every_entrance(made: Tables) -> None:
    streets = made["streets"][made["streets"]["walkable"]]
    vertices = shapely.points(np.round(shapely.get_coordinates(streets.geometry.to_numpy()), 2))
    near = shapely.STRtree(vertices).query_nearest(made["entrances"].geometry.to_numpy(), return_distance=True)[1]
    assert near.max() <= 0.01


def test_streets_meet_the_outlines_of_the_parks(made: Tables) -> None:
    streets = made["streets"].geometry[made["streets"]["walkable"]]
    parks = made["green"].geometry[made["entrances"]["green_id"].unique()]
    meeting = parks.boundary.sindex.query(streets, predicate="intersects")[1]
    assert len(set(meeting)) == len(parks)


@pytest.mark.parametrize("name", ["made", "few"])
def test_one_can_walk_from_everywhere_to_everywhere(request: pytest.FixtureRequest, name: str) -> None:
    streets = request.getfixturevalue(name)["streets"]
    assert _parts(streets.geometry[streets["walkable"]].to_numpy()) == 1
    assert not streets["walkable"].all()


def test_streets_are_cut_where_they_cross(made: Tables) -> None:
    lines = made["streets"].geometry[made["streets"]["walkable"]].to_numpy()
    assert not len(shapely.STRtree(lines).query(lines, predicate="crosses")[0])


def test_streets_stay_off_the_plots(made: Tables) -> None:
    streets = made["streets"][~made["streets"]["street_class"].isin(["footway", "expressway"])]
    inner = made["plots"].buffer(-0.1)
    assert not len(inner.sindex.query(streets.geometry, predicate="intersects")[0])


def test_buildings_stand_in_their_plots(made: Tables) -> None:
    buildings = made["buildings"]
    plot = made["plots"].geometry.reindex(buildings["plot_id"]).to_numpy()
    assert shapely.covers(plot, buildings.geometry.to_numpy()).all()
    assert shapely.distance(shapely.boundary(plot), buildings.geometry.to_numpy()).min() > 0.5
    assert _overlap(buildings.geometry.to_numpy()) < 1e-6


def test_buildings_stand_off_the_gardens(made: Tables) -> None:
    gardens = made["green"][made["green"]["green_class"].isin(["RG", "AG", "BG", "MG"])]
    row, garden = gardens.sindex.query(made["buildings"].geometry, predicate="intersects")
    common = shapely.intersection(made["buildings"].geometry.to_numpy()[row], gardens.geometry.to_numpy()[garden])
    assert shapely.area(common).sum() < 1e-6


def test_ratios_of_a_plot_are_those_of_its_buildings(made: Tables) -> None:
    plots, buildings = made["plots"], made["buildings"]
    floors = buildings.groupby("plot_id")["floor_area_m2"].sum().reindex(plots.index, fill_value=0).astype(float)
    covered = buildings.area.groupby(buildings["plot_id"]).sum().reindex(plots.index, fill_value=0)
    built = plots["far"].notna()
    assert np.allclose(plots["far"][built].astype(float), (floors / plots.area)[built], atol=0.001)
    assert np.allclose(plots["density"][built].astype(float), (covered / plots.area)[built], atol=0.001)
    storeys = buildings["floor_area_m2"].astype(float) / buildings.area
    assert np.allclose(storeys, buildings["floors"].astype(float), rtol=0.01)


def test_what_is_not_known_is_missing_not_nought(made: Tables) -> None:
    plots = made["plots"]
    parks = plots[plots["landuse"].str.startswith("14")]
    assert parks["far"].isna().all()
    assert plots["contract_tax"].dropna().min() > 0
    assert plots["far_max"][plots["landuse_planned"] == "1401"].isna().all()
    assert (plots["far"][plots["landuse"] == "2301"] == 0).all()


def test_as_many_people_live_there_as_in_the_zone(made: Tables) -> None:
    buildings, population = made["buildings"], made["population"]
    assert 300_000 < buildings["people"].sum() < 315_000
    assert population["people"].sum() == buildings["people"].sum()
    assert 1.8 < buildings["people"].sum() / buildings["dwellings"].sum() < 3.2
    assert set(buildings["use"][buildings["people"] > 0]) == {"residential"}
    assert population["building_id"].isin(buildings.index).all()


def test_enterprises_have_land_or_rooms(made: Tables) -> None:
    sites, enterprises = made["enterprise_sites"], made["enterprises"]
    assert set(sites["enterprise_id"]) == set(enterprises.index)
    assert sites["plot_id"].isin(made["plots"].index).all()
    rented = sites[~sites["owned"]]
    assert rented["building_id"].isin(made["buildings"].index).all()
    tenants = set(enterprises.index) - set(sites["enterprise_id"][sites["owned"]])
    assert len(tenants) > len(enterprises) / 4
    assert sites["enterprise_id"].duplicated().any()
    assert enterprises["credit_code"].str.startswith("91000000").all()


def test_no_enterprise_stands_where_somebody_has_a_name(made: Tables, real: Land) -> None:
    projects = real.placed[real.placed["kind"].isin(["project", "infrastructure"])]
    points = [*projects.geometry[projects.geom_type == "Point"], *real.base["places"].geometry]
    named = shapely.union_all([*points, *real.base["stations"].geometry])
    assert made["enterprise_sites"].distance(named).min() > 100
    near = made["plots"].distance(named) < 200
    assert near.any()
    for column in ("contract_far", "contract_investment", "contract_tax", "owner_type"):
        assert made["plots"][column][near].isna().all()
    for kind in ("parcels", "supplied"):
        assert not made[kind]["plot_id"].isin(made["plots"].index[near]).any()


def test_no_building_stands_on_the_site_of_a_project(made: Tables, real: Land) -> None:
    projects = real.placed[real.placed["kind"].isin(["project", "infrastructure"])]
    points = projects.geometry[projects.geom_type == "Point"].union_all()
    assert made["buildings"].distance(points).min() > 60


def test_facilities_serve_what_they_are_for(made: Tables) -> None:
    classes = set(made["facilities"]["facility_class"])
    assert {"kindergarten", "primary_school", "hospital", "clinic", "sports_venue", "fitness_spot"} <= classes
    pupils = made["facilities"]["capacity"][made["facilities"]["facility_class"] == "primary_school"]
    assert pupils.between(200, 4000).all()


def test_boundaries_nest(made: Tables) -> None:
    boundaries = made["boundaries"]
    assert set(boundaries["boundary_class"]) == set(BOUNDARY_CLASSES)
    area = boundaries.area.groupby(boundaries["boundary_class"]).sum()
    for kind in ("subdistrict", "community", "grid"):
        assert area[kind] == pytest.approx(area["jurisdiction"], rel=1e-4)
        assert _overlap(boundaries.geometry[boundaries["boundary_class"] == kind].to_numpy()) < 1
    assert area["built_up"] < area["urban_extent"] < area["jurisdiction"]


def test_units_of_the_layout_name_their_item(made: Tables, real: Land) -> None:
    units = made["boundaries"][made["boundaries"]["boundary_class"] == "layout_unit"]
    assert units["item_id"].isin(real.items.index).all()


def test_every_plot_lies_in_its_detailed_unit(made: Tables) -> None:
    units = made["boundaries"].dropna(subset="official_code").set_index("official_code")
    named = made["plots"][made["plots"]["unit_code"].notna()]
    assert len(named) > 0.99 * len(made["plots"])
    shapes = units.geometry.reindex(named["unit_code"]).to_numpy()
    assert shapely.intersects(shapes, named.representative_point().to_numpy()).all()


def test_control_lines_of_all_classes_say_that_they_show_only(made: Tables) -> None:
    controls = made["controls"]
    assert set(controls["control_class"]) == set(CONTROL_CLASSES)
    assert controls["clause"].str.startswith("演示：").all()


def test_the_coastline_is_the_zones(made: Tables) -> None:
    coast = made["controls"][made["controls"]["control_class"] == "coastline"]
    assert 35_000 < coast.length.sum() < 50_000


def test_land_on_the_sea_is_marked(made: Tables) -> None:
    reclaimed = made["plots"][made["plots"]["reclaimed"]]
    assert 0 < len(reclaimed) < 300
