"""Who may do what, who reads what, who sees which columns: each one table."""

import geopandas as gpd
import pandas as pd
import pytest

from geodata.access import ACTIONS, AUDIENCES, COLUMNS, MASK, READING, ROLES, Person, Role, masked, may, require
from geodata.access import visible_columns as visible
from geodata.errors import AccessError
from geodata.kinds import DATASETS
from geodata.store import views
from geodata.store.engine import Store
from tests.people import events, manager, named


def person(role: Role) -> Person:
    return Person(1, "张三", "规划处", role, authenticated=True)


def test_every_audience_and_every_column_names_an_action() -> None:
    assert list(READING) == list(AUDIENCES)
    assert {action for action in READING.values() if action} <= set(ACTIONS)
    assert set(COLUMNS.values()) <= set(ACTIONS)
    assert {role for _, role in ACTIONS.values()} <= set(ROLES)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_role_may_do_what_those_before_it_may(action: str) -> None:
    allowed = [may(person(role), action) for role in ROLES]
    assert allowed == sorted(allowed)
    assert allowed[-1]
    assert not may(None, action)


@pytest.mark.parametrize("action", ACTIONS)
def test_whoever_may_not_is_told_who_may(action: str) -> None:
    label, lowest = ACTIONS[action]
    for role in ROLES:
        if may(person(role), action):
            assert require(person(role), action) == person(role)
            continue
        with pytest.raises(AccessError) as said:
            require(person(role), action)
        assert str(said.value) == (f"{label}：张三的权限是“{ROLES[role]}”，请由“{ROLES[lowest]}”以上权限的人员办理。")
    with pytest.raises(AccessError) as said:
        require(None, action)
    assert str(said.value) == f"{label}：还没有确定是谁在操作，请先在页面右上角选择姓名或登录。"


# columns


@pytest.mark.parametrize("kind", DATASETS)
@pytest.mark.parametrize("role", [None, *ROLES])
def test_sensitive_columns_are_seen_from_review_upwards(kind: str, role: Role | None) -> None:
    names, sensitive = DATASETS[kind].names, set(DATASETS[kind].sensitive)
    if role in ("review", "manage"):
        assert visible(kind, role) == names
    else:
        assert visible(kind, role) == tuple(name for name in names if name not in sensitive)


@pytest.mark.parametrize("kind", [kind for kind, spec in DATASETS.items() if spec.sensitive])
def test_no_value_of_a_masked_column_is_left(kind: str) -> None:
    spec = DATASETS[kind]
    table = pd.DataFrame({name: [f"geheim {name}", ""] for name in spec.names}, index=["a", "b"])
    before = table.copy()
    for who in (None, person("view"), person("report")):
        shown = masked(table, kind, who)
        assert list(shown.columns) == list(table.columns)
        assert list(shown.index) == ["a", "b"]
        for name in spec.names:
            hidden = name in spec.sensitive
            assert list(shown[name]) == ([MASK, MASK] if hidden else [f"geheim {name}", ""])
    for role in ("review", "manage"):
        pd.testing.assert_frame_equal(masked(table, kind, person(role)), table)
    pd.testing.assert_frame_equal(table, before)


def test_a_geometry_stays_a_geometry_and_what_is_not_there_is_not_made() -> None:
    table = gpd.GeoDataFrame({"owner": ["某公司"]}, geometry=gpd.points_from_xy([1.0], [2.0]))
    shown = masked(table, "parcels", None)
    assert isinstance(shown, gpd.GeoDataFrame)
    assert list(shown.columns) == ["owner", "geometry"]
    assert shown.geometry.equals(table.geometry)


def test_an_unknown_kind_shows_nothing() -> None:
    with pytest.raises(KeyError):
        masked(pd.DataFrame({"owner": ["某公司"]}), "nothing", person("manage"))


# views


@pytest.mark.usefixtures("cheap")
def test_a_view_of_sensitive_columns_is_in_the_log(store: Store) -> None:
    acting = named(store, "李四", "review")
    seen = views.viewed(store, acting, "parcels", dataset=7)
    assert seen == DATASETS["parcels"].sensitive
    last = events(store)[-1]
    assert (last.action, last.person, last.object_kind, last.object_id) == ("sensitive_viewed", "李四", "dataset", "7")
    assert (last.field, last.after) == ("敏感", "权利人、不动产权证号")


@pytest.mark.usefixtures("cheap")
def test_where_nothing_is_sensitive_nothing_is_recorded(store: Store) -> None:
    acting = manager(store)
    before = len(events(store))
    assert views.viewed(store, acting, "streets", dataset=7) == ()
    assert len(events(store)) == before


@pytest.mark.usefixtures("cheap")
def test_who_may_not_see_them_is_refused(store: Store) -> None:
    for who in (named(store, "李四", "report"), None):
        with pytest.raises(AccessError, match="查看敏感内容"):
            views.viewed(store, who, "parcels", dataset=7)
