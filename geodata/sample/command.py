"""`python -m geodata sample`: the demonstration land as files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd

from geodata.config import Config
from geodata.errors import DatasetError
from geodata.kinds import DATASETS
from geodata.land import load_land
from geodata.sample.make import SEED, USUAL, sample

WORDS = "〔--plots 地块数〕〔--seed 种子〕〔--out 文件夹〕"
_WHERE = "python -m geodata sample"
_FOLDER = "sample"
_NUMBERS = ("--plots", "--seed")


def make(config: Config, words: Sequence[str]) -> Iterator[str]:
    """Make the demonstration land and write it, a GeoParquet file per kind.

    Parameters
    ----------
    config : Config
        Names the plan; without `--out` the files stand in data_folder/sample.
    words : sequence of str
        `--plots`, `--seed`, `--out`, each followed by its value, in any order.

    Yields
    ------
    str
        What was written.

    Raises
    ------
    DatasetError
        A word that cannot be used, or a folder that cannot be written to.
    """
    chosen = options(words)
    plots, seed = int(chosen.get("--plots", USUAL)), int(chosen.get("--seed", SEED))
    folder = Path(chosen.get("--out", config.data_path / _FOLDER))
    for kind, table in sample(load_land(config), plots=plots, seed=seed).items():
        path = _written(table, folder, kind)
        yield f"{DATASETS[kind].label} {len(table)} 行：{path}"
    yield "以上均为演示数据，不得引用。"


def options(words: Sequence[str]) -> dict[str, str]:
    """Read pairs of an option and its value.

    Raises
    ------
    DatasetError
        An option that is not there, without its value, or not a whole number where one is asked for.

    Examples
    --------
    >>> options(["--plots", "500", "--out", "演示"])
    {'--plots': '500', '--out': '演示'}
    """
    for name, value in zip(words[::2], [*words[1::2], ""], strict=False):
        if name not in (*_NUMBERS, "--out"):
            raise DatasetError(_WHERE, f"没有“{name}”这个选项", f"可用的选项：{WORDS}")
        if not value or (name in _NUMBERS and not value.isdecimal()):
            raise DatasetError(_WHERE, f"“{name}”之后应为{'整数' if name in _NUMBERS else '文件夹'}", "请补上或改正")
    return dict(zip(words[::2], words[1::2], strict=True))


def _written(table: gpd.GeoDataFrame, folder: Path, kind: str) -> Path:
    """Write a table beside its place and put it there whole."""
    path, part = folder / f"{kind}.parquet", folder / f"{kind}.parquet.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        table.to_parquet(part, index=False)
        part.replace(path)
    except OSError as error:
        raise DatasetError(str(path), "不能写入", "请换一个文件夹，或检查磁盘空间与权限") from error
    return path
