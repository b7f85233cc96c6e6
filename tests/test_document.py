"""A citation opens its paragraph, whatever file the office has; what is no plan is said in one sentence."""

import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from geodata.document import Document, load_document
from geodata.land import Land

TEXT = """规划纲要
前言，不属于任何一章。

第一章 基础
本章引言。
第一节 成效
第一段。
图 1 示意图

第二段。
表1 指标
指标 | 数值
1 | 产值 | 2
单位 |
2 | 人口 | 3
第三段在表之后。
第二节 形势
另一节第一段。
第十一章 保障
第十节 附则
末段。
"""
AFTER_IT = "第一章 基础\n第一节 成效\n改过的第一段。\n"


def _place(chapter: int, section: int, paragraph: int, table: str | None = None) -> dict[str, Any]:
    return {"chapter": chapter, "section": section, "paragraph": paragraph, "line": 1, "table": table}


def _read(path: Path) -> Document:
    document, problems = load_document(path)
    assert problems == ()
    assert document is not None
    return document


def _said(path: Path) -> str:
    document, problems = load_document(path)
    assert document is None
    (problem,) = problems
    return str(problem)


@pytest.fixture(params=["utf-8", "utf-8-sig", "gbk", "gb18030"])
def text(request: pytest.FixtureRequest, tmp_path: Path) -> Document:
    """Read the text in every encoding an office may save it in."""
    path = tmp_path / "plan.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode(request.param))
    return _read(path)


@pytest.fixture
def word(tmp_path: Path) -> Document:
    """Read the same text from a Word file with a true table."""
    made = docx.Document()
    lines = TEXT.splitlines()
    before, after = lines[: lines.index("表1 指标") + 1], lines[lines.index("第三段在表之后。") :]
    for line in before:
        made.add_paragraph(line)
    cells = made.add_table(rows=3, cols=3)
    for row, words in zip(cells.rows, (("", "指标", "数值"), ("1", "产值", "2"), ("2", "人口", "3")), strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    for line in after:
        made.add_paragraph(line)
    made.save(str(tmp_path / "plan.DOCX"))
    return _read(tmp_path / "plan.DOCX")


PARAGRAPHS = [
    (_place(1, 0, 1), "本章引言。"),
    (_place(1, 1, 1), "第一段。"),
    (_place(1, 1, 2), "第二段。"),
    (_place(1, 1, 3), "第三段在表之后。"),
    (_place(1, 2, 1), "另一节第一段。"),
    (_place(11, 10, 1), "末段。"),
    (_place(1, 1, 4), None),
    (_place(1, 3, 1), None),
    (_place(9, 1, 1), None),
    (_place(1, 1, 3, "表1"), None),
    (_place(1, 1, 1, "表2"), None),
]


@pytest.mark.parametrize(("place", "paragraph"), PARAGRAPHS)
def test_paragraphs_count_under_their_heading_without_captions(
    text: Document, place: dict[str, Any], paragraph: str | None
) -> None:
    assert text.at(place) == paragraph


@pytest.mark.parametrize(("place", "paragraph"), PARAGRAPHS)
def test_a_word_file_counts_the_same(word: Document, place: dict[str, Any], paragraph: str | None) -> None:
    assert word.at(place) == paragraph


def test_rows_of_a_table_are_found_by_their_number(text: Document) -> None:
    assert text.at(_place(1, 1, 1, "表1")) == "1 | 产值 | 2 单位 |"
    assert text.at(_place(1, 1, 2, "表1")) == "2 | 人口 | 3"


def test_rows_of_a_table_of_a_word_file_are_found_by_their_number(word: Document) -> None:
    assert word.at(_place(1, 1, 1, "表1")) == "1 | 产值 | 2"
    assert word.at(_place(1, 1, 2, "表1")) == "2 | 人口 | 3"


def test_of_a_text_that_stands_twice_in_its_file_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(TEXT + AFTER_IT, "utf-8")
    document = _read(path)
    assert document.at(_place(1, 1, 1)) == "第一段。"
    assert document.at(_place(11, 10, 1)) == "末段。"
    assert document.at(_place(1, 1, 4)) is None


CONTENTS = ("第一章 基础{}1", "第一节 成效{}1", "一、经济{}2", "二、科技{}12", "第二节 形势{}13", "第十一章 保障{}20")


@pytest.mark.parametrize("leader", ["\t", "......", "……", " ······ "])
def test_a_table_of_contents_counts_for_nothing(tmp_path: Path, leader: str) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(line.format(leader) for line in CONTENTS) + "\n" + TEXT, "utf-8")
    document = _read(path)
    assert [document.at(place) for place, _ in PARAGRAPHS] == [paragraph for _, paragraph in PARAGRAPHS]


def test_words_contents_without_pages_count_for_nothing(tmp_path: Path) -> None:
    made = docx.Document()
    style = made.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    for line in CONTENTS:
        made.add_paragraph(line.format("").rstrip("0123456789"), style=style)
    for line in TEXT.splitlines():
        made.add_paragraph(line)
    made.save(str(tmp_path / "plan.docx"))
    document = _read(tmp_path / "plan.docx")
    assert [document.at(place) for place, _ in PARAGRAPHS[:3]] == [paragraph for _, paragraph in PARAGRAPHS[:3]]


def test_no_file_in_the_settings_is_no_problem() -> None:
    assert load_document(None) == (None, ())


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert _said(tmp_path / "无.txt") == (
        "无.txt：找不到规划正文文件，请检查 config.yaml 的 plan.document，在此之前只显示出处。"
    )
    (tmp_path / "夹.txt").mkdir()
    assert "找不到规划正文文件" in _said(tmp_path / "夹.txt")


@pytest.mark.parametrize("name", ["plan.pdf", "plan.doc", "plan"])
def test_another_kind_of_file_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"%PDF-1.7")
    assert _said(tmp_path / name) == (
        f"{name}：规划正文只接受 .txt 或 .docx，请另存后填写到 plan.document，在此之前只显示出处。"
    )


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def _members(path: Path) -> dict[str, bytes]:
    docx.Document().save(str(path))
    with zipfile.ZipFile(path) as made:
        return {name: made.read(name) for name in made.namelist()}


def _broken(path: Path, how: str) -> Path:
    members = _members(path)
    whole = path.read_bytes()
    if how == "empty":
        path.write_bytes(b"")
    elif how == "text":
        path.write_text(TEXT, "utf-8")
    elif how == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "bytes":
        middle = whole.index(b"word/document.xml") + 60
        path.write_bytes(whole[:middle] + bytes(40) + whole[middle + 40 :])
    elif how == "parts":
        _zip(path, {"a.txt": b"x"})
    elif how == "xml":
        _zip(path, members | {"word/document.xml": members["word/document.xml"][:-20]})
    elif how == "types":
        _zip(path, members | {"[Content_Types].xml": b"<Types"})
    elif how == "excel":
        types = members["[Content_Types].xml"].replace(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main")
        _zip(path, members | {"[Content_Types].xml": types})
    return path


@pytest.mark.parametrize("how", ["empty", "text", "cut", "bytes", "parts", "xml", "types", "excel"])
def test_a_broken_word_file_is_said(tmp_path: Path, how: str) -> None:
    assert _said(_broken(tmp_path / "plan.docx", how)) == (
        "plan.docx：不是完整的 Word 文档（.docx），请用 Word 另存为 .docx，在此之前只显示出处。"
    )


@pytest.mark.parametrize("name", ["plan.txt", "plan.docx"])
def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = tmp_path / name
    path.write_text(TEXT, "utf-8")

    def locked(*_args: object, **_options: object) -> bytes:
        raise PermissionError(13, "locked")

    monkeypatch.setattr(Path, "read_bytes", locked)
    monkeypatch.setattr("docx.Document", locked)
    assert _said(path).startswith(f"{name}：")
    assert _said(path).endswith("在此之前只显示出处。")


@pytest.mark.parametrize("content", ["", "没有标题的文字。\n又一段。\n", "第一章 只有标题\n第一节 没有段落\n"])
def test_a_text_that_is_no_plan_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "信.txt").write_text(content, "utf-8")
    assert _said(tmp_path / "信.txt") == (
        "信.txt：没有“第一章”“第一节”这样的标题，不像规划正文，"
        "请在 config.yaml 的 plan.document 换成规划正文，在此之前只显示出处。"
    )


def test_an_unknown_encoding_is_said(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_bytes("第一章".encode("utf-16") + b"\xff\xff\xff")
    assert _said(tmp_path / "plan.txt") == "plan.txt：文字编码认不出，请另存为 UTF-8，在此之前只显示出处。"


def test_all_sentences_differ(tmp_path: Path) -> None:
    for name, content in (("a.pdf", b"x"), ("b.docx", b"x"), ("c.txt", b"x"), ("d.txt", b"\xff\xff\xff")):
        (tmp_path / name).write_bytes(content)
    said = {_said(tmp_path / name).split("：")[1] for name in ("a.pdf", "b.docx", "c.txt", "d.txt", "e.txt")}
    assert len(said) == 5


# the plan's own text, where it is present beside the repository


@pytest.fixture
def whole(reference: Path) -> Document:
    """Read the plan's text."""
    return _read(reference / "plan.txt")


def test_every_citation_of_the_plan_finds_its_paragraph(real: Land, whole: Document) -> None:
    assert [key for key, place in real.items["citation"].items() if not whole.at(place)] == []


def test_the_paragraph_found_is_the_line_the_citation_names(real: Land, whole: Document, reference: Path) -> None:
    lines = (reference / "plan.txt").read_text("utf-8").splitlines()
    wrong = [
        key
        for key, place in real.items["citation"].items()
        if not place["table"] and key != "R036" and whole.at(place) != lines[place["line"] - 1].strip()
    ]
    assert wrong == []


def test_a_row_found_of_a_table_holds_the_figures_of_its_target(real: Land, whole: Document) -> None:
    rows = {key: whole.at(place) for key, place in real.items["citation"].items() if place["table"]}
    assert len(rows) > 5
    figures = real.targets["value_2025"][list(rows)].dropna()
    assert [key for key, figure in figures.items() if str(figure) not in str(rows[str(key)])] == []
