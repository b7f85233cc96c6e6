"""One style per role, and the office may change any of them."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest

from geodata.config import load_table
from geodata.items import BASE_ROLES, ROLES
from geodata.land import Land
from layers.style import PLAIN, Style, load_styles

_PALETTE = ("corridor", "core", "city", "cluster", "ecology", "reclaimed", "expansion")


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _contrast_on_white(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 1.05 / (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05)


def test_every_role_of_the_vocabulary_that_can_be_drawn_has_a_row() -> None:
    assert {*ROLES, *BASE_ROLES} - set(load_table("styles", Style)[0]) == {"rule", "target"}


def test_a_role_whose_row_is_missing_is_drawn_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("geodata.config.TABLES", tmp_path)
    (tmp_path / "styles.yaml").write_text('core: {color: "#123456"}\nmetro: {color: red}', "utf-8")
    styles, problems = load_styles(tmp_path / "own")
    assert (styles["core"].color, styles["metro"], styles["zone"]) == ("#123456", PLAIN, PLAIN)
    assert [problem.where for problem in problems] == ["styles.yaml 的 metro 的 color"]


def test_the_outline_of_all_leaves_gaps_in_the_edges_it_shares(styles: Mapping[str, Style]) -> None:
    dot, gap = (float(part) for part in (styles["zone"].dash or "1 0").split())
    assert dot <= gap / 2


def test_a_row_of_the_office_is_dashed_as_ours_unless_it_says_otherwise(
    tmp_path: Path, styles: Mapping[str, Style]
) -> None:
    rows = 'metro: {color: "#123456"}\ntram: {color: "#123456", dash: "1 1"}\nzone: {color: "#123456", dash: null}\n'
    (tmp_path / "styles.yaml").write_text(rows, "utf-8")
    changed, problems = load_styles(tmp_path)
    assert problems == ()
    assert {changed[role].color for role in ("metro", "tram", "zone")} == {"#123456"}
    assert [changed[role].dash for role in ("metro", "tram", "zone")] == [styles["metro"].dash, "1 1", None]


def test_a_row_of_the_office_that_is_about_nothing_is_said(tmp_path: Path, styles: Mapping[str, Style]) -> None:
    rows = 'kern: {color: "#123456"}\nstreet/lane: {color: "#123456"}\nlanduse/0701: {color: "#123456"}\n'
    (tmp_path / "styles.yaml").write_text(rows, "utf-8")
    changed, problems = load_styles(tmp_path)
    remedy = "没有这个类别，未采用，请改为 geodata/data/tables/styles.yaml 中有的类别。"
    assert [str(problem) for problem in problems] == [
        f"styles.yaml 的 kern：{remedy}",
        f"styles.yaml 的 street/lane：{remedy}",
    ]
    assert set(changed) - set(styles) == {"landuse/0701"} - set(styles)


def test_every_kind_of_point_has_a_sign(real: Land, styles: Mapping[str, Style]) -> None:
    roles = set(real.placed["role"][real.placed.geom_type == "Point"])
    assert {role for role in roles if not styles[role].glyph} == set()


def test_the_signs_of_different_roles_differ(styles: Mapping[str, Style]) -> None:
    glyphs = [style.glyph for style in styles.values() if style.glyph]
    assert len(glyphs) == len(set(glyphs))


def test_the_units_of_the_layout_can_be_told_apart(styles: Mapping[str, Style]) -> None:
    for one, other in itertools.combinations(_PALETTE, 2):
        pairs = zip(_channels(styles[one].color), _channels(styles[other].color), strict=True)
        assert sum(abs(a - b) for a, b in pairs) > 60, (one, other)


@pytest.mark.parametrize("role", _PALETTE)
def test_the_labels_of_the_layout_are_readable_on_paper(styles: Mapping[str, Style], role: str) -> None:
    style = styles[role]
    assert _contrast_on_white(style.text or style.color) >= 3.5


def test_the_office_changes_one_style_and_keeps_the_others(tmp_path: Path, styles: Mapping[str, Style]) -> None:
    (tmp_path / "styles.yaml").write_text('core: {color: "#123456"}', "utf-8")
    changed, problems = load_styles(tmp_path)
    assert problems == ()
    assert changed["core"].color == "#123456"
    assert {role: changed[role] for role in styles if role != "core"} == {
        role: styles[role] for role in styles if role != "core"
    }
