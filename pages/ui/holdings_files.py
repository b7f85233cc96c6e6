"""What is held as files: the list of datasets, what the check said of a version, what differs between two."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from geodata.access import AUDIENCES
from geodata.errors import LinkError
from geodata.findings import GROUPS
from geodata.kinds import DATASETS
from geodata.landuse_codes import SCHEMES
from geodata.store import datasets
from geodata.versions import Version
from layers import holdings
from pages.ui import caches
from pages.ui.figure_files import TABLES, Asked, Content, File


def _listed(asked: Asked) -> Content:
    """Every version of every dataset that may be seen."""
    every = [(one, version) for one in asked.held.datasets for version in one.versions]
    rows = pd.DataFrame(
        [
            {
                "数据集": version.name,
                "数据类别": DATASETS[version.kind].label,
                "版本": version.number,
                "在用": "是" if one.current == version else "否",
                "行数": version.rows,
                "来源": version.source,
                "来源日期": version.source_date.isoformat() if version.source_date else "",
                "基准年": version.base_year or "",
                "分类标准": SCHEMES[version.scheme].label if version.scheme else "",
                "许可": version.licence,
                "使用范围": AUDIENCES[version.audience],
                "演示数据": "是" if version.synthetic else "否",
                "入库时间": version.created_at.astimezone().isoformat(timespec="seconds"),
                "入库人": version.person,
                "已清除": "是" if version.purged_at else "否",
                "内容校验值": version.digest,
            }
            for one, version in every
        ]
    )
    return Content("全部版本", rows, {"筛选条件": "导出人可以查看的数据集"}, tuple(version for _, version in every))


def _findings(asked: Asked) -> Content:
    """What the check said of a version when it was taken in."""
    version = _named(asked, "data")
    with caches.store().reading() as session:
        found = datasets.findings(session, version.key)
    rows = pd.DataFrame(
        {
            "分组": [GROUPS[one.group] for one in found],
            "规则": [f"{one.number} {one.rule}" for one in found],
            "说明": [one.sentence for one in found],
            "行数": [one.count for one in found],
            "涉及的编号": ["、".join(one.ids) for one in found],
        }
    )
    return Content(version.label, rows, {"数据集": version.label}, (version,))


def _changed(asked: Asked) -> Content:
    """One row per row that came, went, or changed; a changed value each has a row of its own."""
    new, old = _named(asked, "data"), _named(asked, "against")
    rows = holdings.differences(caches.comparison(old, new), new.kind)
    told = {"旧版": old.label, "新版": new.label}
    return Content(f"{old.label}到{new.label}", rows, told, (old, new))


def _named(asked: Asked, field: str) -> Version:
    key = getattr(asked.view, field)
    version = asked.held.find(key)
    if version is None or version.purged_at:
        where = f"链接中的 {field}={key}"
        raise LinkError(where, "没有这个数据版本", "请从“数据”页重新导出")
    return version


FILES: Mapping[str, File] = MappingProxyType(
    {
        "holdings": File("数据集清单", TABLES, _listed),
        "findings": File("入库检查结果", TABLES, _findings),
        "differences": File("版本对比", TABLES, _changed),
    }
)
"""Name in an address -> file."""
