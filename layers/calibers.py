"""口径 as HTML: its versions, and a change of figures split into data and 口径."""

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from geodata.calibers import Caliber
from geodata.history import split
from geodata.indicators import Indicator
from geodata.parameters import differences
from layers.differences import signed
from layers.measures import value
from layers.text import NO_DATA, html, joined

_POINTS = "%"
HISTORY = ("口径", "启用日期", "采用人", "变化", "理由")
_CHANGE = ("统计单元", "上次", "数据变化", "口径变化", "本次")

Steps = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
"""Figures: old data and old parameters, new data and old parameters, new data and new parameters."""


def history(versions: tuple[Caliber, ...], held: Caliber, unheeded: tuple[str, ...]) -> Markup:
    """List the versions of an indicator, the newest first.

    Parameters
    ----------
    held : Caliber
        The one in force.
    unheeded : tuple of str
        What the table says otherwise now.
    """
    rows = joined(_line("td", line) for line in lines(versions, held))
    text = f"指标表后来有改动，未自动启用（采用新口径时一并生效）：{'；'.join(unheeded)}。"
    note = html('<p class="note">{text}</p>', text=text) if unheeded else Markup("")
    return html(
        '<div class="wide"><table class="calibers"><thead>{head}</thead><tbody>{rows}</tbody></table></div>{note}',
        head=_line("th", HISTORY),
        rows=rows,
        note=note,
    )


def lines(versions: tuple[Caliber, ...], held: Caliber) -> list[tuple[str, ...]]:
    """What stands of each version: a text for each of HISTORY."""
    return [_version(one, _replaced(versions, place), held) for place, one in enumerate(versions)]


def change(indicator: Indicator, names: Mapping[str, str], steps: Steps) -> Markup:
    """A row per unit: the figure then, what data and 口径 have changed, the figure now."""
    found = split(*(as_shown(indicator, step) for step in steps))
    old, new = steps[0].reindex(found.index), steps[2]
    rows = joined(
        _moved(indicator, names[str(key)], (old.iloc[place], found.iloc[place], new.iloc[place]))
        for place, key in enumerate(found.index)
    )
    unit = "百分点" if indicator.unit == _POINTS else indicator.unit
    text = f"变化的单位为{unit}；先换数据、后换口径，两项之和为总变化。"
    return html(
        '<div class="wide"><table class="change"><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
        '<p class="hint">{text}</p>',
        head=_figures("th", *_CHANGE),
        rows=rows,
        text=text,
    )


def _moved(indicator: Indicator, name: str, rows: "tuple[pd.Series[float], ...]") -> Markup:
    old, found, new = rows
    about = bool(pd.notna(new["low"]))
    causes = (_difference(indicator, found[cause], about=about) for cause in ("data", "caliber"))
    return _figures("td", name, value(indicator, old, fine=True), *causes, value(indicator, new, fine=True))


def as_shown(indicator: Indicator, step: pd.DataFrame) -> pd.DataFrame:
    """Figures as they are shown, in percent or their unit: changes of them add up on the screen and in a file."""
    share = indicator.unit == _POINTS
    return step.assign(value=(step["value"].astype(float) * (100 if share else 1)).round(_digits(indicator)))


def _digits(indicator: Indicator) -> int:
    return 1 if indicator.unit == _POINTS else 2


def _replaced(versions: tuple[Caliber, ...], place: int) -> Caliber | None:
    """The version one took the place of: the next older that was not withdrawn."""
    older = (one for one in versions[place + 1 :] if one.kept is None or not one.kept.withdrawn)
    return next(older, None)


def _version(one: Caliber, before: Caliber | None, held: Caliber) -> tuple[str, ...]:
    if one.kept is None or before is None:
        since, person, reason = "", "", "本单位指标表" if one.own else "指标表，随看板"
    else:
        since, person, reason = str(one.kept.effective_from), one.kept.person, one.kept.reason
    told = "；".join(differences(before.row, one.row)) if before else ""
    return f"口径 {one.number}{_state(one, held)}", since, person, told, reason


def _state(one: Caliber, held: Caliber) -> str:
    if one.kept and one.kept.withdrawn:
        return f"（{one.kept.withdrawn}已撤回）"
    if one.number == held.number:
        return "（在用）"
    return "（待启用）" if one.number > held.number else ""


def _difference(indicator: Indicator, number: float, *, about: bool) -> str:
    """What has changed, in points or the indicator's unit, with its sign.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> park = load_indicators()[0]["park500"]
    >>> [_difference(park, step, about=about) for step, about in ((12.5, False), (-12.5, True), (0.0, False))]
    ['+12.5', '约 −12.5', '0']
    """
    if pd.isna(number):
        return NO_DATA
    digits = _digits(indicator)
    text = signed(round(number, digits), digits)
    return f"约 {text}" if about and text != "0" else text


def _line(tag: str, cells: tuple[str, ...]) -> Markup:
    template = "<{tag}>{cell}</{tag}>"
    return html("<tr>{cells}</tr>", cells=joined(html(template, tag=tag, cell=cell) for cell in cells))


def _figures(tag: str, name: str, *cells: str) -> Markup:
    template = '<{tag} class="number">{cell}</{tag}>'
    return html(
        "<tr><{tag}>{name}</{tag}>{cells}</tr>",
        tag=tag,
        name=name,
        cells=joined(html(template, tag=tag, cell=cell) for cell in cells),
    )
