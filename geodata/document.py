"""The plan's text, if the office has put it there: a citation -> the paragraph it names."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError

from geodata.errors import DashboardError, LayerError
from geodata.items import numeral

_CHAPTER = re.compile(r"^第([一二三四五六七八九十]+)章")
_SECTION = re.compile(r"^第([一二三四五六七八九十]+)节")
_CAPTION = re.compile(r"^(图|表)\s*\d+")
_CONTENTS = re.compile(r"(\t|[.．·…]{2,})\s*\d+$")
"""How a line of a table of contents ends: a tab or dots, then the page."""
_NUMBERS = {numeral(number): number for number in range(20)}
_KEEP = "在此之前只显示出处"
_BROKEN = (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError, zlib.error, EOFError, RuntimeError)
"""What python-docx, zipfile and lxml (whose XMLSyntaxError is a SyntaxError) raise at a damaged file."""


@dataclass(frozen=True)
class Document:
    """Paragraphs by (chapter, section), and rows by table caption as "表2"."""

    paragraphs: Mapping[tuple[int, int], tuple[str, ...]]
    tables: Mapping[str, Mapping[int, str]]

    def at(self, place: Mapping[str, Any]) -> str | None:
        """Return the paragraph or row a citation names; None where this text has none."""
        if place.get("table"):
            return self.tables.get(place["table"], {}).get(place["paragraph"])
        found = self.paragraphs.get((place["chapter"], place["section"]), ())
        return found[place["paragraph"] - 1] if place["paragraph"] <= len(found) else None


def load_document(path: Path | None) -> tuple[Document | None, tuple[DashboardError, ...]]:
    """Read the plan's text.

    Parameters
    ----------
    path : Path or None
        A .txt (UTF-8 or GBK) or .docx file.

    Returns
    -------
    Document or None, tuple of DashboardError
    """
    if path is None:
        return None, ()
    try:
        document = _parse(_lines(path))
    except LayerError as error:
        return None, (error,)
    except OSError:
        return None, (LayerError(path.name, "无法打开", f"请关闭正在使用它的程序后刷新，{_KEEP}"),)
    if not document.paragraphs:
        what = "没有“第一章”“第一节”这样的标题，不像规划正文"
        return None, (LayerError(path.name, what, f"请在 config.yaml 的 plan.document 换成规划正文，{_KEEP}"),)
    return document, ()


def _lines(path: Path) -> list[str]:
    remedy = f"请检查 config.yaml 的 plan.document，{_KEEP}"
    if not path.is_file():
        raise LayerError(path.name, "找不到规划正文文件", remedy)
    if path.suffix.lower() == ".docx":
        try:
            return _docx_lines(path)
        except _BROKEN:
            raise LayerError(path.name, "不是完整的 Word 文档（.docx）", f"请用 Word 另存为 .docx，{_KEEP}") from None
    if path.suffix.lower() != ".txt":
        raise LayerError(path.name, "规划正文只接受 .txt 或 .docx", f"请另存后填写到 plan.document，{_KEEP}")
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
    raise LayerError(path.name, "文字编码认不出", f"请另存为 UTF-8，{_KEEP}")


def _docx_lines(path: Path) -> list[str]:
    """Paragraphs and table rows in the order of the document; a row reads "cell | cell"."""
    lines = []
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, docx.table.Table):
            lines += [" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows]
        elif not (block.style and (block.style.name or "").lower().startswith("toc")):
            lines.append(block.text)
    return lines


def _parse(lines: list[str]) -> Document:
    paragraphs: dict[tuple[int, int], list[str]] = {}
    tables: dict[str, dict[int, str]] = {}
    chapter, section, table = 0, 0, ""
    for line in (text.strip() for text in lines if not _CONTENTS.search(text)):
        if found := _CHAPTER.match(line):
            chapter, section, table = _NUMBERS.get(found[1], 0), 0, ""
            if (chapter, 1) in paragraphs:
                break  # the text stands in the file a second time
        elif found := _SECTION.match(line):
            section, table = _NUMBERS.get(found[1], 0), ""
        elif found := _CAPTION.match(line):
            table = found[0].replace(" ", "") if found[1] == "表" else ""
        elif table and "|" in line:
            _add_cells(tables.setdefault(table, {}), line)
        elif line and chapter:
            paragraphs.setdefault((chapter, section), []).append(line)
    return Document({key: tuple(value) for key, value in paragraphs.items()}, tables)


def _add_cells(rows: dict[int, str], line: str) -> None:
    """A row begins with the next number; cells may stand on lines of their own."""
    number = line.split("|", 1)[0].strip()
    if number.isdigit() and int(number) == len(rows) + 1:
        rows[len(rows) + 1] = line
    elif rows:
        rows[len(rows)] += f" {line}"
