"""Setting up from spreadsheets: what a row adds, changes or leaves, what is wrong with it, and that a file goes in whole or not at all."""

import io
import zipfile
from datetime import date, timedelta

import pytest
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from sqlalchemy import delete, event, func, select

from models import importing, rules
from models.audit import AuditLine
from models.base import beijing_date
from models.import_kinds import KINDS
from models.importing import Effect, Faulty, Packed, SetupSheet, bring_in, rows_of, sweep, try_out
from models.officer import Officer, Post, Posting, PostingKind, Role
from models.place import ContactCard, Plate
from models.readiness import missing
from models.setting import Setting
from models.signin import password_fits
from models.site import Site
from models.steps import Fault
from models.unit import Community, Grid
from tests.cast import DAY, MONDAY
from tests.models.test_incident import sheet, workbook

TODAY = beijing_date(MONDAY)
TITLES = {code: [column.heading for column in kind.columns.values()] for code, kind in KINDS.items()}
FINE = {
    "communities": ["101", "10104", "松岭社区", "城南街道", "", "1网格、2网格"],
    "officers": ["101", "陈思远", "民警", "101031", "chen", "警官", ""],
    "posts": ["101", "03", "日新社区责任岗", "0000-5550103", "10103", "qian", "li", ""],
    "sites": ["10101", "港南小学", "", "文昌路20号", "0000-5550166", "15"],
    "plates": ["港南社区", "1", "幸福里3幢", "是", ""],
}
PLACES = ["港南社区", "２", "幸福里\n5幢"]


def cells(code, *rows):
    return list(rows_of(KINDS[code], sheet(*rows, titles=TITLES[code])))


@pytest.fixture
def tried(session, cast):
    """Try out rows of a kind; what would come of them."""

    def tried(code, *rows, at=MONDAY):
        *_before, sums = try_out(session, KINDS[code], cells(code, *rows), at)
        session.rollback()
        return sums

    return tried


@pytest.fixture
def wrong(tried):
    """What is said of one row: its number, and heading and sentence of each thing that is wrong."""

    def wrong(code, *rows):
        sums = tried(code, *rows)
        return [(one.row, heading, str(fault.message) % fault.values) for one in sums.first for heading, fault in one.faults]

    return wrong


@pytest.fixture
def brought(session, cast):
    """Bring in rows of a kind as the administrator; how many were added, changed and left."""

    def brought(code, *rows, at=MONDAY):
        *_before, sums = bring_in(session, KINDS[code], cells(code, *rows), cast.admin, at)
        session.commit()
        return tuple(sums.came[came] for came in Effect)

    return brought


def changed(code, n, value):
    return [*FINE[code][:n], value, *FINE[code][n + 1 :]]


# ── all kinds


@pytest.mark.parametrize("code", KINDS)
def test_a_row_is_added_once_changed_once_and_the_same_file_changes_nothing(code, brought, tried, session):
    assert tried(code, FINE[code]).came == {Effect.ADDED: 1, Effect.CHANGED: 0, Effect.SAME: 0}
    assert brought(code, FINE[code]) == (1, 0, 0)
    session.expire_all()
    assert brought(code, FINE[code]) == (0, 0, 1)
    name = {"officers": 1, "plates": 2, "sites": 3}.get(code, 2)
    assert brought(code, changed(code, name, "改过的名称")) == (0, 1, 0)
    session.expire_all()
    assert brought(code, changed(code, name, "改过的名称")) == (0, 0, 1)
    lines = session.scalars(select(AuditLine).where(AuditLine.action == "import").order_by(AuditLine.id)).all()
    assert [line.detail for line in lines][:2] == [f"{code} added=1 changed=0 same=0", f"{code} added=0 changed=0 same=1"]


def test_a_file_goes_in_whole_or_not_at_all(session, cast, brought):
    before = session.scalar(select(func.count(Community.id)))
    rows = [[*FINE["communities"][:1], f"2{n:04}", f"{n}村", "城南街道", "", ""] for n in range(rules.SETUP_PORTION + 1)]
    with pytest.raises(Faulty) as faulty:
        brought("communities", *rows, changed("communities", 0, "999"))
    assert faulty.value.sums.done > rules.SETUP_PORTION
    session.rollback()
    assert session.scalar(select(func.count(Community.id))) == before
    assert not session.scalars(select(AuditLine).where(AuditLine.action == "import")).all()


def test_every_wrong_cell_of_a_row_is_named_and_a_row_that_comes_twice_names_the_first(wrong):
    assert wrong("communities", FINE["communities"], ["一", "1 2=", "", "@x", "不知道", ""]) == [
        (3, "派出所编号", "要三位数字，比如101。"),
        (3, "社区编号", "只能用字母、数字和短横线。"),
        (3, "名称", "没有填。如果是公式，请改成算好的文字。"),
        (3, "街道、镇", "这里是公式，请改成算好的文字。"),
    ]
    for code, column in (("communities", "社区编号"), ("posts", "岗位编号"), ("sites", "名称"), ("plates", "门牌编号")):
        assert wrong(code, FINE[code], FINE[code]) == [(3, column, "第2行已经写过这一个了。")]


def test_empty_cells_leave_what_is_there(brought, session, cast):
    brought("sites", FINE["sites"])
    assert brought("sites", ["10101", "港南小学", "", "", "-", "—"]) == (0, 0, 1)
    site = session.scalars(select(Site)).one()
    assert (site.address, site.phone, site.interval_days) == ("文昌路20号", "0000-5550166", 15)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("１３９００００１２３４", "13900001234"), ("13900001234.0", "13900001234"), ("1.3900001234E+10", "13900001234"),
     ("0571-8888 8888", "0571-88888888"), ("0571—88888888", "0571-88888888"), ("0571——88888888", "0571-88888888"),
     ("1.39E+10", "表格把数字缩成了1.39E+10"), ("找门卫", "电话号码不对")],
)  # fmt: skip
def test_a_telephone_is_read_as_it_was_meant_or_refused_with_the_reason(typed, kept, wrong, brought, session):
    row = changed("sites", 4, typed)
    if kept[0].isdigit():
        brought("sites", row)
        assert session.scalars(select(Site.phone)).one() == kept
    else:
        ((_row, heading, sentence),) = wrong("sites", row)
        assert heading == "电话" and sentence.startswith(kept)


# ── files


def xlsx(*rows):
    """As XlsxWriter makes it: a merged line on top, a blank one, whole numbers as numbers, a formula with its value, text kept."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 4, "城南派出所门牌一览表")
        for n, row in enumerate(rows, 2):
            page.write_row(n, 1, row)
        page.write_formula(3, 3, '="幸福里3"&"幢"', None, "幸福里3幢")
    return file.getvalue()


def xls(*rows):
    """As xlwt makes it, with a column of others' between."""
    book, file = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("1")
    for n, row in enumerate(rows):
        for m, cell in enumerate(["户主", *row]):
            page.write(n, m, cell)
    book.save(file)
    return file.getvalue()


def test_the_same_row_is_read_out_of_files_by_several_writers():
    titles, row = TITLES["plates"], [10101, 7, "幸福里3幢", "是", "2网格"]
    for data in (xlsx(titles, row), xls(titles, row), workbook(row, titles=titles), workbook([], row, [], titles=titles)):
        ((_n, found),) = rows_of(KINDS["plates"], data)
        assert found == ["10101", "7", "幸福里3幢", "是", "2网格"]
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        turned = [*reversed(titles), "户主姓名"]
        ((n, found),) = rows_of(KINDS["plates"], sheet([*reversed(row), "王某"], titles=turned, encoding=encoding))
        assert (n, found) == (2, ["10101", "7", "幸福里3幢", "是", "2网格"])


def test_the_unicode_text_that_excel_saves_is_read():
    rows = [["城南派出所门牌，一览表", "", ""], TITLES["plates"], FINE["plates"]]
    for encoding in ("utf-16", "utf-8-sig"):
        data = "\r\n".join(map("\t".join, rows)).encode(encoding)
        assert list(rows_of(KINDS["plates"], data)) == [(3, FINE["plates"])]


def merged(*, groups):
    """As XlsxWriter makes it: headings over two rows; of `groups` the first three stand in the second, under one of their own."""
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        page = book.add_worksheet()
        for n, title in enumerate(TITLES["plates"]):
            if groups and n < 3:
                page.write(1, n, title)
            else:
                page.merge_range(0, n, 1, n, title)
        if groups:
            page.merge_range(0, 0, 0, 2, "位置")
        page.write_row(2, 0, FINE["plates"])
    return file.getvalue()


def test_headings_merged_downwards_are_read():
    assert list(rows_of(KINDS["plates"], merged(groups=False))) == [(3, FINE["plates"])]


def test_numbers_and_formulas_of_a_workbook_are_read_as_they_are_seen_or_refused(session, cast):
    titles, row = TITLES["sites"], ["10101", "港南小学", "", "文昌路20号", 13900001234, 15.0]
    for data in (workbook(row, titles=titles), xls(titles, row)):
        ((_n, found),) = rows_of(KINDS["sites"], data)
        assert found[4:] == ["13900001234", "15"]
    formula = workbook(row, [*row[:1], "=B2", "", "", 1.39e17, ""], titles=titles)
    *_before, sums = try_out(session, KINDS["sites"], rows_of(KINDS["sites"], formula), MONDAY)
    told = [(one.row, heading, str(fault.message) % fault.values) for one in sums.first for heading, fault in one.faults]
    assert told[0] == (3, "名称", "没有填。如果是公式，请改成算好的文字。")
    assert told[1][:2] == (3, "电话") and told[1][2].startswith("表格把数字缩成了1.39")


def zipped(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def docx():
    """A text of Word that was given another name."""
    parts = {"word/document.xml": "<w:document/>", "_rels/.rels": "<Relationships/>", "[Content_Types].xml": "<Types/>"}
    return zipped(**{name.replace("/", "__"): content for name, content in parts.items()})


def locked(data):
    """The same workbook with a password."""
    file = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt("a password", file)
    return file.getvalue()


def bomb():
    """A workbook of some kilobytes whose rows hold a hundred times as many letters as one may."""
    book = zipfile.ZipFile(io.BytesIO(workbook(titles=TITLES["plates"])))
    files = {name: book.read(name) for name in book.namelist()}
    page = next(name for name in files if "sheet1" in name)
    row = b"<row><c t='inlineStr'><is><t>" + b"x" * 30_000 + b"</t></is></c></row>"
    files[page] = files[page].replace(b"</sheetData>", row * 1000 + b"</sheetData>")
    return zipped(**files)


def far_down():
    book, file = xlsxwriter.Workbook(stream := io.BytesIO()), stream
    page = book.add_worksheet()
    page.write_row(0, 0, TITLES["plates"])
    page.write(1_000_000, 0, " ")
    book.close()
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (lambda: b"", "文件是空的"),
        (lambda: workbook(titles=["说明"]), "少了这些列"),
        (lambda: sheet(titles=TITLES["plates"]), "只有标题"),
        (lambda: sheet(titles=[*TITLES["plates"], "门牌编号"]), "“门牌编号”有两列"),
        (lambda: sheet(*[["x"] * 2] * 20, titles=["门牌", "编号"]), "不要合并"),
        (lambda: far_down(), "只有标题"),
        (lambda: sheet(titles=TITLES["plates"]) + b"\n" * 2_000_000, "空行太多"),
        (lambda: b"x" * (rules.SHEET_BYTES + 1), "太大了"),
        (lambda: merged(groups=True), "不要合并"),
        (docx, "读不出来"),
        (lambda: locked(workbook(FINE["plates"], titles=TITLES["plates"])), "加了密码"),
        (lambda: xls(TITLES["plates"], FINE["plates"])[:3000], "读不出来"),
        (lambda: "社区,门牌".encode("utf-16")[:-1], "读不出来"),
        (bomb, "内容太多"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_used_says_why(data, sentence):
    with pytest.raises(Fault) as fault:
        list(rows_of(KINDS["plates"], data()))
    assert sentence in fault.value.message % fault.value.values


def test_a_file_is_bounded_in_rows_and_in_all_that_it_says(monkeypatch, cast, session):
    monkeypatch.setattr(KINDS["sites"], "most", 3)
    with pytest.raises(Fault, match="一个文件最多"):
        cells("sites", *[FINE["sites"]] * 4)
    monkeypatch.setattr(rules, "SHEET_TEXT", 200)
    with pytest.raises(Fault, match="内容太多"):
        Packed.of(KINDS["sites"], workbook(*[FINE["sites"]] * 3, titles=TITLES["sites"]))


def test_a_template_read_back_brings_nothing_and_its_example_without_the_mark_fits(wrong, brought, cast, session):
    for code, kind in KINDS.items():
        titles, example, told = importing.template_of(kind)
        with pytest.raises(Fault, match="只有标题"):
            list(rows_of(kind, workbook(example, titles=titles)))
        assert [heading for heading, _needed, _about in told] == titles == TITLES[code]
    session.add_all([Grid(community_id=cast.gangnan.id, number=1, name="1网格")])
    cast.li.police_number, cast.zhao.police_number = "101015", "101016"
    cast.make.community(cast.station, "10102", "光华社区")
    session.commit()
    for code in ("communities", "posts", "sites", "plates"):
        _titles, example, _told = importing.template_of(KINDS[code])
        assert wrong(code, [cell.removeprefix(importing.EXAMPLE) for cell in example]) == [], code


def test_what_was_read_is_kept_for_its_owner_and_an_hour(cast, session):
    packed = Packed.of(KINDS["sites"], sheet(FINE["sites"], titles=TITLES["sites"]))
    _first, found = (SetupSheet.keep(session, KINDS["sites"], cast.admin, MONDAY, packed) for _twice in (1, 2))
    session.commit()
    assert list(found.cells) == [(2, FINE["sites"])]
    seen = lambda by, at: session.scalars(select(SetupSheet).where(SetupSheet.seen_by(by, at))).all()  # noqa: E731
    assert seen(cast.admin, MONDAY) == [found] and not seen(cast.wang, MONDAY)
    assert not seen(cast.admin, MONDAY + timedelta(hours=1))
    sweep(session, MONDAY + timedelta(minutes=59))
    assert session.scalars(select(SetupSheet)).all()
    sweep(session, MONDAY + timedelta(hours=1))
    assert not session.scalars(select(SetupSheet)).all()


# ── communities and what lies in them


def test_a_community_gains_grids_and_never_loses_one_nor_its_station(brought, wrong, session, cast):
    assert brought("communities", FINE["communities"]) == (1, 0, 0)
    assert brought("communities", changed("communities", 5, "３、2网格；后街")) == (0, 1, 0)
    found = session.scalars(select(Community).where(Community.code == "10104")).one()
    session.refresh(found)
    assert [(grid.number, grid.name) for grid in found.grids] == [(1, "1网格"), (2, "2网格"), (3, "3网格"), (4, "后街")]
    assert wrong("communities", changed("communities", 0, "102")) == [(2, "社区编号", "这个编号已经是城南派出所的松岭社区。")]
    assert wrong("communities", changed("communities", 0, "0")) == [(2, "派出所编号", "没有编号是000的派出所。")]
    assert wrong("communities", changed("communities", 4, "没有的警务室")) == [(2, "警务室", "这个派出所没有这个警务室。")]
    namesake = changed("communities", 1, "10105")
    assert wrong("communities", namesake) == [(2, "名称", "这个派出所已经有叫这个名称的社区了，编号是10104。")]
    assert wrong("communities", changed("communities", 2, "松岭村"), namesake) == []
    room, _closed = cast.make.room(cast.station, "松岭警务室"), cast.make.room(cast.station, "关了的", active=False)
    session.commit()
    assert brought("communities", changed("communities", 4, "松岭 警务室")) == (0, 1, 0)
    assert wrong("communities", changed("communities", 4, "关了的")) == [
        (2, "警务室", "这个警务室不是本所的，或者已经停用了。")
    ]
    session.refresh(found)
    assert found.room_id == room.id


def test_a_place_is_named_by_code_or_by_a_name_that_one_alone_bears(brought, wrong, session, cast):
    cast.make.community(cast.elsewhere, "10209", "日新社区")
    session.add(Grid(community_id=cast.gangnan.id, number=2, name="后街"))
    session.commit()
    assert wrong("plates", ["日新社区", *FINE["plates"][1:]]) == [
        (2, "社区", "没有这个社区：日新社区。请写社区编号，名称有重复的也写编号。")
    ]
    assert wrong("plates", changed("plates", 4, "3")) == [(2, "网格", "港南社区没有这个网格：3。")]
    assert brought("plates", changed("plates", 4, "2"), ["10103.0", 1, "１幢", "否", ""]) == (2, 0, 0)
    plates = session.scalars(select(Plate).order_by(Plate.id)).all()
    assert [(plate.community.code, plate.building, plate.shared) for plate in plates] == [
        ("10101", "幸福里3幢", True),
        ("10103", "1幢", False),
    ]
    assert plates[0].grid.name == "后街" and len({plate.code for plate in plates}) == 2
    kept = plates[0].code
    assert brought("plates", changed("plates", 2, "幸福里4幢")) == (0, 1, 0)
    session.expire_all()
    assert (plates[0].code, plates[0].building, plates[0].grid.name) == (kept, "幸福里4幢", "后街")


def test_a_site_without_a_rhythm_has_that_of_its_station(brought, wrong, session, cast):
    Setting.put(session, cast.admin, MONDAY, cast.station, {"site_interval_days": 7})
    session.commit()
    brought("sites", changed("sites", 5, ""), ["河东社区", "河东渡口", "", "", "", ""], changed("sites", 1, "港南市场"))
    rhythms = select(Site.interval_days).order_by(Site.id)
    assert session.scalars(rhythms).all() == [7, 30, 15]
    for days in ("0", "367", "半个月"):
        assert wrong("sites", changed("sites", 5, days)) == [(2, "几天去一次", "要1到366之间的整数。")]


def test_a_number_in_the_column_of_grids_is_a_name_first_and_a_place_in_the_row_else(brought, wrong, session, cast):
    assert brought("communities", changed("communities", 5, "101、3、后街")) == (1, 0, 0)
    typed = {"101": "101网格", "3": "3网格", "１": "101网格", "后街": "后街"}
    rows = [["10104", str(n), "松岭路", "是", grid] for n, grid in enumerate(typed)]
    assert brought("plates", *rows) == (4, 0, 0)
    plates = session.scalars(select(Plate).order_by(Plate.id)).all()
    assert [plate.grid.name for plate in plates] == list(typed.values())
    assert wrong("sites", ["10104", "松岭小学", "4", "", "", ""]) == [(2, "网格", "松岭社区没有这个网格：4。")]


def test_a_station_has_so_many_sites_and_no_more(wrong, cast, session, monkeypatch):
    monkeypatch.setattr(rules, "SITES_MAX", 2)
    cast.make.site(cast.gangnan, "老的")
    session.commit()
    assert [row for row, *_why in wrong("sites", FINE["sites"], changed("sites", 1, "第三个"))] == [3]


# ── the staff


def test_an_account_comes_without_a_password_and_is_known_by_name_or_number(brought, session, cast):
    auxiliary = ["101", "周小雨", "辅警", "101F09", "", "", "101031"]
    assert brought("officers", FINE["officers"], auxiliary, ["0", "高一", "县局", "000013.0", "", "科长", ""]) == (3, 0, 0)
    made = {officer.name: officer for officer in session.scalars(select(Officer))}
    chen, zhou, gao = made["陈思远"], made["周小雨"], made["高一"]
    assert (chen.username, chen.title, zhou.username, zhou.title, zhou.led_by) == ("chen", "警官", "101F09", "辅警", chen)
    assert (gao.unit, gao.role, gao.username) == (cast.bureau, Role.BUREAU, "000013")
    assert ("%(n)s个账号还没有密码，登录不了。", {"n": 3}, "accounts") in missing(session, MONDAY)
    assert not any(password_fits(chen, typed) for typed in ("", "chen", "101031", chen.password_hash))
    assert brought("officers", ["101", "陈思远", "民警", "101031", "", "", ""], ["000", "高一", "县局", "13", "", "", ""]) == (
        0,
        0,
        2,
    )
    auxiliary[6] = "li"
    assert brought("officers", changed("officers", 2, "所领导"), auxiliary) == (0, 2, 0)


def test_a_file_turns_nobody_into_somebody_else_who_has_something_to_hand_over_first(wrong, cast, session):
    def told(officer):
        ((_n, heading, said),) = wrong("officers", ["101", officer.name, "综合指挥室", "", officer.username, "", ""])
        return heading, said

    assert told(cast.li) == ("角色", "周磊还由他带，请先改由别人带。")
    assert told(cast.zhao) == ("角色", "还在原来的岗位上任职，请先结束任职。")
    cast.step(cast.make.card(cast.rixin).matter, "accept", cast.qian, MONDAY, summary="路灯", category=cast.make.category())
    session.commit()
    assert told(cast.qian) == ("角色", "手上还有没办完的，请原来的所领导先转交。")


def test_what_no_file_may_make_of_an_account(wrong, session, cast):
    cast.li.police_number = "000015"
    cast.qian.active = False
    session.commit()
    for row, column, sentence in (
        (changed("officers", 2, "管理员"), "角色", "管理员和审计员不从表格加"),
        (changed("officers", 0, "000"), "角色", "这个角色要在派出所"),
        (changed("officers", 2, "县局"), "角色", "只有县局的账号才有"),
        (["101", "李建平", "所领导", "", "li", "", ""], "角色", "周磊还由他带"),
        (changed("officers", 3, "15"), "警号", "这个警号已经是李建平（li）的"),
        (["000", "管理员", "县局", "", "admin", "", ""], "用户名", "不能从表格改"),
        (changed("officers", 4, "sun"), "用户名", "不能从表格改"),
        (changed("officers", 4, "qian"), "用户名", "不能从表格改"),
        (changed("officers", 4, "陈"), "用户名", "只能用字母"),
        (["101", "陈思远", "民警", "", "", "", ""], "警号", "至少写一个"),
        (changed("officers", 6, "li"), "带班民警", "别的角色不选"),
        (["101", "陈思远", "辅警", "101031", "", "", "sun"], "带班民警", "同一个所在岗的民警"),
        (["101", "陈思远", "辅警", "101031", "", "", "zhou"], "带班民警", "同一个所在岗的民警"),
        (["101", "陈思远", "辅警", "101031", "", "", "nobody"], "带班民警", "没有这个人：nobody"),
    ):
        ((_n, heading, said),) = wrong("officers", row)
        assert heading == column and sentence in said, said
    both = wrong("officers", FINE["officers"], ["101", "别人", "民警", "101031", "other", "", ""], changed("officers", 3, "9"))
    assert [(row, heading) for row, heading, _said in both] == [(3, "警号"), (4, "用户名")]


def test_the_audit_log_says_who_was_given_which_role_and_by_whom(brought, session, cast):
    li, wang = ["101", "李建平", "民警", "", "li", "", ""], ["101", cast.qian.name, "所领导", "", "qian", "", ""]
    assert brought("officers", FINE["officers"], li, wang) == (1, 1, 1)
    new = session.scalars(select(Officer.id).where(Officer.name == "陈思远")).one()
    lines = session.scalars(select(AuditLine).where(AuditLine.action.in_(["add_officer", "change_officer"]))).all()
    told = {(line.action, line.detail, line.actor_uid) for line in lines}
    by = cast.admin.uid
    assert told == {("add_officer", f"{new} role=officer", by), ("change_officer", f"{cast.qian.id} role=head", by)}


def test_officers_who_stay_what_they_are_are_known_again_without_asking_for_each(session, cast):
    for n in range(9):
        cast.make.officer(f"同事{n}", cast.station, username=f"known{n}")
    session.commit()

    def asked(count):
        statements, engine = [], session.get_bind()
        rows = cells("officers", *(["101", f"同事{n}", "民警", "", f"known{n}", "", ""] for n in range(count)))
        listen = lambda *execution: statements.append(execution[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        *_before, sums = try_out(session, KINDS["officers"], rows, MONDAY)
        event.remove(engine, "before_cursor_execute", listen)
        session.rollback()
        assert sums.came[Effect.SAME] == count
        return len(statements)

    assert asked(1) == asked(9)


def test_it_does_not_matter_which_row_stands_above_which(brought, wrong, session, cast):
    """Zhou follows whoever is opened further down; so Li, who has no post, may become the desk, and lets his appointments go."""
    appointment = cast.appointment()
    session.execute(delete(Posting).where(Posting.officer == cast.li))
    session.commit()
    new = ["101", "新民警", "民警", "101032", "new", "", ""]
    zhou, li = ["101", "周磊", "辅警", "", "zhou", "", "new"], ["101", "李建平", "综合指挥室", "", "li", "", ""]
    assert sorted(wrong("officers", li, changed("officers", 2, "所长"), changed("officers", 6, "li"))) == [
        (2, "角色", "周磊还由他带，请先改由别人带。"), (3, "角色", "角色要写['民警', '辅警', '综合指挥室', '所领导', '县局']里的一个。管理员和审计员不从表格加。"),
        (4, "带班民警", "辅警要选由谁带；别的角色不选。"),
    ]  # fmt: skip
    assert brought("officers", li, zhou, new) == (1, 2, 0)
    session.expire_all()
    assert (cast.zhou.led_by.username, cast.li.role, appointment.assignee) == ("new", Role.DESK, None)


def test_who_takes_over_ends_the_posting_before_and_the_card_stays(brought, wrong, session, cast):
    assert brought("posts", FINE["posts"]) == (1, 0, 0)
    post = session.scalars(select(Post).where(Post.code == "03")).one()
    card = session.scalars(select(ContactCard.code).where(ContactCard.post_id == post.id)).one()
    assert cast.rixin.post is post

    def held():
        session.expire_all()
        ordered = sorted(post.postings, key=lambda posting: (posting.kind.code, posting.since))
        return [
            (p.officer.username, p.kind is PostingKind.STAND_IN, (p.since - TODAY).days, p.until and (p.until - TODAY).days)
            for p in ordered
        ]

    assert held() == [("qian", False, 0, None), ("li", True, 0, None)]
    assert brought("posts", changed("posts", 5, "zhao")) == (0, 1, 0)  # on the same day: a slip of the pen
    assert held() == [("zhao", False, 0, None), ("li", True, 0, None)]
    swapped = ["101", "03", "日新社区责任岗", "", "", "li", "zhao", str(TODAY + 10 * DAY)]
    assert brought("posts", swapped) == (0, 1, 0)
    assert held() == [("zhao", False, 0, 10), ("li", False, 10, None), ("li", True, 0, 10), ("zhao", True, 10, None)]
    assert brought("posts", swapped, at=MONDAY + 20 * DAY) == (0, 0, 1)
    assert brought("posts", [*swapped[:5], "空缺", "", ""], at=MONDAY + 30 * DAY) == (0, 1, 0)
    assert held()[1] == ("li", False, 10, 30)
    assert session.scalars(select(ContactCard.code).where(ContactCard.post_id == post.id)).one() == card
    assert wrong("posts", changed("posts", 5, "wang")) == [
        (2, "从哪天起", f"李建平从{TODAY + 10 * DAY}起在这个岗位上，换人要从那以后算起。")
    ]


def test_what_no_file_may_make_of_a_post(wrong, cast, session):
    for row, column, sentence in (
        (changed("posts", 5, "li"), "B 角", "不能是同一个人"),
        (changed("posts", 5, "sun"), "责任民警", "没有这样一位民警"),
        (changed("posts", 5, "zhou"), "责任民警", "没有这样一位民警"),
        (changed("posts", 4, "10201"), "负责社区", "这个派出所没有这个社区"),
        (changed("posts", 7, "2028-01-01"), "从哪天起", "最多提前一年"),
        (changed("posts", 7, "明天"), "从哪天起", "日期看不懂"),
    ):
        ((_n, heading, said),) = wrong("posts", row)
        assert heading == column and sentence in said, said
    namesake, other = changed("posts", 1, "04"), ["101", "04", "另一个岗", "", "日新社区", "", "", ""]
    assert wrong("posts", FINE["posts"], namesake) == [(3, "岗位名称", "这个派出所已经有叫这个名称的岗位了，编号是03。")]
    assert wrong("posts", FINE["posts"], other) == [(3, "负责社区", "日新社区在这个文件里归了两个岗位。")]
    assert wrong("posts", changed("posts", 5, "gao")) == [], "the bureau's staff may hold a post"


def test_nobody_holds_a_post_twice_at_once_also_where_the_other_time_is_still_to_come(brought, wrong, session, cast):
    brought("posts", changed("posts", 6, ""))
    post = session.scalars(select(Post).where(Post.code == "03")).one()
    session.add(Posting(post=post, officer=cast.zhao, kind=PostingKind.STAND_IN, since=TODAY + 10 * DAY))
    session.commit()
    assert wrong("posts", [*FINE["posts"][:5], "zhao", "", ""]) == [(2, "责任民警", "这个岗位上已经有他的任职了，时间有重叠。")]
    assert wrong("posts", [*FINE["posts"][:5], "wang", "", ""]) == []


def test_a_post_that_was_made_by_hand_is_found_again(brought, wrong, session, cast):
    by_hand = ["101", "07", "港南社区责任岗", "", "", "", "", ""]
    assert brought("posts", by_hand) == (0, 1, 0), "it had no code, and takes that of the file"
    session.expire_all()
    assert cast.gangnan.post.code == "07" and brought("posts", by_hand) == (0, 0, 1)
    ((_n, heading, said),) = wrong("posts", changed("posts", 2, "港南社区责任岗"))
    assert (heading, said) == ("岗位名称", "这个派出所已经有叫这个名称的岗位了，编号是07。")


def test_the_headings_may_be_written_with_blanks_or_without():
    titles = [title.replace(" ", "") for title in TITLES["posts"]]
    assert "B角" in titles
    assert next(rows_of(KINDS["posts"], sheet(FINE["posts"], titles=titles)))[1][6] == "li"


def test_a_community_goes_to_the_post_that_names_it_last(brought, session, cast):
    brought("posts", changed("posts", 4, "10101、10103"))
    session.expire_all()
    assert cast.gangnan.post.code == cast.rixin.post.code == "03"
    made_by_hand = session.scalars(select(Post).where(Post.name == "港南社区责任岗")).one()
    assert brought("posts", FINE["posts"], ["101", "04", "港南社区责任岗", "", "港南社区", "qian", "", ""]) == (0, 2, 0)
    session.expire_all()
    assert (cast.gangnan.post, made_by_hand.code, cast.rixin.post.code) == (made_by_hand, "04", "03")
    assert ContactCard.of(session, made_by_hand)
    assert isinstance(cast.gangnan.post.postings[0].since, date)
