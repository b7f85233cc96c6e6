"""`python -m geodata sample`: the demonstration land as files, and what it says to wrong words."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geodata import __main__ as program
from geodata.config import Config
from geodata.errors import DatasetError
from geodata.kinds import DATASETS
from geodata.sample.command import WORDS, make, options


def test_every_kind_becomes_a_file(config: Config, tmp_path: Path) -> None:
    said = list(make(config, ["--plots", "120", "--seed", "3", "--out", str(tmp_path / "演示")]))
    assert {path.stem for path in (tmp_path / "演示").iterdir()} == set(DATASETS)
    plots = gpd.read_parquet(tmp_path / "演示" / "plots.parquet")
    assert len(plots) == 120
    assert plots["name"].iloc[0] == "演示地块-0001"
    assert plots.crs.to_epsg() == 4549
    assert pd.read_parquet(tmp_path / "演示" / "enterprises.parquet")["synthetic"].all()
    assert said[list(DATASETS).index("plots")] == f"规划地块 120 行：{tmp_path / '演示' / 'plots.parquet'}"
    assert said[-1] == "以上均为演示数据，不得引用。"


def test_without_a_folder_the_files_stand_with_the_data(config: Config) -> None:
    list(make(config, ["--plots", "100"]))
    assert (config.data_path / "sample" / "streets.parquet").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--plot", "5"],
            f"python -m geodata sample：没有“--plot”这个选项，可用的选项：{WORDS}。",
        ),
        (["--plots"], "python -m geodata sample：“--plots”之后应为整数，请补上或改正。"),
        (["--seed", "-1"], "python -m geodata sample：“--seed”之后应为整数，请补上或改正。"),
        (["--seed", "1", "--out"], "python -m geodata sample：“--out”之后应为文件夹，请补上或改正。"),
    ],
)
def test_a_wrong_word_is_told(words: list[str], sentence: str) -> None:
    with pytest.raises(DatasetError) as refused:
        options(words)
    assert str(refused.value) == sentence


def test_a_folder_that_is_a_file_is_told(config: Config, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("", "utf-8")
    with pytest.raises(DatasetError) as refused:
        list(make(config, ["--plots", "100", "--out", str(taken)]))
    assert str(refused.value) == f"{taken / 'landuse.parquet'}：不能写入，请换一个文件夹，或检查磁盘空间与权限。"


def test_the_program_knows_the_command(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "load_config", lambda: (config, ()))
    assert program.main(["sample", "--plots", "100"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "以上均为演示数据，不得引用。"
    assert program.main(["sample", "--plots", "99"]) == 1
    assert program.main(["sample", *["--plots"] * 7]) == 2
