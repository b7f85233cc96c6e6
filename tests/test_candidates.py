"""Land for parks: by class, idle, of one's own; with owner, planned class and the control lines it lies on."""

from shapely import LineString, box

from geodata.candidates import MOST, Wanted, candidates, conflicts
from geodata.parks import Park
from tests.land import EAST, NORTH, table, town

POND = town()["landuse"].geometry["pond"]
IDLE = table([box(EAST, NORTH, EAST + 50, NORTH + 50)], ["S1"], land_state=["idle"])
PLOTS = table([POND.buffer(5)], ["P1"], owner_type=["platform"], landuse_planned=["1401"])
CONTROLS = table(
    [POND, POND, LineString([(EAST, NORTH + 1330), (EAST + 2000, NORTH + 1330)]), POND.buffer(-25)],
    ["C1", "C2", "C3", "C4"],
    control_class=["blue_line", "urban_boundary", "road_line", "blue_line"],
)


def test_land_of_the_classes_within_the_sizes_largest_first() -> None:
    rows, more = candidates(town(), Wanted(("17", "08")))
    assert rows["id"].tolist() == ["school", "pond"]
    assert set(rows["table"]) == {"landuse"}
    assert more == 0
    assert candidates(town(), Wanted(("17", "08"), most_m2=4000))[0]["id"].tolist() == ["pond"]
    assert candidates(town(), Wanted(("17", "08"), least_m2=4000))[0]["id"].tolist() == ["school"]
    assert candidates(town(), Wanted(()))[0].empty


def test_idle_land_and_outlines_of_ones_own_are_looked_at() -> None:
    own = Park("新1", "自绘", "drawn", "G14", public=True, shape=box(EAST, NORTH, EAST + 10, NORTH + 10))
    rows, _ = candidates({**town(), "supplied": IDLE}, Wanted((), idle=True), own=[own])
    assert rows[["id", "table"]].to_numpy().tolist() == [["S1", "supplied"], ["新1", ""]]
    assert candidates(town(), Wanted((), idle=True))[0].empty


def test_owner_planned_class_and_conflicts_are_told() -> None:
    rows, _ = candidates({**town(), "plots": PLOTS, "controls": CONTROLS}, Wanted(("17", "08")))
    told = rows.set_index("id")[["owner", "planned", "conflicts"]]
    assert told.loc["pond"].tolist() == ["平台公司", "1401", "城市蓝线、道路红线"]
    assert told.loc["school"].tolist() == ["", "", ""]
    assert candidates(town(), Wanted(("17", "08")))[0]["conflicts"].isna().all()


def test_only_the_largest_are_looked_at() -> None:
    keys = [f"L{number}" for number in range(MOST + 3)]
    land = table([box(EAST, NORTH, EAST + 30, NORTH + 30 + place) for place in range(len(keys))], keys, code="1601")
    rows, more = candidates({"landuse": land}, Wanted(("16",)))
    assert (len(rows), more) == (MOST, 3)
    assert rows["id"].iloc[0] == keys[-1]


def test_a_control_conflicts_by_area_and_a_line_by_length() -> None:
    site, beside = (table([box(EAST + x, NORTH, EAST + x + 50, NORTH + 50)], ["S"]) for x in (0, 50))
    plot = table(list(site.geometry), ["C"], control_class=["green_line"])
    assert conflicts(site, plot) == ["城市绿线"]
    assert conflicts(beside, plot) == [""], "an edge in common is no conflict"
    edge = table([LineString([(EAST + 50, NORTH), (EAST + 50, NORTH + 50)])], ["C"], control_class=["green_line"])
    assert conflicts(beside, edge) == ["城市绿线"]
