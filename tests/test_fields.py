"""The words for our columns: fields of foreign tables find their columns where nothing needs guessing."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.config import TABLES
from geodata.field_proposals import propose_fields
from geodata.fields import Synonyms, load_fields, normal
from geodata.kinds import DATASETS

SURVEY = (
    "BSM YSDM TBYBH TBBH DLBM DLMC QSXZ QSDWDM QSDWMC ZLDWDM ZLDWMC TBMJ KCDLBM KCXS KCMJ TBDLMJ GDLX CZCSXM SJNF BZ"
)
"""Fields of a layer of survey patches."""

SHIPPED, _ = load_fields()


def _exact(headings: Iterable[str], kind: str, synonyms: Mapping[str, Synonyms]) -> dict[str, str]:
    """Column -> field that is one of the words for it."""
    return {one.column: one.heading for one in propose_fields(headings, kind, synonyms) if one.how == "exact"}


@pytest.fixture(scope="module")
def synonyms() -> Mapping[str, Synonyms]:
    """Read the synonyms this repository ships."""
    rows, problems = load_fields()
    assert problems == ()
    return rows


def test_the_survey_is_understood(synonyms: Mapping[str, Synonyms]) -> None:
    assert _exact(SURVEY.split(), "landuse", synonyms) == {
        "id": "BSM",
        "code": "DLBM",
        "code_name": "DLMC",
        "area_stated_m2": "TBMJ",
        "deducted_m2": "KCMJ",
        "settlement": "CZCSXM",
        "tenure": "QSXZ",
        "feature_code": "YSDM",
        "seat_code": "ZLDWDM",
        "seat_name": "ZLDWMC",
        "remark": "BZ",
    }


def test_the_master_plan_is_understood(synonyms: Mapping[str, Synonyms]) -> None:
    headings = ["BSM", "YSDM", "XZQDM", "XZQMC", "YDYHFLDM", "YDYHFLMC", "MJ", "BZ"]
    found = _exact(headings, "landuse_planned", synonyms)
    assert set(found.values()) == set(headings)
    assert found["code"] == "YDYHFLDM"
    assert found["area_stated_m2"] == "MJ"


def test_a_detailed_plan_in_chinese_is_understood(synonyms: Mapping[str, Synonyms]) -> None:
    headings = [
        "地块编号",
        "用地性质代码",
        "用地性质",
        "用地面积（㎡）",
        "容积率",
        "建筑密度",
        "建筑限高(米)",
        "绿地率",
    ]
    assert _exact(headings, "plots", synonyms) == {
        "id": "地块编号",
        "landuse_planned": "用地性质代码",
        "landuse_planned_name": "用地性质",
        "area_stated_m2": "用地面积（㎡）",
        "far_max": "容积率",
        "density_max": "建筑密度",
        "green_ratio_min": "绿地率",
        "height_max_m": "建筑限高(米)",
    }


@pytest.mark.parametrize("kind", DATASETS)
def test_columns_and_labels_of_every_kind_are_always_understood(kind: str) -> None:
    spec = DATASETS[kind]
    assert _exact(spec.names, kind, {}) == {name: name for name in spec.names}
    by_label = _exact([column.label for column in spec.columns], kind, {})
    assert set(by_label) == set(spec.names)


@pytest.mark.parametrize("kind", DATASETS)
def test_every_column_has_synonyms_and_none_means_two(kind: str, synonyms: Mapping[str, Synonyms]) -> None:
    spoken: dict[str, str] = {}
    for column in DATASETS[kind].columns:
        row = synonyms.get(f"{kind}.{column.name}") or synonyms.get(column.name)
        assert row is not None, column.name
        words = {normal(word) for word in (column.name, column.label, *row.headings)}
        assert {word: spoken[word] for word in words if word in spoken} == {}
        spoken |= dict.fromkeys(words, column.name)


@pytest.mark.parametrize("heading", ["容积率说明", "XYZ", ""])
def test_unknown_headings_are_not_matched(heading: str, synonyms: Mapping[str, Synonyms]) -> None:
    assert _exact([heading], "plots", synonyms) == {}


def test_the_more_telling_field_wins_and_the_other_is_left(synonyms: Mapping[str, Synonyms]) -> None:
    assert _exact(["MJ", "TBMJ"], "landuse", synonyms)["area_stated_m2"] == "TBMJ"


def test_of_two_equal_fields_the_first_is_taken(synonyms: Mapping[str, Synonyms]) -> None:
    assert _exact(["bsm", "BSM"], "landuse", synonyms)["id"] == "bsm"


@given(
    headings=st.lists(st.sampled_from([*SURVEY.split(), "面积", "名称", "x"]) | st.text(max_size=6), max_size=12),
    kind=st.sampled_from(sorted(DATASETS)),
)
def test_every_field_is_used_once_at_most(headings: list[str], kind: str) -> None:
    found = _exact(headings, kind, SHIPPED)
    assert set(found) <= set(DATASETS[kind].names)
    assert set(found.values()) <= set(headings)
    assert len(set(found.values())) == len(found)


def test_headings_are_told_apart_neither_by_case_nor_by_blanks_and_signs(synonyms: Mapping[str, Synonyms]) -> None:
    headings = {heading for row in synonyms.values() for heading in row.headings}
    assert len(headings) > 300
    for heading in headings:
        assert normal(" _".join(heading.lower())) == normal(heading)


def test_the_office_replaces_a_row(tmp_path: Path) -> None:
    (tmp_path / "fields.yaml").write_text("plots.id: {headings: [宗海编号]}\n", "utf-8")
    rows, problems = load_fields(tmp_path)
    assert problems == ()
    assert _exact(["宗海编号", "地块编号"], "plots", rows) == {"id": "宗海编号"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("plots.farr: {headings: [容积率]}", "fields.yaml 的 plots.farr：没有这一列，请改正键名；在此之前不采用该行。"),
        (
            "id: {heading: [BSM]}",
            "fields.yaml 的 id 的 headings：缺少这一项，请改正该行；在此之前沿用原有设置。",
        ),
    ],
)
def test_a_wrong_row_is_said_and_the_shipped_one_stays(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "fields.yaml").write_text(text, "utf-8")
    rows, problems = load_fields(tmp_path)
    assert str(problems[0]) == sentence
    assert rows == load_fields()[0]


def test_the_file_says_how_to_use_it() -> None:
    assert (TABLES / "fields.yaml").read_text("utf-8").startswith("# 字段同义名")
