"""config.yaml and the tables of geodata/data/tables -> frozen values; a wrong key is left out and said."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError

from geodata.base_maps import BaseMap
from geodata.contract import Contract, Text
from geodata.errors import ConfigError, DashboardError

ROOT = Path(__file__).resolve().parent.parent
CONFIG_FILE = ROOT / "config.yaml"
TABLES = ROOT / "geodata" / "data" / "tables"

Row = TypeVar("Row", bound=BaseModel)

_SENTENCES = {
    "extra_forbidden": "没有这个设置项",
    "missing": "缺少这一项",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "写法不对",
    "bool_parsing": "只能填 true 或 false",
    "bool_type": "只能填 true 或 false",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数值",
    "float_type": "应为数值",
    "greater_than": "应大于规定的下限",
    "greater_than_equal": "小于规定的下限",
    "less_than_equal": "大于规定的上限",
    "list_type": "应为清单",
    "tuple_type": "应为清单",
    "dict_type": "应为若干“键: 值”",
    "model_type": "应为若干“键: 值”",
    "model_attributes_type": "应为若干“键: 值”",
}


class PlanConfig(Contract):
    """Where the plan is read from."""

    folder: str = "geodata/data/plan"
    later: tuple[Text, ...] = ()
    document: str = ""


class MapConfig(Contract):
    """Settings of the map."""

    online: bool = False
    base_maps: tuple[BaseMap, ...] = ()


class StoreConfig(Contract):
    """Where people, versions and the log are kept."""

    url: str = ""
    backup_folder: str = ""
    witness_folder: str = ""


class AccessConfig(Contract):
    """Who may come in."""

    mode: Literal["local", "accounts"] = "local"
    cleared: bool = False


class ExportConfig(Contract):
    """What exports say."""

    map_approval: str = ""


class ImportConfig(Contract):
    """How foreign files come in."""

    folder: str = ""
    upload_mb: int = Field(default=500, ge=1, le=2000)
    pipeline_file: str = ""


class Config(Contract):
    """config.yaml."""

    name: Text = "大连高新区空间规划看板"
    data_folder: str = "var"
    plan: PlanConfig = PlanConfig()
    map: MapConfig = MapConfig()
    store: StoreConfig = StoreConfig()
    access: AccessConfig = AccessConfig()
    export: ExportConfig = ExportConfig()
    intake: ImportConfig = Field(default=ImportConfig(), alias="import")

    @property
    def data_path(self) -> Path:
        """The folder this installation writes to."""
        return ROOT / self.data_folder

    @property
    def backup_path(self) -> Path:
        """The folder of the backups."""
        return ROOT / self.store.backup_folder if self.store.backup_folder else self.data_path / "backups"

    @property
    def witness_path(self) -> Path | None:
        """The folder that witnesses the log, if the office has named one."""
        return ROOT / self.store.witness_folder if self.store.witness_folder else None

    @property
    def import_path(self) -> Path | None:
        """The folder large files are read from, if the office has named one."""
        return ROOT / self.intake.folder if self.intake.folder else None

    @property
    def pipeline_path(self) -> Path | None:
        """The office's own PROJ pipelines, if it has any."""
        return ROOT / self.intake.pipeline_file if self.intake.pipeline_file else None

    @property
    def plan_path(self) -> Path:
        """The folder of the plan's layers."""
        return ROOT / self.plan.folder

    @property
    def plan_paths(self) -> tuple[Path, ...]:
        """The folders of all plans, the first first."""
        return (self.plan_path, *(ROOT / folder for folder in self.plan.later))

    @property
    def document_path(self) -> Path | None:
        """The file with the plan's text, if the office has put one there."""
        return ROOT / self.plan.document if self.plan.document else None

    @property
    def base_map(self) -> BaseMap | None:
        """The online base map in use, if any."""
        return self.map.base_maps[0] if self.map.online and self.map.base_maps else None


def sentence_of(error: Mapping[str, Any]) -> str:
    """Say one pydantic error in Chinese.

    Examples
    --------
    >>> sentence_of({"type": "missing", "msg": "Field required"})
    '缺少这一项'
    """
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "literal_error":
        return f"只能是 {str(error['ctx']['expected']).replace(' or ', ' 或 ')}"
    return _SENTENCES.get(error["type"], "填写有误")


def load_config(path: Path = CONFIG_FILE) -> tuple[Config, tuple[DashboardError, ...]]:
    """Read config.yaml.

    Returns
    -------
    Config, tuple of DashboardError
        The settings; whatever could not be used stands in the second and keeps its default.
    """
    raw, problems = read_yaml(path)
    config, more = _lenient(Config, raw, path.name)
    return config, (*problems, *more)


def load_table(
    name: str, row: type[Row], *, own: Path | None = None
) -> tuple[Mapping[str, Row], tuple[DashboardError, ...]]:
    """Read a table of settings, each row overridden by the office's own file.

    Parameters
    ----------
    name : str
        File name without ".yaml" in geodata/data/tables.
    row : type
        The contract of a row.
    own : Path, optional
        Folder with the office's tables (var/tables), which win row by row.

    Returns
    -------
    mapping of str to row, tuple of DashboardError
    """
    rows, problems = load_rows(TABLES / f"{name}.yaml", row)
    if own and (path := own / f"{name}.yaml").exists():
        more, found = load_rows(path, row)
        return MappingProxyType({**rows, **more}), (*problems, *found)
    return rows, problems


def load_rows(path: Path, row: type[Row]) -> tuple[Mapping[str, Row], tuple[DashboardError, ...]]:
    """Read one file of settings; a row that is wrong is left out and said."""
    rows: dict[str, Row] = {}
    raw, problems = read_yaml(path)
    for key, values in raw.items():
        try:
            rows[str(key)] = row.model_validate(values)
        except ValidationError as error:
            problems += _sentences(error, f"{path.name} 的 {key}", "请改正该行；在此之前沿用原有设置")
    return MappingProxyType(rows), tuple(problems)


def read_yaml(path: Path) -> tuple[dict[Any, Any], list[DashboardError]]:
    """Read a file of lines "键: 值", empty where it cannot be read, with what is wrong with it."""
    try:
        loader = yaml.SafeLoader(path.read_text("utf-8-sig"))
        node = loader.get_single_node()
        raw = loader.construct_document(node) if node else None
    except FileNotFoundError:
        return {}, [ConfigError(path.name, "找不到这个文件", "请从安装包恢复；在此之前使用默认设置")]
    except OSError:
        return {}, [ConfigError(path.name, "无法打开", "请检查读取权限，关闭占用它的程序；在此之前使用默认设置")]
    except UnicodeDecodeError:
        return {}, [ConfigError(path.name, "不是 UTF-8 编码", "请在记事本中“另存为”并选择编码 UTF-8")]
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" 第 {mark.line + 1} 行" if mark else ""
        return {}, [ConfigError(path.name + line, "格式有误", "请检查缩进与冒号后的空格；在此之前使用默认设置")]
    if raw is not None and not isinstance(raw, dict):
        return {}, [ConfigError(path.name, "应为若干行“键: 值”", "请从安装包恢复；在此之前使用默认设置")]
    return raw or {}, [
        ConfigError(f"{path.name} 第 {line} 行", f"{key} 写了两次", "请删除其中一处；在此之前只采用这一处")
        for line, key in (_written_twice(node, set()) if node else ())
    ]


def _written_twice(node: yaml.Node, seen: set[yaml.Node]) -> Iterator[tuple[int, str]]:
    """Lines, from 1, and keys that a mapping holds already; YAML lets the last one count without a word."""
    if node in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(node)  # an alias may stand below itself
    keys: set[str] = set()
    for part in node.value:
        key, value = part if isinstance(node, yaml.MappingNode) else (None, part)
        if key is not None and key.value in keys:
            yield key.start_mark.line + 1, key.value
        keys |= {key.value} if isinstance(key, yaml.ScalarNode) else set()
        yield from _written_twice(value, seen)


def _lenient(model: type[Row], raw: dict[str, Any], where: str) -> tuple[Row, tuple[DashboardError, ...]]:
    problems: list[DashboardError] = []
    while True:
        try:
            return model.model_validate(raw), tuple(problems)
        except ValidationError as error:
            problems.append(_sentences(error, where, "请改正或删除；在此之前使用默认设置")[0])
            raw = _without(raw, _droppable(error.errors()[0]["loc"]))


def _sentences(error: ValidationError, where: str, remedy: str) -> list[DashboardError]:
    return [
        ConfigError(f"{where} 的 {dotted(fault['loc'])}" if fault["loc"] else where, sentence_of(fault), remedy)
        for fault in error.errors()
    ]


def dotted(location: tuple[int | str, ...]) -> str:
    """Name a place in a document.

    Examples
    --------
    >>> dotted(("map", "base_maps", 0, "url"))
    'map.base_maps 第 1 项.url'
    """
    return "".join(f" 第 {part + 1} 项" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _droppable(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A faulty element of a list goes as a whole, any other value alone."""
    numbers = [index for index, part in enumerate(location) if isinstance(part, int)]
    return location[: numbers[0] + 1] if numbers else location


def _without(raw: Any, location: tuple[int | str, ...]) -> Any:
    head, *rest = location
    if isinstance(raw, list):
        return [item for index, item in enumerate(raw) if index != head]
    if rest and head in raw:
        return {**raw, head: _without(raw[head], tuple(rest))}
    return {key: value for key, value in raw.items() if key != head}
