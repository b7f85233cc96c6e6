"""Where the layers of a plan come from, and what is publicly known of its items."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from geodata.config import Config, load_rows, load_table
from geodata.contract import Contract, Text
from geodata.errors import DashboardError

PLAN_LAYERS = ("zones", "subzones", "areas", "projects", "infrastructure")
PLAN_TABLES = ("rules", "targets")

_UNTOLD = "该期规划的文件未附出处"
Row = TypeVar("Row", bound=Contract)


class Source(Contract):
    """Where a layer comes from."""

    title: Text
    source: Text
    date: Text
    licence: Text
    credit: str = ""
    missing: str = ""


class Fact(Contract):
    """A publicly known figure about an item or a subdistrict."""

    item: Text
    label: Text
    value: float
    unit: Text
    source: Text


def read_sources(config: Config, later: Path | None) -> tuple[Mapping[str, Source], tuple[DashboardError, ...]]:
    """Read the provenance of all layers by name.

    Parameters
    ----------
    later : Path or None
        Folder of a later plan: what is said of the first plan's layers is not said of its own, whose provenance
        stands in its own sources.yaml.

    Returns
    -------
    mapping of str to Source, tuple of DashboardError
    """
    rows, problems = load_table("sources", Source, own=config.data_path / "tables")
    if later is None:
        return rows, problems
    own, wrong = _own(later, "sources", Source)
    untold = {
        key: Source(title=rows[key].title, source=_UNTOLD, date="未注明", licence="未注明", missing="出处、日期、许可")
        for key in (*PLAN_LAYERS, *PLAN_TABLES)
        if key in rows
    }
    return MappingProxyType({**rows, **untold, **own}), (*problems, *wrong)


def read_facts(config: Config, later: Path | None) -> tuple[Mapping[str, Fact], tuple[DashboardError, ...]]:
    """Read publicly known figures by name; those of a later plan stand in its own facts.yaml alone."""
    if later is not None:
        return _own(later, "facts", Fact)
    return load_table("facts", Fact, own=config.data_path / "tables")


def _own(folder: Path, name: str, row: type[Row]) -> tuple[Mapping[str, Row], tuple[DashboardError, ...]]:
    path = folder / f"{name}.yaml"
    return load_rows(path, row) if path.exists() else ({}, ())
