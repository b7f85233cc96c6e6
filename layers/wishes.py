"""What a link to an export of a dataset asks for: which rows, in which system, with which names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from geodata import crs
from geodata.errors import LinkError
from geodata.land import Land
from geodata.writing.chosen import places
from geodata.writing.delivery import ENCODINGS, Encoding
from geodata.writing.profiles import PROFILES

MISSING = "-"
"""How a link names the class of rows that have none."""

_REMEDY = "请从“数据”页重新导出"
_YES = "1"


@dataclass(frozen=True)
class Wish:
    """What is wished for; the values are ids, as they stand in the link.

    Attributes
    ----------
    period : str
        The plan whose places are meant; "" = the first.
    unit, street : str
        Only what lies there.
    classes : str
        Only these lines of the legend, with commas between them.
    system, profile, encoding : str
        Keys of geodata.crs.SYSTEMS and of PROFILES; one of ENCODINGS.
    sensitive : str
        "1": 敏感 columns too.
    known : str
        "1": whoever asks has been told that the dataset is 敏感.
    """

    period: str = ""
    unit: str = ""
    street: str = ""
    classes: str = ""
    system: str = crs.EXPORTED[0]
    profile: str = "ours"
    encoding: Encoding = "UTF-8"
    sensitive: str = ""
    known: str = ""

    def query(self) -> dict[str, str]:
        """Fields that differ from what is usual."""
        usual = Wish()
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in told.items() if value != getattr(usual, name)}

    @property
    def groups(self) -> tuple[str, ...]:
        """Classes as the legend has them; "" = missing."""
        return tuple("" if name == MISSING else name for name in self.classes.split(",")) if self.classes else ()


def official(wish: Wish) -> Wish:
    """The same wish with official names of the fields."""
    return replace(wish, profile="official")


def read(params: Mapping[str, str], land: Land) -> Wish:
    """Read the query of a link; nothing is exported by a link that cannot be read in full.

    Raises
    ------
    LinkError
        The first of it that is unknown.
    """
    allowed = _allowed(land)
    for key, value in params.items():
        if key not in allowed or not allowed[key](value):
            where = f"链接中的 {key}={value[:40]}"
            raise LinkError(where, "不可用", _REMEDY)
    return Wish(**params)  # type: ignore[arg-type]  # an encoding is one of ENCODINGS by now


def _allowed(land: Land) -> Mapping[str, Callable[[str], bool]]:
    """Field -> whether a value is one of its."""
    there = places(land)
    return MappingProxyType(
        {
            "period": lambda value: value == land.period,
            "unit": there["unit"].__contains__,
            "street": there["street"].__contains__,
            "classes": bool,
            "system": crs.EXPORTED.__contains__,
            "profile": PROFILES.__contains__,
            "encoding": ENCODINGS.__contains__,
            "sensitive": _YES.__eq__,
            "known": _YES.__eq__,
        }
    )
