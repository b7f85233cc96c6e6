"""config.yaml and the tables: a wrong line is said and left out, the rest is used."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.config import ROOT, Config, dotted, load_config, load_table, sentence_of
from geodata.provenance import Fact
from layers.style import Style

Load = Callable[[str], tuple[Config, list[str]]]
DEFAULT = Config()


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Read a config.yaml with the given text: the settings and the sentences."""

    def read(text: str) -> tuple[Config, list[str]]:
        path = tmp_path / "config.yaml"
        path.write_text(text, "utf-8")
        config, problems = load_config(path)
        return config, [str(problem) for problem in problems]

    return read


def _base_map(**changes: str) -> str:
    values = {"name": "内网", "url": "http://10.0.0.1/{z}/{y}/{x}", "credit": "内网", "crs": "EPSG:3857", **changes}
    rows = "\n".join(f"      {key}: {value!r}" for key, value in values.items())
    return f"map:\n  online: true\n  base_maps:\n    -\n{rows}\n"


def test_the_shipped_settings_are_read_without_a_problem() -> None:
    config, problems = load_config()
    assert problems == ()
    assert config == DEFAULT


def test_folders_are_relative_to_the_repository() -> None:
    assert DEFAULT.data_path == ROOT / "var"
    assert DEFAULT.plan_path == ROOT / "geodata" / "data" / "plan"


def test_folders_may_be_absolute(tmp_path: Path) -> None:
    assert Config(data_folder=str(tmp_path)).data_path == tmp_path


def test_an_empty_file_means_the_defaults(load: Load) -> None:
    assert load("") == (DEFAULT, [])


def test_an_unknown_key_is_refused_and_the_rest_is_used(load: Load) -> None:
    config, said = load("nam: 甲\ndata_folder: 数据\n")
    assert said == ["config.yaml 的 nam：没有这个设置项，请改正或删除；在此之前使用默认设置。"]
    assert config == Config(data_folder="数据")


def test_each_wrong_key_has_a_sentence_of_its_own(load: Load) -> None:
    config, said = load("name: [1]\nmap:\n  online: 也许\n  zoom: 3\n")
    assert config == DEFAULT
    assert [sentence.split("，")[0] for sentence in said] == [
        "config.yaml 的 name：应为文字",
        "config.yaml 的 map.online：只能填 true 或 false",
        "config.yaml 的 map.zoom：没有这个设置项",
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name: ''", "name：不能为空"),
        ("map: 5", "map：应为若干“键: 值”"),
        ("map: {base_maps: 5}", "map.base_maps：应为清单"),
        ("data_folder: 5", "data_folder：应为文字"),
    ],
)
def test_a_wrong_value_keeps_its_default(load: Load, text: str, what: str) -> None:
    config, said = load(text)
    assert config == DEFAULT
    assert said == [f"config.yaml 的 {what}，请改正或删除；在此之前使用默认设置。"]


def test_broken_yaml_names_its_line(load: Load) -> None:
    config, said = load("name: 甲\nmap: [1, 2\ndata_folder: 乙\n")
    assert config == DEFAULT
    assert said == ["config.yaml 第 3 行：格式有误，请检查缩进与冒号后的空格；在此之前使用默认设置。"]


def test_a_date_that_does_not_exist_is_a_wrong_format(load: Load) -> None:
    config, said = load("name: 2021-13-45\n")
    assert config == DEFAULT
    assert len(said) == 1
    assert said[0].startswith("config.yaml")


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").mkdir()
    config, problems = load_config(tmp_path / "config.yaml")
    assert config == DEFAULT
    told = "config.yaml：无法打开，请检查读取权限，关闭占用它的程序；在此之前使用默认设置。"
    assert [str(problem) for problem in problems] == [told]


def test_a_key_that_is_written_twice_is_said_and_the_last_counts(load: Load) -> None:
    config, said = load("name: 甲\nimport: {upload_mb: 3, upload_mb: 4}\ndata_folder: 数据\nname: 乙\n")
    assert said == [
        "config.yaml 第 2 行：upload_mb 写了两次，请删除其中一处；在此之前只采用这一处。",
        "config.yaml 第 4 行：name 写了两次，请删除其中一处；在此之前只采用这一处。",
    ]
    assert (config.name, config.intake.upload_mb, config.data_folder) == ("乙", 4, "数据")


def test_a_row_that_is_written_twice_is_said(tmp_path: Path) -> None:
    (tmp_path / "styles.yaml").write_text("zone: {color: '#123456'}\nzone: {color: '#654321'}\n", "utf-8")
    rows, problems = load_table("styles", Style, own=tmp_path)
    assert [str(problem) for problem in problems] == [
        "styles.yaml 第 2 行：zone 写了两次，请删除其中一处；在此之前只采用这一处。"
    ]
    assert rows["zone"].color == "#654321"


@pytest.mark.parametrize("text", ["name: &a [*a]", "name: &a {b: *a}", "? [1, 2]\n: 3\n? [1, 2]\n: 4"])
def test_what_stands_below_itself_or_has_lists_for_keys_comes_to_an_end(load: Load, text: str) -> None:
    assert load(text)[0] == DEFAULT


def test_a_file_that_is_a_list_is_refused(load: Load) -> None:
    config, said = load("- 甲\n- 乙\n")
    assert config == DEFAULT
    assert said == ["config.yaml：应为若干行“键: 值”，请从安装包恢复；在此之前使用默认设置。"]


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    config, problems = load_config(tmp_path / "config.yaml")
    assert config == DEFAULT
    assert [str(problem) for problem in problems] == [
        "config.yaml：找不到这个文件，请从安装包恢复；在此之前使用默认设置。"
    ]


def test_a_gbk_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes("name: 高新区".encode("gbk"))
    config, problems = load_config(path)
    assert config == DEFAULT
    assert str(problems[0]) == "config.yaml：不是 UTF-8 编码，请在记事本中“另存为”并选择编码 UTF-8。"


def test_a_file_from_notepad_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes("name: 甲".encode("utf-8-sig"))
    assert load_config(path)[0].name == "甲"


def test_an_online_base_map_is_off_until_switched_on(load: Load) -> None:
    config, said = load(_base_map().replace("online: true", "online: false"))
    assert said == []
    assert len(config.map.base_maps) == 1
    assert config.base_map is None


def test_the_first_online_base_map_is_used(load: Load) -> None:
    config, said = load(_base_map())
    assert said == []
    assert config.base_map is not None
    assert config.base_map.name == "内网"


def test_switched_on_without_a_list_there_is_no_base_map(load: Load) -> None:
    assert load("map: {online: true}\n")[0].base_map is None


@pytest.mark.parametrize("crs", ["GCJ-02", "BD-09", "EPSG:4326"])
def test_a_base_map_in_other_coordinates_is_refused(load: Load, crs: str) -> None:
    config, said = load(_base_map(crs=crs))
    assert config.base_map is None
    assert said[0].startswith(f"config.yaml 的 map.base_maps 第 1 项.crs：坐标系“{crs}”不能用作底图")


@pytest.mark.parametrize(
    "host",
    [
        "webrd01.is.autonavi.com",
        "rt0.map.gtimg.com",
        "mt1.google.cn",
        "api.map.baidu.com",
        "qq.com",
        "www.google.com.hk",
        "map.geoq.cn",
    ],
)
def test_a_base_map_that_is_shifted_by_law_is_refused(load: Load, host: str) -> None:
    config, said = load(_base_map(url=f"https://{host}/{{z}}/{{x}}/{{y}}"))
    assert config.base_map is None
    assert said[0].startswith(f"config.yaml 的 map.base_maps 第 1 项.url：{host} 的底图采用 GCJ-02 或 BD-09 坐标")


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://10.0.0.1/{TileMatrix}/{TileRow}/{TileCol}", "http://h/{z}/{x}"]
)
def test_an_address_without_the_places_of_a_tile_is_refused(load: Load, url: str) -> None:
    config, said = load(_base_map(url=url))
    assert config.base_map is None
    assert "网址中须有 {z}、{x}、{y} 三个占位（即 WMTS 的 TileMatrix、TileCol、TileRow）" in said[0]


def test_a_host_that_only_sounds_like_a_shifted_one_is_accepted(load: Load) -> None:
    assert load(_base_map(url="http://notqq.com/{z}/{x}/{y}"))[1] == []


def test_an_address_that_is_none_is_refused_in_chinese(load: Load) -> None:
    config, said = load(_base_map(url="http://[10.0.0.1/{z}"))
    assert config.base_map is None
    assert len(said) == 1
    assert "Invalid" not in said[0]


def test_a_wrong_base_map_does_not_take_the_next_one_along(load: Load) -> None:
    two = _base_map(crs="GCJ-02") + _base_map(name="第二").split("base_maps:\n")[1]
    config, said = load(two)
    assert len(said) == 1
    assert config.base_map is not None
    assert config.base_map.name == "第二"


def test_faults_without_a_sentence_of_their_own_are_said_in_chinese_too() -> None:
    assert sentence_of({"type": "something_new", "msg": "Something new"}) == "填写有误"


def test_a_choice_of_words_is_listed() -> None:
    error = {"type": "literal_error", "ctx": {"expected": "'a' or 'b'"}}
    assert sentence_of(error) == "只能是 'a' 或 'b'"


def test_a_value_error_speaks_for_itself() -> None:
    assert sentence_of({"type": "value_error", "ctx": {"error": ValueError("自有说明")}}) == "自有说明"


def test_places_in_lists_count_from_one() -> None:
    assert dotted(("map", "base_maps", 0, "url")) == "map.base_maps 第 1 项.url"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Make the folder of the office's tables with two styles: one right, one wrong."""
    (tmp_path / "styles.yaml").write_text('zone: {color: "#123456"}\ncore: {color: red}\n', "utf-8")
    return tmp_path


def test_the_office_overrides_a_table_row_by_row(own: Path) -> None:
    shipped, _ = load_table("styles", Style)
    rows, _ = load_table("styles", Style, own=own)
    assert rows["zone"] == Style(color="#123456")
    assert {key: rows[key] for key in rows if key != "zone"} == {key: shipped[key] for key in shipped if key != "zone"}


def test_a_wrong_row_of_the_office_keeps_the_shipped_one(own: Path) -> None:
    rows, problems = load_table("styles", Style, own=own)
    assert rows["core"] == load_table("styles", Style)[0]["core"]
    assert [str(problem) for problem in problems] == [
        "styles.yaml 的 core 的 color：写法不对，请改正该行；在此之前沿用原有设置。"
    ]


def test_an_office_without_tables_has_the_shipped_ones(tmp_path: Path) -> None:
    assert load_table("styles", Style, own=tmp_path) == load_table("styles", Style)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("zone: {colour: '#123456'}", "styles.yaml 的 zone 的 color：缺少这一项，"),
        ("zone: {color: '#123456', width: 3}", "styles.yaml 的 zone 的 width：没有这个设置项，"),
        ("zone: {color: '#123456', weight: 99}", "styles.yaml 的 zone 的 weight：大于规定的上限，"),
        ("zone: {color: '#123456', rank: 0}", "styles.yaml 的 zone 的 rank：小于规定的下限，"),
        ("zone: {color: '#123456', rank: 1.5}", "styles.yaml 的 zone 的 rank：应为整数，"),
        ("zone: red", "styles.yaml 的 zone：应为若干“键: 值”，"),
        ("zone: [", "styles.yaml 第 1 行：格式有误，"),
        ("- zone", "styles.yaml：应为若干行“键: 值”，"),
    ],
)
def test_a_wrong_table_is_said_and_the_shipped_row_stays(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "styles.yaml").write_text(text, "utf-8")
    rows, problems = load_table("styles", Style, own=tmp_path)
    assert str(problems[0]).startswith(sentence)
    assert rows["zone"] == load_table("styles", Style)[0]["zone"]


def test_a_sign_of_more_than_one_letter_is_refused_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "styles.yaml").write_text("road: {color: '#123456', glyph: 道路}", "utf-8")
    rows, problems = load_table("styles", Style, own=tmp_path)
    assert rows["road"].glyph == "路"
    assert [str(problem).split("：")[0] for problem in problems] == ["styles.yaml 的 road 的 glyph"]


def test_a_gbk_table_is_refused_and_the_shipped_one_stays(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_bytes("新: {label: 面积}".encode("gbk"))
    rows, problems = load_table("facts", Fact, own=tmp_path)
    assert str(problems[0]) == "facts.yaml：不是 UTF-8 编码，请在记事本中“另存为”并选择编码 UTF-8。"
    assert rows == load_table("facts", Fact)[0]


def test_the_tables_cannot_be_changed_in_place() -> None:
    rows, _ = load_table("styles", Style)
    with pytest.raises(TypeError):
        rows["zone"] = Style(color="#123456")  # type: ignore[index]


def test_the_import_has_a_folder_a_limit_and_pipelines(load: Load) -> None:
    config, said = load("import:\n  folder: 来件\n  upload_mb: 800\n  pipeline_file: var/换算.yaml\n")
    assert said == []
    assert (config.import_path, config.pipeline_path) == (ROOT / "来件", ROOT / "var" / "换算.yaml")
    assert config.intake.upload_mb == 800
    assert (DEFAULT.import_path, DEFAULT.pipeline_path) == (None, None)


def test_the_server_takes_as_large_an_upload_as_the_settings_may_allow(load: Load) -> None:
    server = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["server"]
    assert load(f"import:\n  upload_mb: {server['maxUploadSize']}\n")[1] == []
    assert load(f"import:\n  upload_mb: {server['maxUploadSize'] + 1}\n")[1] == [
        "config.yaml 的 import.upload_mb：大于规定的上限，请改正或删除；在此之前使用默认设置。"
    ]
