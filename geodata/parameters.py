"""The parameters of an indicator, sizes and distances: tried, told, and compared with those of another version."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from geodata.errors import MeasureError
from geodata.indicators import MOST_M, MOST_M2, Band, Indicator

_TEXTS = ("name", "definition", "formula")
_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "名称",
        "shown": "所在栏目",
        "how": "算法",
        "unit": "单位",
        "definition": "定义",
        "formula": "公式",
        "source": "依据",
        "sure": "依据的核对程度",
        "sources": "计入的要素",
        "base": "分母",
        "target": "目标值",
        "target_source": "目标值的依据",
        "nature": "指标性质",
    }
)
_NUMBER = r"(?<![\d.])\d+(?:\.\d+)?"
_METRES = re.compile(rf"{_NUMBER}(?=\s?米)")
_SQUARE_METRES = re.compile(rf"{_NUMBER}(?=(?:—[\d.]+)?\s?平方米)")


def with_bands(indicator: Indicator, bands: Sequence[Mapping[str, object]]) -> Indicator:
    """Give an indicator other sizes and distances; its name, definition and formula say the new ones.

    Parameters
    ----------
    bands : sequence of mapping
        `least_m2` and `distance_m` of each band, as many as the indicator has.

    Raises
    ------
    MeasureError
        One of them is out of range, or not as many.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> nearer = with_bands(load_indicators()[0]["park500"], [{"least_m2": 1000, "distance_m": 300}])
    >>> nearer.name, nearer.definition
    ('300米见园', '公园边界 300 米以内的居住用地所占比例；公园为 1000 平方米以上的公园绿地')
    """
    return _with(indicator, _bands(indicator, bands))


def thresholds(indicator: Indicator) -> str:
    """Sizes and distances of an indicator; "" where it has none.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> thresholds(load_indicators()[0]["cov2022"])
    '5000 平方米以上 500 米、400 平方米以上 300 米'
    """
    return "、".join(
        f"{exact(band.least_m2)} 平方米以上 {exact(band.distance_m)} 米" for band in indicator.sources.bands
    )


def exact(number: float) -> str:
    """Every digit of a number, and no exponent: a size or distance must come back from a text as it was.

    Examples
    --------
    >>> exact(500.0), exact(412.5), exact(1_234_567.0)
    ('500', '412.5', '1234567')
    """
    return f"{Decimal(repr(number)):f}".removesuffix(".0")


def differences(old: Indicator, new: Indicator) -> tuple[str, ...]:
    """What a row of the table says otherwise than another; texts that merely follow from the sizes are not listed.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> park = load_indicators()[0]["park500"]
    >>> differences(park, with_bands(park, [{"least_m2": 400, "distance_m": 300}]))
    ('400 平方米以上 500 米 → 400 平方米以上 300 米',)
    """
    told = (f"{thresholds(old)} → {thresholds(new)}",) if old.sources.bands != new.sources.bands else ()
    alike = _with(old, new.sources.bands)
    changed = [name for name in _LABELS if getattr(alike, name) != getattr(new, name)]
    return (*told, *(f"{_LABELS[name]}：{_said(alike, name)} → {_said(new, name)}" for name in changed))


def _with(indicator: Indicator, found: tuple[Band, ...]) -> Indicator:
    pairs = tuple(zip(indicator.sources.bands, found, strict=False))
    metres = _changed((was.distance_m, now.distance_m) for was, now in pairs)
    sizes = _changed((was.least_m2, now.least_m2) for was, now in pairs)
    texts = {name: _rewritten(getattr(indicator, name), metres, sizes) for name in _TEXTS}
    sources = indicator.sources.model_copy(update={"bands": found})
    return indicator.model_copy(update={"sources": sources, **texts})


def _bands(indicator: Indicator, bands: Sequence[Mapping[str, object]]) -> tuple[Band, ...]:
    where = f"指标“{indicator.name}”的参数"
    if len(bands) != len(indicator.sources.bands):
        what = f"应有 {len(indicator.sources.bands)} 组面积与距离，现为 {len(bands)} 组"
        raise MeasureError(where, what, "请重新填写")
    try:
        return tuple(Band.model_validate(band) for band in bands)
    except ValidationError as error:
        what = f"最小面积须在 0 至 {MOST_M2:,} 平方米之间，距离须在 1 至 {MOST_M:,} 米之间"
        raise MeasureError(where, what, "请改正") from error


def _changed(pairs: Iterable[tuple[float, float]]) -> dict[str, str]:
    """Old number -> new one, as texts; left out where one old number has become several."""
    found: dict[str, set[str]] = {}
    for was, now in pairs:
        found.setdefault(exact(was), set()).add(exact(now))
    return {was: next(iter(now)) for was, now in found.items() if len(now) == 1}


def _rewritten(text: str, metres: Mapping[str, str], sizes: Mapping[str, str]) -> str:
    text = _METRES.sub(lambda found: metres.get(found[0], found[0]), text)
    return _SQUARE_METRES.sub(lambda found: sizes.get(found[0], found[0]), text)


def _said(indicator: Indicator, name: str) -> str:
    value: Any = getattr(indicator, name)
    return value.model_dump_json(exclude_defaults=True) if hasattr(value, "model_dump_json") else f"{value or '无'}"
