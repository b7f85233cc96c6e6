"""The card of a thing of a dataset: what is held of it, in words, with units; 敏感 values masked."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geodata import crs
from geodata.access import MASK
from geodata.drawn import Summary
from geodata.schema import conform
from layers.dataset_card import card
from tests.test_datasets import version

ROW = gpd.GeoDataFrame(
    {"id": ["D1"], "name": ["甲"], "class": ["0701"]}, geometry=[box(0, 0, 100, 100)], crs=crs.METRIC
)


def said(kind: str, column: str, **held: object) -> str:
    """What the card of a row says."""
    table = conform(
        ROW[["id", "name", "geometry"]].assign(basis="测绘成果", accuracy_m=1.0, synthetic=False, **held), kind
    )
    summary = Summary(1, 0, column, {"0701": {"Polygon": 1}}, None)
    return str(card(summary, version(kind), ROW.to_crs(crs.FILE), pd.DataFrame(table.drop(columns="geometry"))))


@pytest.mark.parametrize(
    ("held", "label", "value"),
    [
        ({"far": 1.5}, "现状容积率", "1.5"),
        ({"height_m": 123.5}, "现状建筑高度（米）", "123.5"),
        ({"reclaimed": True}, "填海形成", "是"),
        ({"contract_far": 2.0}, "合同容积率", "2"),
    ],
)
def test_what_is_held_is_written_out(held: dict[str, object], label: str, value: str) -> None:
    assert f"<dt>{label}</dt><dd>{value}</dd>" in said("plots", "landuse", **held)


def test_what_is_not_known_is_left_out() -> None:
    assert "容积率" not in said("plots", "landuse")


def test_what_may_not_be_seen_is_masked() -> None:
    told = card(
        Summary(1, 0, "", {}, None),
        version("parcels"),
        ROW.to_crs(crs.FILE),
        pd.DataFrame({"id": ["D1"], "tenure": ["20"], "owner": [MASK]}),
    )
    assert f"<dd>{MASK}</dd>" in str(told)
    assert "<dd>20 " in str(told)


def test_a_row_that_is_not_drawn_has_no_card() -> None:
    assert str(card(Summary(1, 0, "", {}, None), version("parcels"), None, pd.DataFrame())) == ""
