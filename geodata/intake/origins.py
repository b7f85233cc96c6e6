"""Where each row of a draft comes from: its file, its row there, its id and its values as they were supplied."""

from collections.abc import Sequence
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.areal import ellipsoidal
from geodata.checking import Outcome
from geodata.content import STATED
from geodata.findings import Finding, of_column
from geodata.findings_excel import Origin, Origins
from geodata.intake.model import Checked, Piece, Ready
from geodata.kinds import DATASETS
from geodata.landuse_codes import LANDUSE_COLUMNS
from geodata.stated_areas import UNITS
from geodata.typed import typed, written

_LONGEST = 200
_STATED_RULE = "K024"
_HECTARE = UNITS["公顷"]


def origins(ready: Ready) -> Origins:
    """Make what tells where rows of a checked draft come from, by their positions.

    The values of 敏感 columns are not told: the list goes back to whoever delivered the data, by way of others.
    """
    draft, checked = ready
    places = checked.table.index.to_numpy(int)
    files = np.repeat([piece.label for piece in draft.pieces], [len(piece.raw) for piece in draft.pieces])[places]
    numbers = np.concatenate([np.arange(1, len(piece.raw) + 1) for piece in draft.pieces])[places]

    @cache
    def supplied(name: str) -> Sequence[str]:
        return [*pd.concat([_texts(piece, name) for piece in draft.pieces]).to_numpy()[places]]

    def tell(outcome: Outcome, rows: Sequence[int]) -> list[Origin]:
        names = _columns(outcome.finding, draft.kind)
        columns = [supplied(name) for name in names]
        values = _areas(checked, draft.kind, rows) if outcome.number == _STATED_RULE else _joined(columns, rows)
        where = zip(rows, values, strict=True)
        return [Origin(str(files[row]), int(numbers[row]), supplied("id")[row], value) for row, value in where]

    return tell


def _texts(piece: Piece, name: str) -> pd.Series:
    """A column as it was supplied; "" where it came with no field."""
    if name not in piece.fields:
        return pd.Series("", piece.raw.index, dtype=object)
    return written(piece.raw[piece.fields[name]]).fillna("").astype(object).str[:_LONGEST]


def _joined(columns: Sequence[Sequence[str]], rows: Sequence[int]) -> list[str]:
    return ["、".join(column[row] for column in columns if column[row]) for row in rows]


def _columns(finding: Finding | None, kind: str) -> list[str]:
    """The columns a finding is about: where it is, with the name beside a code, or those its sentence compares."""
    if finding is None:
        return []
    spec = DATASETS[kind]
    names = [name for name in spec.names if finding.where == of_column(spec, name)]
    names += [name for code, name in LANDUSE_COLUMNS.get(kind, ()) if finding.number == "K020" and code in names]
    told = finding.what if finding.where == spec.label else ""
    names += [name for name in spec.names if f"“{spec.column(name).label}”" in told]
    return [name for name in names if name not in spec.sensitive]


def _areas(checked: Checked, kind: str, rows: Sequence[int]) -> list[str]:
    """Stated and drawn areas in 公顷, and how far they are apart."""
    table = gpd.GeoDataFrame(checked.table.iloc[list(rows)])
    numbers, _ = typed(table[STATED], DATASETS[kind].column(STATED))
    stated = numbers.to_numpy(float, na_value=np.nan) / _HECTARE
    drawn = ellipsoidal(table.geometry.to_numpy()) / _HECTARE
    pairs = zip(stated, drawn, strict=True)
    return [f"填报 {told:,.4f} 公顷，图形 {size:,.4f} 公顷，相差 {abs(told / size - 1):.1%}" for told, size in pairs]
