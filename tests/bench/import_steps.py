"""The way in, step by step, timed, in a process that `import.py` begins."""

import cProfile
import json
import pstats
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import geopandas as gpd

from geodata.access import Person
from geodata.apart import apart
from geodata.assemble import Assembly, Part, Told, assemble
from geodata.catalogue import take_in
from geodata.check_scene import Against
from geodata.checking import Report, check_all
from geodata.config import Config, StoreConfig
from geodata.crs_recognition import candidates, to_metric
from geodata.field_proposals import propose_fields
from geodata.fields import load_fields
from geodata.findings_excel import to_findings_excel
from geodata.foreign import reading
from geodata.landuse_codes import CURRENT
from geodata.repair import offered, repaired
from geodata.schema import conform
from geodata.store.engine import Store, open_store
from geodata.versions import Intake
from geodata.watch import Watch
from tests.people import manager

KIND = "plots"
AGAIN = " (again)"
EXCEL = "Excel of findings"
BEGUN = "checks in a process of their own: begun"

Laps = dict[str, float]


class Stopwatch:
    """Seconds of one step after another."""

    def __init__(self) -> None:
        self.laps: Laps = {}
        self.began = time.perf_counter()

    def lap(self, name: str) -> None:
        """End a step."""
        now = time.perf_counter()
        self.laps[name] = self.laps.get(name, 0.0) + now - self.began
        self.began = now


def bare(path: Path) -> Laps:
    """Read and mend, nothing else."""
    watch = Stopwatch()
    table = gpd.read_file(path)
    watch.lap("read_file")
    table.make_valid()
    watch.lap("make_valid")
    return watch.laps


def whole(path: Path) -> Laps:
    """Import a file into an empty store; what is broken is repaired and checked again before it is taken in."""
    with tempfile.TemporaryDirectory() as folder:
        kept = StoreConfig(backup_folder=f"{folder}/backups", witness_folder=f"{folder}/witness")
        config = Config(data_folder=folder, store=kept)
        store = open_store(config)
        person = manager(store)
        watch = Stopwatch()
        made = _made(path, watch)
        report = _checked(made.table, watch, "")
        mended = repaired(made.table, KIND, [one.key for one in offered(made.table, KIND)]).table
        watch.lap("repair")
        left = _checked(mended, watch, AGAIN)
        _taken(mended, left, watch, (store, person, config))
        to_findings_excel(report, {"文件": path.name})
        watch.lap(EXCEL)
    return watch.laps


def _made(path: Path, watch: Stopwatch) -> Assembly:
    """Read, recognise, match, put together."""
    layer = reading.inspect(path).layers[0]
    watch.lap("look into")
    raw, _ = reading.read(path, layer.name)
    watch.lap("read")
    metric = to_metric(raw, candidates(raw)[0])
    watch.lap("coordinates")
    proposed = propose_fields(layer.headings, KIND, load_fields()[0])
    fields = {one.column: one.heading for one in proposed}
    units = {one.column: one.unit for one in proposed if one.unit}
    watch.lap("fields")
    told = Told("位置示意", 500.0, synthetic=True)
    made = assemble([Part(path.name, metric, fields, units, CURRENT, told=told)], KIND)
    watch.lap("assemble")
    return made


def _checked(table: gpd.GeoDataFrame, watch: Stopwatch, which: str) -> Report:
    """Check in a process of its own, as an import does; it tells which step it begins, to a tenth of a second."""
    steps = [BEGUN]

    def begun(_share: float, said: str) -> None:
        watch.lap(f"{steps[-1]}{which}")
        steps.append(said)

    report = apart(partial(check_all, table, KIND, against=Against(scheme=CURRENT)), watch=Watch(begun))
    watch.lap(f"{steps[-1]}{which}")
    return report


def _taken(table: gpd.GeoDataFrame, report: Report, watch: Stopwatch, house: tuple[Store, Person, Config]) -> None:
    store, person, config = house
    settled = conform(table, KIND, scheme=CURRENT)
    watch.lap("conform")
    intake = Intake(KIND, "演示", "演示", scheme=CURRENT, synthetic=True, findings=report.findings)
    take_in(store, person, settled, intake=intake, config=config)
    watch.lap("take in")


def _peak_mb() -> float:
    """The most memory this process has held, and the largest of its children beside it."""
    import resource  # noqa: PLC0415 - not on Windows

    kilobytes = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(kilobytes) / 1024


def main(path: Path, runs: int) -> None:
    """Print one line of JSON: seconds of both ways in every round but the first, which warms up."""
    rounds = [{"bare": bare(path), "whole": whole(path)} for _ in range(runs + 1)]
    sys.stdout.write(json.dumps(rounds[1:], ensure_ascii=False))


def memory(path: Path) -> None:
    """Print the megabytes the whole way takes."""
    whole(path)
    sys.stdout.write(json.dumps(_peak_mb()))


def profile(path: Path) -> None:
    """Print where the time of the whole way goes."""
    whole(path)
    with cProfile.Profile() as profiler:
        whole(path)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


def begin(file: str, what: str) -> None:
    """Go as `import.py` asks."""
    if what.isdecimal():
        main(Path(file), int(what))
    else:
        {"profile": profile, "memory": memory}[what](Path(file))


if __name__ == "__main__":
    begin(*sys.argv[1:])
