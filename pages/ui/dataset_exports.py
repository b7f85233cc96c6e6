"""导出… at a version: which rows, in which system, with which names, what of it is 敏感; then a link per format."""

from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from geodata import crs
from geodata.access import AUDIENCES, Person, may
from geodata.catalogue import read_version
from geodata.drawn import Summary
from geodata.kinds import DATASETS
from geodata.outlines import digests
from geodata.versions import Version
from geodata.writing import handover
from geodata.writing.chosen import BY_POINT, places
from geodata.writing.delivery import ENCODINGS
from geodata.writing.formats import FORMATS
from geodata.writing.profiles import PROFILES
from layers import datasets
from layers.deliveries import Setting, counted, group, offered, warned
from layers.text import html, joined
from layers.wishes import MISSING, Wish
from pages.ui import caches, deliveries
from pages.ui.downloads import link

_EVERYWHERE = ""
_HINT = f"范围{BY_POINT}。交付包含官方字段的数据、说明、检查报告与校验值。每次导出记入操作留痕。"
_PLACES = {"street": "街道", "unit": "布局单元"}


def button(scene: caches.Scene, version: Version, who: Person | None, summary: Summary | None) -> None:
    """Offer to export a version whose content is there."""
    if version.purged_at is None:
        with st.popover("导出…"):
            _asked(scene, version, who, summary)


@st.fragment
def _asked(scene: caches.Scene, version: Version, who: Person | None, summary: Summary | None) -> None:
    """Ask what is to go out; the links say it all."""
    if not may(who, "export"):
        st.html(html('<p class="hint">导出要写明导出人：请先在页面右上角选择姓名或登录。</p>'))
        return
    left, right = st.columns(2)
    with left:
        street, unit = _place(scene, version)
    with right:
        system = _system(version)
    profile = left.selectbox("字段", list(PROFILES), format_func=PROFILES.__getitem__, key=_key("profile"))
    encoding = right.selectbox("Shapefile 文字编码", ENCODINGS, key=_key("encoding"))
    wish = Wish(
        period=scene.land.period if len(scene.lands) > 1 else "",
        street=street,
        unit=unit,
        classes=_classes(scene, version, summary),
        system=system,
        profile=profile,
        encoding=encoding,
        sensitive="1" if _with_sensitive(version, who) else "",
        known="1" if _told(version) else "",
    )
    st.html(_links(version, wish, rows=_counted(scene, version, wish)))


def _place(scene: caches.Scene, version: Version) -> tuple[str, str]:
    """A subdistrict or a unit, by id; one of them at most."""
    if not DATASETS[version.kind].geometry:
        return "", ""
    there = places(scene.land)
    labels = {f"{field}/{key}": f"{_PLACES[field]}：{name}" for field in _PLACES for key, name in there[field].items()}
    options = {_EVERYWHERE: "全部范围"} | labels
    chosen = st.selectbox("范围", list(options), format_func=options.__getitem__, key=_key("place"))
    field, _, key = str(chosen).partition("/")
    return (key, "") if field == "street" else ("", key)


def _classes(scene: caches.Scene, version: Version, summary: Summary | None) -> str:
    """Lines of the legend, as a link names them; none means all."""
    if summary is None or not summary.column:
        return ""
    labels = {group(sign) or MISSING: sign.label for sign in datasets.signs(summary, version, scene.styles)}
    column = DATASETS[version.kind].column(summary.column).label
    chosen = st.multiselect(
        column, list(labels), format_func=labels.__getitem__, key=_key("classes", version), placeholder="全部类别"
    )
    return ",".join(chosen)


def _system(version: Version) -> str:
    if not DATASETS[version.kind].geometry:
        return crs.EXPORTED[0]
    said = {key: crs.SYSTEMS[key].said for key in crs.EXPORTED}
    return str(st.selectbox("坐标系", list(said), format_func=said.__getitem__, key=_key("system")))


def _with_sensitive(version: Version, who: Person | None) -> bool:
    """Show which columns are 敏感; they go out only where that is ticked."""
    if not (labels := offered(version.kind, who)):
        return False
    return st.checkbox(f"一并导出敏感字段：{'、'.join(labels)}", key=_key("sensitive", version))


def _told(version: Version) -> bool:
    """Say where all of it is 敏感: then nothing goes out without a tick."""
    if not warned(version):
        return False
    said = f"我已知悉：本数据集“{version.name}”的使用范围是“{AUDIENCES[version.audience]}”"
    return st.checkbox(said, key=_key("known", version))


def _counted(scene: caches.Scene, version: Version, wish: Wish) -> int:
    """How many rows go out; of a part of a version they are counted once."""
    if not (wish.unit or wish.street or wish.classes):
        return version.rows
    setting = Setting(scene.config, scene.land, scene.styles, None)
    told = (version.digest, scene.land.period, wish.unit, wish.street, wish.classes, *digests(scene.land.outlines))
    return caches.computed(
        f"export {' '.join(told)}",
        lambda: counted(read_version(scene.config.data_path, version), version, wish, setting),
    )


def _links(version: Version, wish: Wish, *, rows: int) -> Markup:
    query, ready = urlencode(wish.query()), rows and (wish.known or not warned(version))
    endings = {label: form.ending for label, form in FORMATS.items()} | {handover.LABEL: deliveries.PACKAGE}
    lines = (
        link(label, f"{deliveries.address(version, ending)}?{query}".rstrip("?") if ready else "")
        for label, ending in endings.items()
    )
    return html(
        '<div class="panel out"><p>{said}</p><div class="exports">{links}</div><p class="hint">{hint}</p></div>',
        said=f"将导出 {rows:,} 行（本版共 {version.rows:,} 行）。" if rows else "没有符合条件的行，请放宽范围或类别。",
        links=joined(lines),
        hint=_HINT,
    )


def _key(name: str, version: Version | None = None) -> str:
    return f"export_{name}_{version.key}" if version else f"export_{name}"
