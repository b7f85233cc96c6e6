"""Datasets leave by the door: who may, what of it, in the log; and the popover that says so."""

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import geopandas as gpd
import pytest
from starlette.applications import Starlette

from geodata.access import ROLES, Person, Role
from geodata.catalogue import take_in
from geodata.config import Config, ExportConfig
from geodata.kinds import DATASETS
from geodata.landuse_codes import palette
from geodata.schema import conform
from geodata.store import sign_in
from geodata.store.engine import Store, open_store
from geodata.versions import DEMONSTRATION, Intake, Version
from geodata.writing.formats import FORMATS
from layers import identity, server
from layers.deliveries import UNAPPROVED
from pages.ui import caches, deliveries, exports
from tests.asking import Answer, Request, ask
from tests.door import with_cookie
from tests.exported import Opened, opened, read_xml, unpacked
from tests.page import Open, html
from tests.people import account, events, manager, named
from tests.tables import plots, square

Came = Callable[..., Version]

SECRETS = ["合同容积率", "合同投资强度（元/平方米）", "合同地均税收（元/平方米）"]
SAID = "合同容积率、合同投资强度、合同地均税收"


@pytest.fixture
def kept(with_small: Config, access: Callable[..., Config], fresh: None) -> Store:
    """Open an empty store beside the small plan, as the server sees it."""
    assert fresh is None
    assert access("local").data_path == with_small.data_path
    return open_store(identity.settings())


@pytest.fixture
def came(kept: Store) -> Came:
    """Take in plots: came(table, **what is told of it)."""

    def run(table: gpd.GeoDataFrame, **told: Any) -> Version:
        intake = Intake(**{"kind": "plots", "name": "规划地块", "source": "规划处", "scheme": "guide2023", **told})
        return take_in(kept, manager(kept), table, intake=intake, config=identity.settings())

    return run


def table(**more: Any) -> gpd.GeoDataFrame:
    """Three plots with a class each and contracts nobody but reviewers may see."""
    return plots(landuse=["0701", "0801", None], contract_far=[1.5, 2.0, None], **more)


def fetch(path: str, who: Person | None = None, **query: str) -> Answer:
    """Ask the whole server, door and all, with a person's cookie."""
    routes = [*exports.routes(), *deliveries.routes(), *server.routes()]
    app = Starlette(routes=routes, middleware=server.middleware())
    headers = cookie(who) if who else {}
    return ask(Request(path, query=urlencode(query), headers=headers), app)


def cookie(who: Person) -> dict[str, str]:
    """Headers of a browser in which somebody works."""
    return with_cookie(identity.seal(sign_in.choose(identity.store(), who.name)))


def file(folder: Path, label: str, answer: Answer) -> Opened:
    """Open what was answered."""
    assert (answer.status, answer.text[:80] if answer.status != 200 else "") == (200, "")
    path = folder / f"a{FORMATS[label].suffix}"
    path.write_bytes(answer.content)
    return opened(path, label)


def last(store: Store) -> tuple[str, ...]:
    """The last line of the log."""
    event = events(store)[-1]
    return (event.person, event.action, event.object_id, event.field, event.after, event.reason)


# what comes


@pytest.mark.parametrize("label", FORMATS)
def test_a_version_comes_whole_says_what_it_is_and_is_in_the_log(
    came: Came, kept: Store, tmp_path: Path, label: str
) -> None:
    version, who = came(table(synthetic=True), synthetic=True, base_year=2023), named(kept, "王五", "report")
    answer = fetch(deliveries.address(version, FORMATS[label].ending), who)
    told = file(tmp_path, label, answer)
    assert told.column("编号") == ["D1", "D2", "D3"]
    assert {name: told.note[name] for name in ("声明", "来源", "基准年", "使用范围", "筛选条件", "定位依据")} == {
        "声明": DEMONSTRATION, "来源": "规划处", "基准年": "2023", "使用范围": "内部", "筛选条件": "全部",
        "定位依据": "测绘成果 3 行",
    }  # fmt: skip
    assert told.note["地图审核"] == UNAPPROVED
    assert told.note["导出人"] == "王五（建设处，填报，未认证）"
    assert told.note["未导出的字段"] == SAID
    assert answer.headers["cache-control"] == "no-store"
    name = unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])
    assert name == f"规划地块_第1版{FORMATS[label].suffix}"
    who_said, action, key, form, after, reason = last(kept)
    assert (who_said, action, key, form, reason) == ("王五", "exported", version.key, label, "全部")
    assert after.startswith("3 行；本看板字段；CGCS2000 经纬度（EPSG:4490）；字段：编号、名称、")
    assert "合同" not in after


def test_the_number_of_an_approved_map_takes_the_place_of_the_warning(
    came: Came, kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_small: Config
) -> None:
    approved = with_small.model_copy(update={"export": ExportConfig(map_approval="辽S（2026）001号")})
    monkeypatch.setattr(caches, "load_config", lambda: (approved, ()))
    answer = fetch(deliveries.address(came(table()), "xlsx"), named(kept, "王五", "report"))
    assert file(tmp_path, "Excel", answer).note["地图审核"] == "审图号：辽S（2026）001号"


def test_only_what_is_chosen_comes_in_the_chosen_system_and_names(came: Came, kept: Store, tmp_path: Path) -> None:
    version, who = came(table()), named(kept, "王五", "report")
    streets = caches.scene().land.base["subdistricts"]
    street = streets.index[streets.contains(square(1).centroid)][0]
    wish = {"classes": "0701,-", "street": street, "system": "gk3_zone40", "profile": "official"}
    told = file(tmp_path, "GeoPackage", fetch(deliveries.address(version, "gpkg"), who, **wish))
    assert told.column("DKBH") == ["D1", "D3"]
    assert gpd.GeoDataFrame(told.table).crs.to_epsg() == 4528
    assert told.note["筛选条件"] == (
        f"街道：{streets['name'][street]}（按图形内点所在取舍整行，不裁剪）；类别：城镇住宅用地、未填写"
    )
    assert told.note["字段"] == "官方字段"
    assert last(kept)[4].startswith("2 行；官方字段；CGCS2000 3 度带第 40 带，横坐标加带号（EPSG:4528）；")
    assert last(kept)[5] == told.note["筛选条件"]


def test_the_style_inside_has_the_colours_of_the_standard(came: Came, kept: Store, tmp_path: Path) -> None:
    file(tmp_path, "GeoPackage", fetch(deliveries.address(came(table()), "gpkg"), named(kept, "王五", "report")))
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        ((text,),) = database.execute("SELECT styleQML FROM layer_styles").fetchall()
    renderer = read_xml(text).find("renderer-v2")
    assert renderer is not None
    assert renderer.attrib["attr"] == "现状用地代码"
    values = [one.attrib["value"] for one in renderer.iterfind("categories/category")]
    assert values == ["0701", "0801", ""]
    colours = [one.attrib["value"] for one in renderer.iterfind("symbols/symbol/layer/Option/Option[@name='color']")]
    for code, colour in zip(values[:2], colours, strict=False):
        wanted = palette("guide2023")[code]
        assert colour.split(",")[:3] == [str(int(wanted[at : at + 2], 16)) for at in (1, 3, 5)]


def test_a_package_comes_with_official_names_and_is_in_the_log(came: Came, kept: Store, tmp_path: Path) -> None:
    version = came(table())
    answer = fetch(deliveries.address(version, deliveries.PACKAGE), named(kept, "王五", "report"))
    assert answer.status == 200
    (tmp_path / "a.zip").write_bytes(answer.content)
    folder = unpacked(tmp_path / "a.zip")
    told = opened(folder / "数据.gpkg", "GeoPackage")
    assert told.column("DKBH") == ["D1", "D2", "D3"]
    assert json.loads((folder / "metadata.json").read_text("utf-8"))["未导出的字段"] == SAID
    assert (last(kept)[1], last(kept)[3]) == ("exported", "交付包")
    assert b"2.0" not in (folder / "Shapefile" / "字段对照.csv").read_bytes()


# who may


@pytest.mark.parametrize(("role", "status"), [("view", 403), ("report", 403), ("review", 200), ("manage", 200)])
@pytest.mark.parametrize("ending", ["gpkg", deliveries.PACKAGE])
def test_sensitive_columns_leave_only_with_whoever_may_see_them(
    came: Came, kept: Store, role: Role, status: int, ending: str
) -> None:
    version, who = came(table()), named(kept, "王五", role)
    before = len(events(kept))
    answer = fetch(deliveries.address(version, ending), who, sensitive="1")
    assert answer.status == status
    if status == 200:
        assert f"其中敏感字段：{SAID}" in last(kept)[4]
    else:
        held = f"没有导出：查看敏感内容：王五的权限是“{ROLES[role]}”"
        assert answer.text == f"{held}，请由“审核”以上权限的人员办理。"
        assert len(events(kept)) == before + 1  # the cookie's sign-in alone


@pytest.mark.parametrize("role", ["view", "report", "review", "manage"])
def test_sensitive_columns_stay_where_they_are_not_asked_for(
    came: Came, kept: Store, tmp_path: Path, role: Role
) -> None:
    answer = fetch(deliveries.address(came(table()), "gpkg"), named(kept, "王五", role))
    assert set(SECRETS) & set(file(tmp_path, "GeoPackage", answer).table.columns) == set()


def test_asked_for_by_who_may_they_are_all_there(came: Came, kept: Store, tmp_path: Path) -> None:
    answer = fetch(deliveries.address(came(table()), "gpkg"), named(kept, "王五", "review"), sensitive="1")
    told = file(tmp_path, "GeoPackage", answer)
    assert set(SECRETS) <= set(told.table.columns)
    assert told.column("合同容积率")[:2] == [1.5, 2.0]
    assert told.note["敏感字段"] == SAID


def test_nobody_exports_a_dataset_without_a_name(came: Came, kept: Store) -> None:
    version = came(table())
    before = len(events(kept))
    answer = fetch(deliveries.address(version, "gpkg"))
    sentence = "没有导出：导出：还没有确定是谁在操作，请先在页面右上角选择姓名或登录。"
    assert (answer.status, answer.text) == (403, sentence)
    assert len(events(kept)) == before


@pytest.mark.parametrize(("role", "status"), [("report", 403), ("review", 200)])
def test_a_sensitive_dataset_leaves_after_a_tick_and_with_reviewers_only(
    came: Came, kept: Store, role: Role, status: int
) -> None:
    version, who = came(table(), audience="sensitive"), named(kept, "王五", role)
    untold = fetch(deliveries.address(version, "gpkg"), who)
    assert untold.status == 403
    if role == "review":
        said = f"没有导出：导出{version.label}：使用范围是“敏感”，导出前须确认，请从“数据”页勾选确认后导出。"
        assert untold.text == said
    assert fetch(deliveries.address(version, "gpkg"), who, known="1").status == status


def test_another_audience_in_the_address_leads_nowhere(came: Came, kept: Store) -> None:
    version, who = came(table(), audience="sensitive"), named(kept, "王五", "view")
    answer = fetch(f"/export/public/{version.key}/gpkg", who, known="1")
    assert (answer.status, answer.text) == (404, "没有导出：没有这个数据版本或文件格式，请从“数据”页重新导出。")


def test_with_accounts_whoever_is_not_signed_in_gets_nothing(
    came: Came, access: Callable[..., Config], cheap: None
) -> None:
    assert cheap is None
    version = came(table())
    access("accounts")
    account(identity.store())
    for path in (deliveries.address(version, "gpkg"), "/export/xlsx"):
        assert (fetch(path).status, fetch(path).text) == (401, "请先登录。")


# wrong links


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"unit": "Z999"}, "链接中的 unit=Z999：不可用"),
        ({"system": "mercator"}, "链接中的 system=mercator：不可用"),
        ({"profile": "x"}, "链接中的 profile=x：不可用"),
        ({"classes": "0701,9999"}, "链接中的 classes=0701,9999：不可用"),
        ({"columns": "owner"}, "链接中的 columns=owner：不可用"),
        ({"period": "1999"}, "链接中的 period=1999：不可用"),
    ],
)
def test_a_link_that_cannot_be_read_in_full_exports_nothing(
    came: Came, kept: Store, query: dict[str, str], said: str
) -> None:
    version, who = came(table()), named(kept, "王五", "report")
    answer = fetch(deliveries.address(version, "gpkg"), who, **query)
    assert (answer.status, answer.text) == (400, f"没有导出：{said}，请从“数据”页重新导出。")


def test_of_no_rows_there_is_no_file(came: Came, kept: Store) -> None:
    version, who = came(table()), named(kept, "王五", "report")
    answer = fetch(deliveries.address(version, "gpkg"), who, unit="Z003")
    said = f"没有导出：导出{version.label}：没有符合条件的行，请放宽范围或类别。"
    assert (answer.status, answer.text) == (400, said)
    assert last(kept)[1] != "exported"


def test_a_letter_gbk_has_not_is_said_and_not_logged(came: Came, kept: Store) -> None:
    version, who = came(table(name=["𠮷", "乙", "丙"])), named(kept, "王五", "report")
    answer = fetch(deliveries.address(version, "shp"), who, encoding="GBK")
    assert answer.text == "没有导出：导出 Shapefile：“名称”中有 GBK 编码没有的字（例如“𠮷”），请改用 UTF-8 编码导出。"
    assert last(kept)[1] != "exported"


@pytest.mark.parametrize("path", ["/export/internal/9.9/gpkg", "/export/internal/1.1/pdf", "/export/x/1.1/gpkg"])
def test_an_unknown_version_or_format_is_said(came: Came, kept: Store, path: str) -> None:
    came(table())
    assert fetch(path, named(kept, "王五", "report")).status == 404


# the popover


def links(at: Any) -> dict[str, str]:
    """Addresses of the popover's links by label; "" where a link leads nowhere yet."""
    text = html(at).replace("&amp;", "&")
    found = dict(re.findall(r'<a href="([^"]*)" download>导出 ([^<]*)</a>', text))
    dead = re.findall(r'<a role="link" aria-disabled="true">导出 ([^<]*)</a>', text)
    return {label: address for address, label in found.items()} | dict.fromkeys(dead, "")


def test_the_popover_offers_every_format_and_the_package(
    came: Came, kept: Store, work_as: Callable[[Person], None], open_page: Open
) -> None:
    version = came(table())
    work_as(named(kept, "王五", "report"))
    at = open_page("data.py", data=version.key)
    assert not at.exception
    endings = {label: form.ending for label, form in FORMATS.items()} | {"交付包": deliveries.PACKAGE}
    assert links(at) == {label: deliveries.address(version, ending) for label, ending in endings.items()}
    assert [one for one in at.checkbox if "敏感" in one.label] == []
    assert "将导出 3 行（本版共 3 行）。" in html(at)


def test_what_is_chosen_stands_in_the_links(
    came: Came, kept: Store, work_as: Callable[[Person], None], open_page: Open
) -> None:
    version = came(table())
    work_as(named(kept, "王五", "review"))
    at = open_page("data.py", data=version.key)
    streets = caches.scene().land.base["subdistricts"]
    street = streets.index[streets.contains(square(1).centroid)][0]
    at.selectbox(key="export_place").select(f"street/{street}")
    at.selectbox(key="export_system").select("gk3_120")
    at.selectbox(key="export_profile").select("official")
    at.selectbox(key="export_encoding").select("GBK")
    at.multiselect(key=f"export_classes_{version.key}").select("0801").select("-")
    (box,) = at.checkbox
    assert box.label == f"一并导出敏感字段：{SAID}"
    at = box.check().run()
    query = f"street={street}&classes=0801%2C-&system=gk3_120&profile=official&encoding=GBK&sensitive=1"
    assert links(at)["GeoPackage"] == f"{deliveries.address(version, 'gpkg')}?{query}"


def test_the_popover_says_how_many_rows_go_out(
    came: Came, kept: Store, work_as: Callable[[Person], None], open_page: Open
) -> None:
    version = came(table())
    work_as(named(kept, "王五", "report"))
    classes = open_page("data.py", data=version.key).multiselect(key=f"export_classes_{version.key}")
    at = classes.select("0801").select("-").run()
    assert "将导出 2 行（本版共 3 行）。" in html(at)
    at = at.selectbox(key="export_place").select("unit/Z003").run()
    assert "没有符合条件的行，请放宽范围或类别。" in html(at)
    assert set(links(at).values()) == {""}


def test_a_sensitive_dataset_is_exported_after_a_tick(
    came: Came, kept: Store, work_as: Callable[[Person], None], open_page: Open
) -> None:
    version = came(table(), audience="sensitive")
    work_as(named(kept, "王五", "review"))
    at = open_page("data.py", data=version.key)
    assert set(links(at).values()) == {""}
    box = at.checkbox(key=f"export_known_{version.key}")
    assert box.label == "我已知悉：本数据集“规划地块”的使用范围是“敏感”"
    at = box.check().run()
    assert links(at)["Excel"] == f"{deliveries.address(version, 'xlsx')}?known=1"


def test_whoever_has_no_name_is_told_to_say_one(came: Came, open_page: Open) -> None:
    at = open_page("data.py", data=came(table()).key)
    assert links(at) == {}
    assert "导出要写明导出人：请先在页面右上角选择姓名或登录。" in html(at)


def test_a_table_without_shapes_has_neither_place_nor_system(
    came: Came, kept: Store, work_as: Callable[[Person], None], open_page: Open, tmp_path: Path
) -> None:
    bare = plots(square(0))[["id", "name", "basis", "accuracy_m", "synthetic"]]
    made = bare.reindex(columns=list(DATASETS["enterprises"].names))
    version = came(enterprises(made), kind="enterprises", name="企业")
    who = named(kept, "王五", "report")
    work_as(who)
    at = open_page("data.py", data=version.key)
    assert [one.key for one in at.selectbox if (one.key or "").startswith("export_")] == [
        "export_profile", "export_encoding",
    ]  # fmt: skip
    told = file(tmp_path, "CSV", fetch(links(at)["CSV"], who))
    assert told.column("编号") == ["D1"]
    assert "WKT" not in told.table.columns
    assert quote("企业") in fetch(links(at)["CSV"], who).headers["content-disposition"]


def enterprises(table: Any) -> Any:
    """Bring a bare table into the form of enterprises."""
    return conform(table.drop(columns="basis"), "enterprises")
