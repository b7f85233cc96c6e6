"""What a measure found, on the map: land by how much of it is reached, and what reaches it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd

from geodata import drawn, parquet
from geodata.access import Audience
from geodata.config import Config
from geodata.drawn import COVERAGE, Summary
from geodata.measures.reading import COVERED
from geodata.versions import DEMONSTRATION
from geodata.writing.delivery import Colours
from layers import drawings
from layers.drawings import Prepared, Sign
from layers.qml import Category, qml
from layers.style import OF_DATASET, Style, coverage


@dataclass(frozen=True)
class Found:
    """What a measure found.

    Attributes
    ----------
    digest : str
        Of the content it was measured on: when that is 清除, the drawing goes too.
    told : str
        All else it depends on: the indicator, what is shown of it.
    audience : str
        Who may see it.
    labels : mapping of str to str
        Class in the column `coverage` of what is drawn -> what the legend calls it.
    others : tuple of str
        Digests of the other contents it was measured on: it goes with any of them.
    """

    title: str
    digest: str
    told: str
    audience: Audience
    synthetic: bool
    labels: Mapping[str, str] = field(default_factory=lambda: COVERED)
    others: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name of the files it is drawn from."""
        own = drawn.key(self.digest, f"{COVERAGE} {hashlib.sha256(self.told.encode()).hexdigest()}")
        return own + "".join(digest[: parquet.SHORT] for digest in self.others)

    def base(self, folder: Path) -> Path:
        """Where they lie, without their ending."""
        return folder / "derived" / self.audience / self.key


def prepare(found: Found, read: Callable[[], gpd.GeoDataFrame], config: Config) -> Prepared:
    """Write what the browser needs to draw a finding, unless it is there.

    Raises
    ------
    StoreError
        The files cannot be written.
    """
    base = found.base(config.data_path)
    return drawings.prepare(base, found.audience, lambda: drawn.write(read(), COVERAGE, base), config)


def signs(summary: Summary, styles: Mapping[str, Style], labels: Mapping[str, str] = COVERED) -> tuple[Sign, ...]:
    """Tell how each class that is there is drawn."""
    return tuple(
        Sign(
            f"{COVERAGE}{OF_DATASET}{name}",
            label,
            coverage(styles, name),
            (name,),
            tuple(summary.classes[name]),
        )
        for name, label in labels.items()
        if name in summary.classes
    )


def colours(styles: Mapping[str, Style], heading: str, labels: Mapping[str, str]) -> Colours:
    """Colours of a file of a finding: by the labels under a heading, as the map draws their classes."""
    told = {label: coverage(styles, name) for name, label in labels.items()}
    return Colours(heading, partial(qml, [Category(label, style, (label,)) for label, style in told.items()]))


def drawing(
    prepared: Prepared, found: Found, styles: Mapping[str, Style], *, selected: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Tell the browser what to draw and how, as `layers.datasets.drawing` does."""
    told = drawings.told(prepared, f"{found.audience}/{found.key}", signs(prepared.summary, styles, found.labels))
    return told | {"said": DEMONSTRATION if found.synthetic else "", "selected": selected}
