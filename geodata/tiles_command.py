"""`python -m geodata tiles`: make the tiles of all large datasets in use before somebody waits for them."""

from collections.abc import Iterator, Sequence

from geodata import drawn, jobs, tiles
from geodata.catalogue import catalogue, read_version
from geodata.config import Config
from geodata.kinds import DATASETS
from geodata.store.engine import open_store
from geodata.versions import Version

_SAID = {
    "done": "切片生成完毕。",
    "waiting": "看板正在生成切片。",
    "running": "看板正在生成切片。",
    "cancelled": "切片已取消。",
}


def make_tiles(config: Config, _words: Sequence[str] = ()) -> Iterator[str]:
    """Make what is missing; say how it went with each dataset that needs tiles.

    Raises
    ------
    DatasetError, StoreError
        A version cannot be read, or the files cannot be written.
    """
    found = catalogue(open_store(config))
    versions = [dataset.current for dataset in found.datasets if dataset.current]
    needing = [version for version in versions if DATASETS[version.kind].geometry and _many(config, version)]
    for version in needing:
        yield f"{version.label}：{_make(config, version)}"
    if not needing:
        yield f"没有超过 {drawn.MOST_IN_ONE_FILE} 个要素的数据集，不需要切片。"


def _many(config: Config, version: Version) -> bool:
    base = drawn.base_of(config.data_path, version)
    summary = drawn.read_summary(base) or drawn.write(read_version(config.data_path, version), version.kind, base)
    return summary.features > drawn.MOST_IN_ONE_FILE


def _make(config: Config, version: Version) -> str:
    base = drawn.base_of(config.data_path, version)
    if tiles.archive(base).exists():
        return "切片已经生成。"
    told = jobs.run(config.data_path, tiles.job(version.audience, base.name), tiles.make, base)
    return _SAID.get(told.state, told.said)
