"""Official outlines in place of the schematic ones: matched, seen, corrected, applied by one press, and gone back."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from geodata import replacement
from geodata.access import AUDIENCES, Person, may
from geodata.config import Config
from geodata.land import Land
from geodata.official import Choice, unknown_ids
from geodata.official_effects import preview
from geodata.outline_reading import outlines_of
from geodata.outlines import labels
from geodata.replacement import Act
from geodata.store.engine import Store
from geodata.store.outlines import InUse
from geodata.versions import Version
from layers import official
from layers.text import html
from pages.ui import acts, caches, draft, figure_files, official_files, official_read, person, problems, state

KEY = "official"
_LIST = "official_list"
_UNIT, _ROW = "official_unit", "official_row"
_CHOSEN = "official_chosen"
_NONE = ""
_LEAD = "与规划单元同名的官方界线已自动对应，名称相近的须逐个确认；替换只改图形、定位依据与定位精度。"


def section(scene: caches.Scene, version: Version | None, who: Person | None) -> None:
    """Offer to replace shapes of the plan by the outlines of a version, where these can be official ones."""
    if version is None or version.kind != replacement.KIND or version.synthetic:
        return
    with problems.part("官方边界"):
        st.html(html('<div class="panel"><h3>用官方边界替换示意图形</h3><p class="hint">{text}</p></div>', text=_LEAD))
        acts.said(KEY)
        used, _ = caches.outlines_in_use()
        if version.audience not in replacement.SEEN_BY_ALL:
            text = f"这份界线的使用范围是“{AUDIENCES[version.audience]}”，规划图形人人可见，不能用它替换。"
            st.html(html('<div class="panel"><p class="note">{text}</p></div>', text=text))
        elif version.purged_at is None:
            _offer(scene, version, who, used=used)
        _back(who, used)


def _offer(scene: caches.Scene, version: Version, who: Person | None, *, used: InUse) -> None:
    """Show the match, let the person correct it, show what would change, and the press that does it."""
    choices = {one.item: one for one in caches.outline_choices(scene, version)}
    if unknown := unknown_ids(scene.land, caches.boundaries(version)):
        what = "没有这样的规划单元或街道，请在数据中改正或留空，或在下面指定。"
        text = f"规划事项编号 {'、'.join(unknown)}：{what}"
        st.html(html('<div class="panel"><p class="note">{text}</p></div>', text=text))
    _listing(scene, version, choices)
    _correct(scene, version, choices)
    if not (chosen := _chosen(version, choices, scene.land)):
        return
    found = preview(scene.land, outlines_of(version, scene.config.data_path, chosen), _resting(scene.land, chosen))
    st.html(official.preview(scene.land, found))
    act = Act(version.key, chosen, used.seen)
    st.button(
        f"用官方边界替换 {len(chosen)} 个单元",
        key="official_apply",
        type="primary",
        disabled=not may(who, "replace_boundary"),
        on_click=partial(acts.press, KEY, partial(_replace, act, scene.land, scene.config)),
    )


def _resting(land: Land, chosen: Mapping[str, str]) -> dict[str, list[str]]:
    """What rests on the outlines of some units: figures of them, and proposals, whose figures are by unit."""
    names = pd.concat([land.items["name"], land.base["subdistricts"]["name"]])
    units = "、".join(str(names[item]) for item in chosen)
    return {
        "方案比选": [one.name for one in draft.living().values()],
        "指标": [f"“绿地与公园”“用地结构”中{units}的各项数字"],
    }


def _chosen(version: Version, choices: Mapping[str, Choice], land: Land) -> dict[str, str]:
    """Unit -> outline that will be applied: the sure ones and those a person has confirmed, but for what is in use."""
    told = {item: one.row for item, one in choices.items() if one.sure} | _corrections(version)
    return {item: row for item, row in told.items() if row and not official_read.used(land, item, version, row)}


def _corrections(version: Version) -> dict[str, str]:
    """What a person has said of this version: unit -> outline, "" for none."""
    every: dict[str, dict[str, str]] = st.session_state.setdefault(_CHOSEN, {})
    return every.setdefault(version.key, {})


def _listing(scene: caches.Scene, version: Version, choices: Mapping[str, Choice]) -> None:
    """List the units that some outline may belong to; a press on one shows its outline on the map."""
    said = _corrections(version)
    shown = official_read.shown(choices, said)
    if not shown:
        st.html(html('<div class="panel"><p class="hint">没有名称相近的界线，请在下面逐个指定。</p></div>'))
        return
    keys = [one.item for one in shown]
    place = [keys.index(st.session_state[_UNIT])] if st.session_state.get(_UNIT) in keys else []
    st.session_state[_LIST] = {"selection": {"rows": place, "columns": []}}
    st.dataframe(
        official_read.table(scene.land, version, shown, said),
        key=_LIST,
        hide_index=True,
        on_select=partial(_on_select, tuple((one.item, said.get(one.item, one.row)) for one in shown)),
        selection_mode="single-row",
        column_config={"规划单元": st.column_config.TextColumn(width="medium")},
    )
    query = {"period": scene.land.period, "data": version.key, official_files.OPTION: official_files.told(said)}
    out = figure_files.links(official_files.FILES, query, (version,), person.current())
    st.html(html('<div class="panel">{out}</div>', out=out))


def _correct(scene: caches.Scene, version: Version, choices: Mapping[str, Choice]) -> None:
    """Let a person say which outline is that of a unit, or that none is."""
    names, rows = labels(scene.land), caches.boundaries(version)
    waiting = (one.item for one in choices.values() if one.row and not one.sure)
    st.session_state.setdefault(_UNIT, next(waiting, names.index[0]))
    pair = st.container(key="official_pair", horizontal=True, vertical_alignment="bottom")
    unit = pair.selectbox("规划单元", list(names.index), format_func=lambda key: str(names[key]), key=_UNIT)
    one = choices[unit]
    first = [key for key in (_corrections(version).get(unit), one.row, *one.others) if key]
    options = list(dict.fromkeys([*first, _NONE, *rows.index.astype(str)]))
    pair.selectbox(
        "官方界线",
        options,
        format_func=lambda key: official_read.named(rows, key) if key else "不替换",
        key=f"{_ROW}_{version.key}_{unit}",
    )
    pair.button("确认这一对应", key="official_confirm", on_click=partial(_confirm, version, unit))


def _confirm(version: Version, unit: str) -> None:
    _corrections(version)[unit] = st.session_state[f"{_ROW}_{version.key}_{unit}"]


def _on_select(pairs: tuple[tuple[str, str], ...]) -> None:
    places = st.session_state[_LIST]["selection"]["rows"]
    item, row = pairs[places[0]] if places and places[0] < len(pairs) else ("", "")
    if item:
        st.session_state[_UNIT] = item
    state.change(record=row)


def _replace(act: Act, land: Land, config: Config, store: Store, who: Person | None) -> str:
    replacement.replace_outlines(store, who, act, land=land, config=config)
    return f"已用官方边界替换 {len(act.rows)} 个单元的示意图形；可以一键退回。"


def _back(who: Person | None, used: InUse) -> None:
    """Offer to take the last act away."""
    if used.last is None:
        return
    text = f"最近一次替换：{used.last.at.astimezone():%Y-%m-%d %H:%M}　{used.last.person}"
    st.caption(text)
    st.button(
        "退回上一步",
        key="official_back",
        disabled=not may(who, "replace_boundary"),
        on_click=partial(acts.press, KEY, partial(_step_back, used.seen)),
    )


def _step_back(seen: int, store: Store, who: Person | None) -> str:
    used = replacement.step_back(store, who, seen=seen)
    return "已退回上一步的官方边界。" if used.uses else "已恢复为位置示意。"
