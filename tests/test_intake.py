"""The import without a screen: deliveries become a draft, the draft is checked, and only then a version."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import geopandas as gpd
import pytest
from shapely import box

from geodata import crs
from geodata.access import Person
from geodata.assemble import Told
from geodata.catalogue import Catalogue, catalogue, read_version
from geodata.config import Config, ImportConfig
from geodata.crs_shift import corrected
from geodata.errors import AccessError, ConflictError, DatasetError, FileError, StoreError
from geodata.intake import opening, placing, review, room, taking
from geodata.intake.ground import survey
from geodata.intake.model import About, Checked, Draft, Ground, Ready
from geodata.land import Land
from geodata.store import settings
from geodata.store.engine import Store, open_store
from geodata.versions import Version
from geodata.watch import CancelledError, Watch
from geodata.work import begin
from tests.deliveries import EAST, NORTH, SIDE, east, sent, west
from tests.people import events, manager, named

TOLD = Told("测绘成果", 0.5)
FULL = ("数据库", "所在磁盘已满", "请清理磁盘后重试")
ABOUT = About("土地利用现状", "区自然资源局", remark="两区拼接")

Files = dict[str, Path]
Survey = Callable[..., Ground]
Taken = Callable[[Draft, Ground], Version]


@pytest.fixture
def store(config: Config) -> Store:
    """Open an empty store beside the small plan: what is stored is the same on any database."""
    return open_store(config)


@pytest.fixture
def boss(store: Store) -> Person:
    """Give who manages."""
    return manager(store)


@pytest.fixture
def after(store: Store, config: Config, small: Land) -> Survey:
    """Look around again: after(follows)."""
    return lambda follows="": survey(config, small, catalogue(store), follows=follows)


@pytest.fixture
def taken(store: Store, boss: Person, config: Config) -> Taken:
    """Take a draft in: taken(draft, ground)."""
    return lambda draft, ground: taking.take(
        store, boss, Ready(draft, review.review(draft, ground)), about=ABOUT, config=config
    )


@pytest.fixture
def ground(config: Config, small: Land) -> Ground:
    """Give what there is before anything was imported."""
    return survey(config, small, Catalogue(()))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Write the two districts' deliveries, in zones 40 and 41."""
    return {
        "甘井子.zip": sent(tmp_path, "甘井子", west(), "gk3_zone40"),
        "旅顺口.zip": sent(tmp_path, "旅顺口", east(), "gk3_zone41"),
    }


def _draft(files: Files, ground: Ground, kind: str = "landuse", **told: object) -> Draft:
    """Go as far as the check, as a person does who confirms every suggestion."""
    sources, problems = opening.open_all(files)
    assert problems == ()
    layers = [(one.label, layer.name) for one in sources for layer in one.inspection.layers]
    draft = opening.with_pieces(Draft(kind, sources=sources, **told), layers, ground)  # type: ignore[arg-type]  # of a draft
    draft = placing.with_shifts(draft, ground)
    pieces = [replace(piece, told=TOLD, hypothesis=piece.hypothesis or "as_is") for piece in draft.pieces]
    return replace(draft, pieces=tuple(pieces))


def _with_prefix(draft: Draft) -> Draft:
    return replace(draft, pieces=(draft.pieces[0], replace(draft.pieces[1], prefix="LS")))


def _found(checked: Checked) -> set[str]:
    return {one.number for one in checked.report.findings}


def test_each_file_is_understood_by_itself(files: Files, ground: Ground) -> None:
    draft = _draft(files, ground)
    first, second = draft.pieces
    assert [piece.system and piece.system.system for piece in (first, second)] == ["gk3_zone40", "gk3_zone41"]
    assert dict(first.fields) == {"id": "BSM", "code": "DLBM", "code_name": "DLMC", "area_stated_m2": "TBMJ"}
    assert dict(second.fields) == {
        "id": "图斑编号",
        "code": "地类编码",
        "code_name": "地类名称",
        "area_stated_m2": "MJ",
    }
    assert (first.scheme, second.scheme) == ("survey", "survey")
    assert first.raw["DLMC"][0] == "城镇住宅用地"


def test_areas_in_mu_are_seen_by_their_shapes(files: Files, ground: Ground) -> None:
    first, second = _draft(files, ground).pieces
    assert (first.drawn_unit, first.units["area_stated_m2"]) == ("平方米", "平方米")
    assert (second.drawn_unit, second.units["area_stated_m2"]) == ("亩", "亩")


def test_two_deliveries_become_one_version(
    files: Files, ground: Ground, store: Store, boss: Person, config: Config
) -> None:
    draft = _with_prefix(_draft(files, ground))
    checked = review.review(draft, ground)
    assert checked.report.group("must") == ()
    assert _found(checked) == {"K037"}
    version = taking.take(store, boss, Ready(draft, checked), about=ABOUT, config=config)
    table = read_version(config.data_path, version)
    assert len(table) == 35
    assert table.index[-1] == "LS15"
    assert (table.geometry.area / table["area_stated_m2"] - 1).abs().max() < 0.002
    assert table.geometry.union_all().area == pytest.approx(35 * SIDE**2, rel=1e-6)
    assert [upload.name for upload in version.uploads] == ["甘井子.zip", "旅顺口.zip"]
    assert all((config.data_path / "uploads" / upload.file).is_file() for upload in version.uploads)
    assert (version.remark, version.scheme) == ("两区拼接", "survey")


def test_what_must_be_changed_keeps_it_out(files: Files, ground: Ground, store: Store, boss: Person) -> None:
    draft = _draft(files, ground)
    unsaid = replace(draft, pieces=tuple(replace(piece, told=Told()) for piece in draft.pieces))
    checked = review.review(unsaid, ground)
    assert checked.report.blocked
    with pytest.raises(DatasetError, match=r"^入库：还有 1 项必须修改，请改正后重新检查。$"):
        taking.take(store, boss, Ready(unsaid, checked), about=ABOUT, config=Config())
    assert catalogue(store).datasets == ()


def test_repairs_are_accounted_for(tmp_path: Path, ground: Ground, taken: Taken) -> None:
    draft = _draft({"甘井子.zip": sent(tmp_path, "甘井子", west(faults=True), "gk3_120")}, ground)
    checked = review.review(draft, ground)
    assert {"K009", "K015", "K027"} <= _found(checked)
    assert [(one.key, one.count) for one in checked.offers] == [("valid", 1), ("same", 1), ("twins", 1)]
    draft = replace(draft, repairs=frozenset({"valid", "same"}))
    mended = review.review(draft, ground)
    assert not mended.report.blocked
    assert [(one.label, one.rows_before, one.rows_after) for one in mended.accounts] == [
        ("修复无效的面", 21, 21),
        ("去掉完全相同的行", 21, 20),
    ]
    assert mended.offers == ()
    kept = taken(draft, ground).treatment
    assert [(one.act, one.label, one.rows) for one in kept] == [
        ("mended", "修复无效的面", 1),
        ("removed", "去掉完全相同的行", 1),
    ]


def test_what_lies_outside_the_jurisdiction_is_cut_and_listed(files: Files, ground: Ground) -> None:
    inside = box(EAST, NORTH, EAST + 6.5 * SIDE, NORTH + 5 * SIDE)
    edge = gpd.GeoDataFrame({"boundary_class": ["jurisdiction"]}, geometry=[inside], crs=crs.METRIC)
    draft = _with_prefix(_draft(files, ground, clip=True))
    checked = review.review(draft, replace(ground, boundary=edge))
    assert checked.cuts is not None
    assert checked.cuts["how"].tolist() == ["cut"] * 5
    assert checked.cuts["lost"].sum() == pytest.approx(5 * SIDE**2 / 2, rel=1e-3)
    assert checked.table.geometry.area.sum() == pytest.approx(32.5 * SIDE**2, rel=1e-6)
    assert review.review(replace(draft, clip=False), replace(ground, boundary=edge)).cuts is None


def test_rows_without_ids_take_over_those_of_the_version_before(
    files: Files, ground: Ground, config: Config, after: Survey, taken: Taken
) -> None:
    only = {"甘井子.zip": files["甘井子.zip"]}
    version = taken(_draft(only, ground), ground)
    later = after(version.key)
    draft = _draft(only, later, follows=version.key)
    fields = {name: field for name, field in draft.pieces[0].fields.items() if name != "id"} | {"remark": "BSM"}
    draft = replace(draft, pieces=(replace(draft.pieces[0], fields=fields),))
    checked = review.review(draft, later)
    assert checked.matching is not None
    assert set(checked.matching.rows["how"]) <= {"same", "overlap"}
    second = taken(draft, later)
    table = read_version(config.data_path, second)
    assert table.index.tolist() == table["remark"].tolist()
    assert second.number == 2


def test_what_its_dataset_does_not_take_keeps_nothing(
    files: Files, ground: Ground, store: Store, config: Config, taken: Taken
) -> None:
    draft = _draft({"甘井子.zip": files["甘井子.zip"]}, ground)
    version = taken(draft, ground)
    kept = sorted((config.data_path / "uploads").iterdir())
    other = _draft({"旅顺口.zip": files["旅顺口.zip"]}, ground)
    with pytest.raises(ConflictError, match="这个名称已被使用"):
        taken(other, ground)
    with pytest.raises(DatasetError, match="没有这个版本"):
        taken(replace(other, follows="9.1"), ground)
    assert sorted((config.data_path / "uploads").iterdir()) == kept
    assert [one.versions for one in catalogue(store).datasets] == [(version,)]


def test_who_stops_it_at_any_step_has_taken_nothing_in(
    files: Files, ground: Ground, store: Store, boss: Person, config: Config
) -> None:
    draft = _with_prefix(_draft(files, ground))
    ready = Ready(draft, review.review(draft, ground))
    steps = ["整理各行", "保存上传的文件", "入库"]
    for place in range(len(steps)):
        told: dict[str, float] = {}
        stopped = Watch(partial(_tell, told), partial(_as_many, told, place))
        with pytest.raises(CancelledError):
            taking.take(store, boss, ready, about=ABOUT, config=config, watch=stopped)
        assert list(told) == steps[:place]
        assert catalogue(store).datasets == ()


def _tell(told: dict[str, float], share: float, said: str) -> None:
    told[said] = share


def _as_many(told: dict[str, float], place: int) -> bool:
    return len(told) == place


def test_the_match_is_remembered_for_the_next_file(
    files: Files, ground: Ground, store: Store, boss: Person, config: Config
) -> None:
    draft = _with_prefix(_draft(files, ground))
    first = replace(draft.pieces[0], fields={**draft.pieces[0].fields, "remark": "QSDWMC"})
    draft = replace(draft, pieces=(first, draft.pieces[1]))
    taking.take(store, boss, Ready(draft, review.review(draft, ground)), about=ABOUT, config=config)
    kept = taking.remembered(store, "landuse")
    again = opening.with_pieces(
        replace(draft, pieces=()), [("甘井子.zip", "地块"), ("旅顺口.zip", "地块")], ground, remembered=kept
    )
    assert again.pieces[0].fields["remark"] == "QSDWMC"
    assert {one.how for one in again.pieces[0].proposals} == {"remembered"}
    assert again.pieces[1].units["area_stated_m2"] == "亩"
    taking.remember(store, boss, draft)
    assert taking.remembered(store, "landuse") == kept
    assert settings.get(store, "字段对应 plots") is None
    assert events(store)[-1].action == "setting_changed"


def test_a_match_that_cannot_be_remembered_does_not_make_a_failure_of_the_version(
    files: Files,
    ground: Ground,
    taken: Taken,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_given: object, **_more: object) -> None:
        raise StoreError(*FULL)

    monkeypatch.setattr(settings, "revise", full)
    assert taken(_with_prefix(_draft(files, ground)), ground).number == 1
    assert caplog.messages == [str(StoreError(*FULL))]


def test_what_is_remembered_at_the_same_moment_is_all_kept(store: Store, boss: Person) -> None:
    def add(number: int) -> None:
        settings.revise(store, boss, "甲", change=lambda before: [*(before or []), number], needs="import")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    assert sorted(settings.get(store, "甲")) == list(range(12))


def test_a_shift_is_named_only_against_something(tmp_path: Path, ground: Ground, after: Survey, taken: Taken) -> None:
    right = _draft({"甲.zip": sent(tmp_path, "甲", west(), "gk3_120")}, ground)
    assert right.pieces[0].shift is not None
    assert list(placing.undecided(replace(right, pieces=(replace(right.pieces[0], hypothesis=""),)))) == [
        "“甲.zip”：请在图上对照CGCS2000（原样）、GCJ-02、BD-09三种情形后选定一种。"
    ]
    taken(right, ground)
    known = after()
    away = corrected(west(), "gcj02")
    moved = west().set_geometry(west().geometry.translate(*_offset(west(), away)))
    shifted = opening.with_pieces(
        Draft("landuse", sources=opening.open_all({"乙.zip": sent(tmp_path, "乙", moved, "gk3_120")})[0]),
        [("乙.zip", "地块")],
        known,
    )
    found = placing.with_shifts(shifted, known).pieces[0]
    assert found.shift is not None
    assert found.shift.named == "gcj02"
    assert found.hypothesis == ""
    moved_back = placing.placed(replace(found, hypothesis="gcj02"), shifted)
    assert gpd.GeoSeries(moved_back.geometry).distance(west().geometry).max() < 1


def _offset(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> tuple[float, float]:
    (a, b), (c, d) = one.total_bounds[:2], other.total_bounds[:2]
    return a - c, b - d


def test_several_layers_of_a_file_are_pieces_of_their_own(tmp_path: Path, ground: Ground) -> None:
    path = tmp_path / "两区.gpkg"
    for name, table in (("甘井子", west()), ("旅顺口", east())):
        table.to_file(path, layer=name, driver="GPKG")
    source = opening.opened(path, "两区.gpkg")
    draft = Draft("landuse", sources=(source,))
    draft = opening.with_pieces(draft, [("两区.gpkg", "甘井子"), ("两区.gpkg", "旅顺口")], ground)
    assert [piece.label for piece in draft.pieces] == ["两区.gpkg · 甘井子", "两区.gpkg · 旅顺口"]


def test_files_that_cannot_be_read_are_said_and_the_rest_is_opened(tmp_path: Path, files: Files) -> None:
    (tmp_path / "图纸.dwg").write_bytes(b"AC1032" + bytes(100))
    (tmp_path / "空.zip").write_bytes(b"")
    sources, problems = opening.open_all({**files, "图纸.dwg": tmp_path / "图纸.dwg", "空.zip": tmp_path / "空.zip"})
    assert [one.label for one in sources] == ["甘井子.zip", "旅顺口.zip"]
    assert [str(one) for one in problems] == [
        "图纸.dwg：这是 AutoCAD 图形（.dwg），不能直接读取，请在 CAD 软件中另存为 DXF 后再选。",
        "空.zip：文件是空的（0 字节），请向提供单位重新索取或重新拷贝。",
    ]


def test_data_from_elsewhere_and_old_systems_stop_at_the_coordinates(tmp_path: Path, ground: Ground) -> None:
    far = west().translate(xoff=400_000)
    draft = _draft({"远.zip": sent(tmp_path, "远", west().set_geometry(far), "gk3_120")}, ground)
    assert draft.pieces[0].system is None
    assert list(placing.undecided(draft)) == [
        (
            "“远.zip”：没有一种坐标系能使要素落在高新区一带（数据落在约 E126.1°、N38.7°），"
            "请核对文件是否属于本区、坐标单位是否为度或米，或由提供单位写明坐标系。"
        )
    ]


@pytest.mark.parametrize("cell", ["无", "", "38,85"])
def test_a_table_without_one_position_is_said_to_have_none(tmp_path: Path, ground: Ground, cell: str) -> None:
    path = tmp_path / "出入口.csv"
    path.write_text(f"名称;经度;纬度\n东门;{cell};{cell}\n", "utf-8")
    draft = _draft({"出入口.csv": path}, ground, "entrances")
    assert (draft.placed(draft.pieces[0]), draft.pieces[0].problem) == (False, None)
    assert list(placing.undecided(draft)) == []
    first, *notes = placing.unfitting(draft)
    assert first == "“出入口.csv”：公园出入口需要点，这个图层没有图形，请另选图层、坐标列或数据类别。"
    assert ("逗号作小数点" in "".join(notes)) == (cell == "38,85")
    assert "坐标系" not in "".join(notes)


def test_a_closed_line_may_become_an_area_and_a_site_needs_no_place(tmp_path: Path, ground: Ground) -> None:
    lines = west().set_geometry(west().boundary)
    draft = _draft({"线.zip": sent(tmp_path, "线", lines, "gk3_120")}, ground)
    assert list(placing.unfitting(draft)) == []
    assert list(placing.unfitting(replace(draft, kind="entrances"))) == [
        "“线.zip”：公园出入口需要点，这个图层是线，请另选图层、坐标列或数据类别。"
    ]
    bare = replace(draft.pieces[0], raw=draft.pieces[0].raw[["BSM"]])
    assert list(placing.unfitting(replace(draft, kind="enterprise_sites", pieces=(bare,)))) == []


@pytest.mark.parametrize("after", range(4))
def test_whatever_is_cancelled_leaves_nothing(files: Files, ground: Ground, config: Config, after: int) -> None:
    place = room.open_room(config, owner=1)
    kept = {name: room.put(place, name, path.read_bytes()) for name, path in files.items()}
    draft = _draft(kept, ground)
    asked = iter(range(100))
    with pytest.raises(CancelledError):
        review.review(draft, ground, watch=Watch(cancelled=lambda: next(asked) >= after))
    room.close(place)
    assert [*(config.data_path / "drafts").iterdir()] == []
    assert not (config.data_path / "datasets").exists()
    assert not (config.data_path / "uploads").exists()


def test_a_room_is_its_owners_and_two_files_of_one_name_do_not_meet(config: Config) -> None:
    place = room.open_room(config, owner=7)
    assert room.found(config, place.key) == place
    assert room.found(config, "../../etc") is None
    assert room.found(config, "0" * 32) is None
    one, other = (room.put(place, "../甲:?.zip", text) for text in (b"1", b"2"))
    assert one.name == other.name == ".._甲__.zip"
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")
    assert place.folder in one.parents
    room.sweep(config)
    assert room.found(config, place.key) is None


def test_large_files_come_from_the_office_folder(tmp_path: Path) -> None:
    for name in ("甲.zip", "说明.docx", "子/乙.gpkg", "库.gdb/a00000001.gdbtable"):
        (tmp_path / "来件" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "来件" / name).write_bytes(b"x")
    config = Config.model_validate({"import": ImportConfig(folder=str(tmp_path / "来件"))})
    assert list(room.large_files(config)) == ["子/乙.gpkg", "库.gdb", "甲.zip"]
    assert room.large_files(Config()) == {}


def test_whoever_may_not_import_is_refused(files: Files, ground: Ground, store: Store, config: Config) -> None:
    draft = _with_prefix(_draft(files, ground))
    ready = Ready(draft, review.review(draft, ground))
    for who, sentence in (
        (None, "导入数据：还没有确定是谁在操作，请先在页面右上角选择姓名或登录。"),
        (named(store, "王五", "view"), "导入数据：王五的权限是“查看”，请由“填报”以上权限的人员办理。"),
    ):
        with pytest.raises(AccessError) as error:
            taking.take(store, who, ready, about=ABOUT, config=config)
        assert str(error.value) == sentence
    assert not (config.data_path / "uploads").exists()


def test_work_tells_how_far_it_is_and_can_be_stopped() -> None:
    begun = Event()

    def forever(watch: Watch) -> None:
        while True:
            watch.step(0.5, "检查")
            begun.set()

    work = begin(forever)
    assert begun.wait(10)
    assert not work.wait(0.01)
    assert work.busy
    work.cancel()
    assert work.wait(10)
    with pytest.raises(CancelledError):
        work.future.result()
    assert work.progress == (0.5, "检查")


def test_the_bar_goes_on_while_a_file_is_read(files: Files, ground: Ground) -> None:
    told: list[tuple[float, str]] = []
    sources, _ = opening.open_all(files)
    layers = [(one.label, layer.name) for one in sources for layer in one.inspection.layers]
    watch = Watch(lambda share, said: told.append((round(share, 2), said)))
    opening.with_pieces(Draft("landuse", sources=sources), layers, ground, watch=watch)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    for number, (label, rows) in enumerate({"甘井子.zip": len(west()), "旅顺口.zip": len(east())}.items()):
        assert (0.3 + 0.5 * number, f"读取“{label}”：已读 {rows} / {rows} 个要素") in told


def test_deliveries_of_two_schemes_are_taken_in_as_one(files: Files, ground: Ground, taken: Taken) -> None:
    draft = _draft(files, ground, "plots")
    old, new = draft.pieces
    assert (old.fields["landuse"], old.scheme) == ("DLBM", "survey")
    raw, fields = new.raw.assign(地类编码="0701"), {**new.fields, "landuse": "地类编码"}
    draft = replace(draft, pieces=(old, replace(new, raw=raw, fields=fields, scheme="guide2023")))
    draft = _with_prefix(draft)
    assert {"K040", "K041"} <= _found(review.review(draft, ground))
    assert taken(draft, ground).scheme == "guide2023"


def test_a_reading_that_is_cancelled_says_so(files: Files) -> None:
    with pytest.raises(CancelledError):
        opening.open_all(files, watch=Watch(cancelled=lambda: True))
    stop: Callable[[], bool] = iter([False, True, True, True]).__next__
    with pytest.raises((CancelledError, FileError)):
        opening.open_all(files, watch=Watch(cancelled=stop))
