"""What the reader lets pass the checks must catch, each with its sentence; the dataset in use stays as it was."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pytest

from geodata.access import Person
from geodata.assemble import Assembly, Part, Told, assemble
from geodata.catalogue import Catalogue, catalogue, take_in
from geodata.check_scene import Against
from geodata.checking import Report, check_all
from geodata.config import Config
from geodata.crs_recognition import candidates, to_metric
from geodata.errors import DatasetError, FileError
from geodata.field_proposals import propose_fields
from geodata.fields import load_fields
from geodata.foreign import contents, reading
from geodata.foreign.model import LIMITS, Choice
from geodata.landuse_codes import CURRENT
from geodata.store.engine import open_store
from geodata.versions import Intake
from tests import people, tables
from tests.nasty import NASTY
from tests.nasty_rows import ROWS


def _put_together(path: Path, kind: str, work: Path) -> Assembly:
    work.mkdir()
    raw = gpd.GeoDataFrame(contents.read(path, work, Choice(), LIMITS)[0])
    proposed = propose_fields(list(raw.columns.drop("geometry")), kind, load_fields()[0])
    fields = {one.column: one.heading for one in proposed}
    units = {one.column: one.unit for one in proposed if one.unit}
    metric = to_metric(raw, candidates(raw)[0])
    return assemble([Part(path.name, metric, fields, units, CURRENT, told=Told("测绘成果"))], kind)


@pytest.fixture(params=ROWS)
def found(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str, Report, Assembly]:
    """Make a nasty file, and go as far as its report."""
    kind, maker, sentence = ROWS[request.param]
    made = _put_together(maker(tmp_path), kind, tmp_path / "work")
    return kind, sentence, check_all(made.table, kind, against=Against(scheme=CURRENT)), made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Person]:
    """Make an installation in which a dataset is in use."""
    config = Config(data_folder=str(tmp_path_factory.mktemp("var")))
    store = open_store(config)
    person = people.manager(store)
    take_in(store, person, tables.plots(), intake=Intake("plots", "规划地块", "上次"), config=config)
    return config, person


def _state(config: Config) -> tuple[Catalogue, list[int], Mapping[str, bytes]]:
    """Give what an installation holds: datasets, events, files."""
    store = open_store(config)
    return catalogue(store), [event.number for event in people.events(store)], _files(config.data_path)


def _files(folder: Path) -> Mapping[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("store.")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_checks_say_it_and_the_dataset_in_use_stays(
    found: tuple[str, str, Report, Assembly], house: tuple[Config, Person]
) -> None:
    kind, sentence, report, made = found
    assert sentence in [one.sentence for one in report.group("must")]
    config, person = house
    before = _state(config)
    name = "规划地块" if kind == "plots" else "宗地"
    intake = Intake(kind, name, "这次", findings=report.findings)
    with pytest.raises(DatasetError) as caught:
        take_in(open_store(config), person, made.table, intake=intake, config=config)
    first = next(one for one in report.findings if one.group == "must")
    assert str(caught.value) == f"导入“{name}”：{first.where}{first.what}，{first.remedy}。"
    assert len(before[2]) == 1
    assert _state(config) == before


@pytest.mark.parametrize("name", ["zip bomb", "path upwards", "truncated shapefile", "2 GB in the header"])
def test_a_file_that_cannot_be_read_changes_nothing(name: str, house: tuple[Config, Person], tmp_path: Path) -> None:
    before = _state(house[0])
    path = NASTY[name][0](tmp_path)
    delivered = _files(tmp_path)
    with pytest.raises(FileError) as caught:
        reading.read(path)
    assert str(caught.value) == NASTY[name][1]
    assert (_files(tmp_path), _state(house[0])) == (delivered, before)
