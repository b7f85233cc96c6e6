"""The table of kinds: what every dataset has, in which words, and what is not for every eye."""

import pytest

from geodata.findings import GROUPS, RULES
from geodata.kinds import DATASETS
from geodata.typed import SAID, TYPES
from geodata.vocabulary import BOUNDARY_CLASSES, CONTROL_CLASSES, GREEN_CLASSES, LAND_STATES

DESIGN = {
    "landuse": "code scheme area_stated_m2",
    "landuse_planned": "code scheme area_stated_m2",
    "plots": "landuse landuse_planned far far_min far_max density green_ratio height_m contract_far "
    "contract_investment contract_tax owner_type reclaimed",
    "parcels": "plot_id owner",
    "buildings": "plot_id use floors floor_area_m2 vacant_m2 dwellings people",
    "enterprises": "credit_code industry",
    "enterprise_sites": "enterprise_id plot_id building_id occupied_m2",
    "green": "green_class public canopy_m2",
    "entrances": "green_id",
    "streets": "street_class walkable",
    "facilities": "facility_class",
    "population": "people",
    "boundaries": "boundary_class item_id",
    "controls": "control_class clause",
    "supplied": "land_state area_stated_m2",
}
"""Columns other parts rest on."""

SENSITIVE = {
    ("parcels", "owner"), ("parcels", "certificate"), ("buildings", "people"), ("population", "people"),
    ("enterprises", "credit_code"), ("plots", "contract_investment"), ("plots", "contract_tax"),
    ("plots", "contract_far"), ("supplied", "grantee"), ("supplied", "revenue_yuan"), ("supplied", "tax_yuan"),
    ("supplied", "price_yuan"), ("supplied", "mortgaged"), ("supplied", "seized"),
}  # fmt: skip


def test_the_kinds_are_those_of_the_issue() -> None:
    assert set(DATASETS) == set(DESIGN)
    assert {key: kind.key for key, kind in DATASETS.items()} == {key: key for key in DATASETS}


@pytest.mark.parametrize("kind", DATASETS)
def test_a_kind_has_the_columns_others_rest_on(kind: str) -> None:
    names = DATASETS[kind].names
    assert names[:5] == ("id", "name", "basis", "accuracy_m", "synthetic")
    assert set(DESIGN[kind].split()) <= set(names)
    assert len(set(names)) == len(names)
    assert "geometry" not in names


@pytest.mark.parametrize("kind", DATASETS)
def test_a_kind_says_in_chinese_what_it_is_and_what_needs_it(kind: str) -> None:
    spec = DATASETS[kind]
    assert spec.needed_for
    for text in (spec.label, *spec.needed_for, *(column.label for column in spec.columns)):
        assert not text.isascii(), text
    labels = [column.label for column in spec.columns]
    assert len(set(labels)) == len(labels)


def test_what_identifies_people_and_money_is_sensitive() -> None:
    marked = {(kind.key, name) for kind in DATASETS.values() for name in kind.sensitive}
    assert marked >= SENSITIVE
    assert not {name for _, name in marked} & {"id", "name", "basis", "accuracy_m", "synthetic", "landuse"}


def test_contract_figures_are_sensitive_in_every_kind() -> None:
    for kind in DATASETS.values():
        secret = {name for name in kind.names if name.startswith("contract_") or name.endswith("_yuan")}
        assert secret <= set(kind.sensitive)


def test_the_lists_of_values_cover_what_planners_draw() -> None:
    assert {"管辖范围", "街道", "社区", "网格", "详细规划单元", "建成区", "城区范围"} <= set(BOUNDARY_CLASSES.values())
    lines = {"城镇开发边界", "永久基本农田", "生态保护红线", "城市绿线", "城市蓝线", "城市紫线", "城市黄线"}
    assert lines | {"道路红线", "海岸线", "退缩线", "填海区"} == set(CONTROL_CLASSES.values())
    assert list(LAND_STATES.values()) == [
        "逾期开工",
        "逾期竣工",
        "正常使用",
        "疑似闲置",
        "疑似低效",
        "闲置土地",
        "低效土地",
    ]
    assert {"G11", "G14", "G2", "G3", "XG", "RG", "EG12"} <= set(GREEN_CLASSES)


def test_green_codes_of_the_classification_of_2002_are_not_allowed() -> None:
    assert not {"G4", "G5"} & set(GREEN_CLASSES)


def test_every_type_of_column_can_be_read_and_said() -> None:
    used = {column.kind for kind in DATASETS.values() for column in kind.columns}
    assert used == set(TYPES) == set(SAID)


def test_rules_have_one_of_two_groups_and_chinese_names() -> None:
    assert [rule for rule in RULES.values() if rule.group not in GROUPS or rule.name.isascii()] == []
