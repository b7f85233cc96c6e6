"""Classifications of land use: complete, told apart, and brought to one."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.config import ROOT
from geodata.landuse_codes import (
    CURRENT,
    FOLDER,
    LANDUSE_COLUMNS,
    SCHEMES,
    SETTLEMENTS,
    codes,
    disagreements,
    palette,
    plain,
    recognise,
)
from geodata.landuse_conversion import load_conversion, to_2023
from geodata.schema import DATASETS

LEVELS = {
    "survey": [13, 78, 13],
    "guide2020": [24, 106, 37],
    "guide2023": [24, 111, 40],
    "gb50137": [10, 44, 56],
}
"""Classes of our tables per level."""

NOT_CONVERTED = {"E", "E2", "E9", "H", "H1", "H11", "H12", "H13", "H14", "H9"}
"""GB 50137: classes that gather several first-level classes of 2023."""

UNSURE = {
    "survey": {"1208"},
    "guide2020": {
        *("0203", "0204", "0601", "060101", "060102", "0602", "0603", "0604"),
        *("0903", "1311", "1312", "1313", "2202", "2302", "2303"),
    },
    "guide2023": set(),
    "gb50137": set(),
}
"""Codes written from memory, not compared with the standard itself."""


def _names(scheme: str) -> "pd.Series[str]":
    return codes(scheme)["name"]


# —— the lists ——


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_list_is_complete_and_sound(scheme: str) -> None:
    table = codes(scheme)
    assert table.index.is_unique
    assert table["level"].value_counts().sort_index().tolist() == LEVELS[scheme]
    assert (table["name"] != "").all()
    below = table[table["level"] > 1]
    assert set(below["parent"]) <= set(table.index)
    assert (table.loc[below["parent"], "level"].to_numpy() == below["level"].to_numpy() - 1).all()
    assert (table.loc[table["level"] == 1, "parent"] == "").all()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_class_has_a_colour_with_its_basis(scheme: str) -> None:
    table, colours = codes(scheme), palette(scheme)
    assert set(colours) == set(table.index)
    assert pd.Series(colours).str.fullmatch("#[0-9A-F]{6}").all()
    assert ((table["color"] == "") == (table["color_basis"] == "")).all()
    assert set(table["color_basis"]) <= {"", "规范", "待核", "自拟", "换算", "惯例"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_not_sure_is_marked(scheme: str) -> None:
    table = codes(scheme)
    assert set(table.index[~table["sure"]]) == UNSURE[scheme]


def test_official_colours_are_those_of_the_palette() -> None:
    colours = palette("guide2023")
    wanted = {"07": "#FFFF2D", "0802": "#F0005C", "0901": "#FF0000", "1001": "#BB9674", "1401": "#00FF00"}
    assert {code: colours[code] for code in wanted} == wanted
    assert colours["100101"] == colours["1001"]


def test_the_list_of_2023_is_that_of_the_reference(reference: Path) -> None:
    other = pd.read_csv(reference / "landuse_codes.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    other = other.set_index("code")
    table = codes("guide2023")
    assert table["name"].to_dict() == other["name"].to_dict()
    assert dict(palette("guide2023")) == other["hex"].to_dict()
    assert table["gb50137"].to_dict() == other["gb50137_2011"].to_dict()


def test_the_crosswalk_of_2023_names_classes_of_gb_50137() -> None:
    named = {code for cell in codes("guide2023")["gb50137"] for code in cell.split("/") if code}
    assert named - set(codes("gb50137").index) == set()


def test_the_files_are_those_of_the_schemes_and_told_in_the_readme() -> None:
    readme = (ROOT / "geodata" / "data" / "README.md").read_text("utf-8")
    assert {path.stem for path in FOLDER.iterdir()} == set(SCHEMES)
    for name in (*(f"{scheme}.csv" for scheme in SCHEMES), "landuse_conversion.yaml", "fields.yaml"):
        assert name in readme


def test_the_columns_of_codes_exist() -> None:
    for kind, pairs in LANDUSE_COLUMNS.items():
        assert {name for pair in pairs for name in pair} <= set(DATASETS[kind].names)


# —— the same digits, another class ——


def test_48_four_digit_codes_stand_in_both_lists_and_37_of_them_mean_another_class() -> None:
    """The survey's list: GB/T 21010-2017 with the working classification of TD/T 1055-2019, what is sure of it."""
    survey = codes("survey")
    survey = survey[survey["sure"] & survey.index.str.fullmatch(r"\d{4}")]
    both = survey.index.intersection(codes("guide2023").index)
    other = disagreements(pd.Series(both, both), survey.loc[both, "name"], "guide2023")
    assert len(both) == 48
    assert other.sum() == 37
    assert not other[["0101", "0203", "0301", "0401", "0701", "0801"]].any()
    assert other[["0601", "1001", "1101", "1207"]].all()


@pytest.mark.parametrize(
    ("code", "survey", "guide"),
    [("0601", "工业用地", "农村道路"), ("1001", "铁路用地", "工业用地"), ("1101", "河流水面", "物流仓储用地")],
)
def test_the_examples_everybody_knows(code: str, survey: str, guide: str) -> None:
    assert _names("survey")[code] == survey
    assert _names("guide2023")[code] == guide


def test_a_wrong_name_disagrees_and_nothing_else_does() -> None:
    given_codes = pd.Series(["0601", "0601", "0601", "9999", None, "0601", "0203"], list("abcdefg"))
    given_names = pd.Series(
        ["工业用地", "农村道路", " 农村 道路 ", "工业用地", "工业用地", None, "橡胶园"], list("abcdefg")
    )
    wrong = disagreements(given_codes, given_names, "guide2023")
    assert wrong.index[wrong].tolist() == ["a"]


def test_disagreements_of_an_empty_table() -> None:
    empty = pd.Series([], dtype="string")
    assert disagreements(empty, empty, "survey").tolist() == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_list_agrees_with_itself(scheme: str) -> None:
    table = codes(scheme)
    assert not disagreements(pd.Series(table.index, table.index), table["name"], scheme).any()


# —— whose codes are these ——


def _pairs(scheme: str, *chosen: str) -> list[tuple[object, object]]:
    return [(code, _names(scheme)[code]) for code in chosen]


def test_the_survey_is_recognised_by_fields_and_pairs() -> None:
    found = recognise(["BSM", "DLBM", "DLMC"], _pairs("survey", "0601", "0101", "05H1"))
    assert found.scheme == "survey"
    assert found.evidence == (
        "字段 DLBM 用于国土调查",
        "字段 DLMC 用于国土调查",
        "3 组代码与名称中相符的：国土调查 3 组，用地用海2020 1 组，用地用海2023 1 组，GB 50137 0 组",
    )


def test_the_guides_are_told_apart_by_a_class_that_changed() -> None:
    assert recognise(["YDYHFLDM"], _pairs("guide2020", "0101", "1207")).scheme == "guide2020"
    assert recognise(["YDYHFLDM"], _pairs("guide2023", "0101", "1207")).scheme == "guide2023"


def test_where_both_guides_fit_a_person_decides_and_the_one_in_force_comes_first() -> None:
    found = recognise(["YDYHFLDM", "YDYHFLMC"], _pairs("guide2023", "0701", "0901"))
    assert found.scheme is None
    assert found.candidates == ("guide2023", "guide2020")


def test_gb_50137_is_recognised_by_its_letters() -> None:
    assert recognise(["代码"], [("R2", None), ("B1", ""), ("G1", pd.NA)]).scheme == "gb50137"


def test_fields_that_contradict_the_pairs_are_said() -> None:
    found = recognise(["DLBM"], _pairs("guide2023", "0601", "1001", "1207"))
    assert found.scheme is None
    assert found.candidates == ("guide2023", "survey")
    assert found.evidence[-1] == "字段名像国土调查，而代码与名称像用地用海2023，请核对后选择"


def test_a_few_wrong_names_do_not_hide_the_scheme() -> None:
    pairs = [*_pairs("survey", "0101", "0301", "1006", "1101", "08H2"), ("0601", "农村道路")]
    assert recognise(["用地"], pairs).scheme == "survey"


def test_nothing_known_gives_no_scheme() -> None:
    assert recognise(["a"], []).candidates == ()
    found = recognise(["a"], [("居住", "居住")])
    assert (found.scheme, found.candidates) == (None, ())


@given(st.sampled_from(sorted(SCHEMES)), st.data())
def test_the_scheme_the_pairs_come_from_is_always_a_candidate(scheme: str, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(sorted(codes(scheme).index)), min_size=1, max_size=8))
    found = recognise(["x"], _pairs(scheme, *chosen))
    assert scheme in found.candidates
    assert found.scheme in (None, scheme)


@given(st.text(max_size=10))
def test_a_plain_name_stays_as_it_is_unless_it_ends_on_the_word_again(name: str) -> None:
    once = plain(name)
    assert plain(once) == once or once.endswith("用地")


# —— to the classes of 2023 ——


def test_the_shipped_table_is_sound() -> None:
    rows, problems = load_conversion()
    assert problems == ()
    assert all(row.note for row in rows.values() if not row.certain)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_class_but_the_gathering_ones_is_converted(scheme: str) -> None:
    rows, _ = load_conversion()
    index = codes(scheme).index
    found = to_2023(pd.Series(index, index), scheme, rows)
    assert set(found.index[found.isna()]) == (NOT_CONVERTED if scheme == "gb50137" else set())
    assert set(found.dropna()) <= set(codes(CURRENT).index)


@pytest.mark.parametrize("scheme", ["survey", "guide2020"])
def test_a_class_goes_to_the_class_of_its_name_or_the_row_says_it_is_not_certain(scheme: str) -> None:
    rows, _ = load_conversion()
    now, then = codes(CURRENT), codes(scheme)
    named = {plain(name): code for code, name in now.loc[now["level"] == 2, "name"].items()}
    then = then[then["level"] == 2]
    found = to_2023(pd.Series(then.index, then.index), scheme, rows).to_dict()
    other = {code for code, name in then["name"].items() if found[code][:4] != named.get(plain(name), found[code][:4])}
    assert {code for code in other if rows[f"{scheme} {code}"].certain} == set()


def test_codes_without_a_row_and_missing_ones_become_na() -> None:
    rows, _ = load_conversion()
    found = to_2023(pd.Series(["0601", "9999", None], list("abc")), "survey", rows)
    assert found.index.tolist() == ["a", "b", "c"]
    assert found.isna().tolist() == [False, True, True]
    assert str(found.dtype) == "string"


def test_2023_stays_2023() -> None:
    index = codes(CURRENT).index
    found = to_2023(pd.Series(index, index), CURRENT, load_conversion()[0])
    assert (found == found.index).all()


def test_the_settlement_code_decides_where_a_row_names_it() -> None:
    rows, _ = load_conversion()
    found = to_2023(
        pd.Series(["08H1", "08H1", "08H1", "0601"]),
        "survey",
        rows,
        settlement=pd.Series(["203", "201", None, "203"], dtype="string"),
    )
    assert found.tolist() == ["0704", "0801", "0801", "1001"]


def test_the_office_changes_a_row(tmp_path: Path) -> None:
    (tmp_path / "landuse_conversion.yaml").write_text(
        'survey 0810: {to: "1401"}\nsurvey 0810 203: {to: "1403"}\n', "utf-8"
    )
    rows, problems = load_conversion(tmp_path)
    assert problems == ()
    found = to_2023(pd.Series(["0810", "0810"]), "survey", rows, settlement=pd.Series(["203", None], dtype="string"))
    assert found.tolist() == ["1403", "1401"]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ('survey 9999: {to: "1001"}', "survey 9999：键应为“分类标准 代码”，后面可加城镇村属性码"),
        ('三调 0601: {to: "1001"}', "三调 0601：键应为“分类标准 代码”，后面可加城镇村属性码"),
        ('survey 0601 203 x: {to: "1001"}', "survey 0601 203 x：键应为“分类标准 代码”，后面可加城镇村属性码"),
        ('survey 0601 299: {to: "1001"}', "survey 0601 299：“299”不是城镇村属性码"),
        ('survey 0601 203: {to: "M1"}', "survey 0601 203：“M1”不是用地用海2023 的代码"),
    ],
)
def test_a_wrong_row_is_left_out_and_said(tmp_path: Path, row: str, what: str) -> None:
    (tmp_path / "landuse_conversion.yaml").write_text(row, "utf-8")
    rows, problems = load_conversion(tmp_path)
    assert [str(problem) for problem in problems] == [
        f"landuse_conversion.yaml 的 {what}，请改正该行；在此之前不用它换算。"
    ]
    assert rows == load_conversion()[0]


def test_a_code_that_yaml_reads_as_a_number_is_said(tmp_path: Path) -> None:
    (tmp_path / "landuse_conversion.yaml").write_text("survey 0601: {to: 1001}", "utf-8")
    rows, problems = load_conversion(tmp_path)
    assert str(problems[0]) == (
        "landuse_conversion.yaml 的 survey 0601 的 to：应为文字，请改正该行；在此之前沿用原有设置。"
    )
    assert rows["survey 0601"].to == "1001"


def test_settlement_codes_are_those_of_the_survey() -> None:
    assert list(SETTLEMENTS) == ["201", "201A", "202", "202A", "203", "203A", "204", "205"]
