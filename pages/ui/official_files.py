"""The list of official outlines and the units they belong to, as a file: with what a person has said of it so far."""

import json
from collections.abc import Container, Mapping
from types import MappingProxyType

from geodata.errors import LinkError
from geodata.replacement import KIND
from pages.ui import caches, official_read
from pages.ui.figure_files import TABLES, Asked, Content, File
from pages.ui.official_read import Said

OPTION = "_said"
"""What a person said, in the link."""
_AGAIN = "请从“数据”页重新导出"


def told(said: Said) -> str:
    """Write what a person said for a link; "" for nothing."""
    return json.dumps(dict(said), ensure_ascii=False) if said else ""


def _said(text: str, units: Container[str], outlines: Container[str]) -> Said:
    """Read what a person said; of units and outlines that are none, nothing was said."""
    try:
        said = dict(json.loads(text or "{}"))
    except (ValueError, TypeError):
        where = f"链接中的 {OPTION}"
        raise LinkError(where, "写法不对", _AGAIN) from None
    told = {item: row for item, row in said.items() if isinstance(row, str)}
    return {item: row for item, row in told.items() if item in units and (row == "" or row in outlines)}


def _matched(asked: Asked) -> Content:
    """Every unit that an outline of the version may belong to."""
    version = asked.held.find(asked.view.data)
    if version is None or version.kind != KIND or version.purged_at:
        where = f"链接中的 data={asked.view.data}"
        raise LinkError(where, "没有这份界线", _AGAIN)
    choices = {one.item: one for one in caches.outline_choices(asked.scene, version)}
    said = _said(asked.options.get(OPTION.removeprefix("_"), ""), choices, caches.boundaries(version).index)
    rows = official_read.table(asked.scene.land, version, official_read.shown(choices, said), said)
    return Content(version.name, rows, {"界线": version.label}, (version,))


FILES: Mapping[str, File] = MappingProxyType({"official": File("官方边界对应", TABLES, _matched)})
"""Name in an address -> file."""
