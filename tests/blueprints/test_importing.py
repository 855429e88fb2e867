"""The administrator's spreadsheets on their pages and on the command line: tried out, corrected, brought in; nobody else's business."""

import io
from urllib.parse import unquote

import openpyxl
import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from models import rules
from models.audit import AuditLine
from models.import_kinds import KINDS
from models.importing import SetupSheet
from models.officer import Officer
from models.place import Plate
from models.unit import Community
from tests.models.test_importing import FINE, TITLES
from tests.models.test_incident import sheet, workbook
from tests.visitor import Page, Visitor


@pytest.fixture
def admin(app, cast):
    return Visitor(app, cast.admin)


def upload(visitor, code, data, name="表格.xlsx"):
    return visitor.post(f"/admin/import/{code}", {"sheet": [FileStorage(io.BytesIO(data), name)]})


def count(session, table):
    session.rollback()
    return session.scalar(select(func.count(table.id)))


def read(answer):
    """The pages of a spreadsheet that was downloaded, each as rows of cells."""
    assert "attachment" in answer.headers["Content-Disposition"]
    return [[[cell or "" for cell in row] for row in page.values] for page in openpyxl.load_workbook(io.BytesIO(answer.data))]


def test_a_file_is_tried_out_then_brought_in_and_leaves_nothing_behind(admin, session):
    tried = upload(admin, "communities", sheet(FINE["communities"], titles=TITLES["communities"]), "社区.csv").location
    page = admin.page(tried)
    assert "要新增 1" in page.text and "不用改 0" in page.text and count(session, Community) == 3
    answer = admin.post(f"{tried}/bring-in", page=tried)
    assert answer.status_code == 200 and "导好了" in answer.text and count(session, Community) == 4
    assert "新增了 1 · 改了 0 · 没有变 0" in Page(answer.text).text and "正在" not in page.text + answer.text
    assert count(session, SetupSheet) == 0
    assert admin.get(tried).status_code == 404 and admin.send(f"{tried}/bring-in", {}).status_code == 404
    again = upload(admin, "communities", workbook(FINE["communities"], titles=TITLES["communities"])).location
    page = admin.page(again)
    assert "都已经有了" in page.text and not [form for form in page.forms if "bring-in" in form["action"]]
    line = session.scalars(select(AuditLine).where(AuditLine.action == "import")).one()
    assert (line.actor, line.detail) == ("admin", "communities added=1 changed=0 same=0")


def test_what_is_wrong_comes_back_as_a_spreadsheet_that_is_corrected_and_brought_back(admin, session):
    evil = ["10103", "=1+1", '=HYPERLINK("http://x")', "是", ""]
    tried = upload(admin, "plates", sheet(FINE["plates"], evil, titles=TITLES["plates"])).location
    text = admin.page(tried).text
    assert "有1行不对" in text and "第3行" in text and "bring-in" not in text
    answer = admin.get(f"{tried}/faults")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "门牌要改的行" in unquote(answer.headers["Content-Disposition"])
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    titles, fine, wrong = book.active.iter_rows()
    assert [cell.value for cell in titles] == ["问题", *TITLES["plates"]]
    assert {cell.data_type for cell in wrong} <= {"s", "n"} and "门牌编号：" in wrong[0].value
    assert [cell.value for cell in wrong[1:4]] == evil[:3], "as it was typed, and no formula"
    assert book.active.row_dimensions[2].hidden and not book.active.row_dimensions[3].hidden and not fine[0].value
    wrong[2].value, wrong[3].value = 2, "2幢"
    mended = io.BytesIO()
    book.save(mended)
    tried = upload(admin, "plates", mended.getvalue()).location
    assert admin.post(f"{tried}/bring-in", page=tried).status_code == 200 and count(session, Plate) == 2


def test_what_another_changed_meanwhile_keeps_all_of_it_out(admin, cast, session):
    tried = upload(admin, "sites", workbook(FINE["sites"], titles=TITLES["sites"])).location
    fields = admin.page(tried).form(f"{tried}/bring-in")["fields"]
    assert admin.send(f"{tried}/bring-in", {}).status_code == 422
    cast.gangnan.code = "19999"
    session.commit()
    answer = admin.send(f"{tried}/bring-in", fields)
    assert "一行都没有" in answer.text and "导好了" not in answer.text
    assert not session.scalars(select(AuditLine).where(AuditLine.action == "import")).all()


def test_a_long_file_says_how_far_it_is_while_it_arrives(admin, session):
    rows = [["10101", n, f"{n}幢", "是", ""] for n in range(2 * rules.SETUP_PORTION + 1)]
    tried = upload(admin, "plates", workbook(*rows, titles=TITLES["plates"])).location
    said = ["正在核对：500 / 1001", "正在核对：1000 / 1001", "要新增"]
    arrived = [chunk.decode() for chunk in admin.client.get(tried, headers={"Accept-Encoding": "br"}).iter_encoded()]
    places = [next(n for n, chunk in enumerate(arrived) if sentence in chunk) for sentence in said]
    assert places == sorted(places) and len(set(places)) == 3 and not any("1001 / 1001" in chunk for chunk in arrived)


def test_only_whoever_brought_a_file_sees_it_and_an_unknown_kind_is_not_there(app, admin, cast, session):
    another = cast.make.officer("另一位", cast.bureau, cast.admin.role)
    session.commit()
    other = Visitor(app, another)
    tried = upload(admin, "sites", workbook(FINE["sites"], titles=TITLES["sites"])).location
    for path in (tried, f"{tried}/faults", tried.replace("sites", "plates")):
        assert other.get(path).status_code == 404, path
    for path in ("/admin/import/people", "/admin/import/people/template", f"/admin/import/people/{tried[-32:]}"):
        assert admin.get(path).status_code == 404, path


def test_a_template_explains_itself_and_a_file_that_is_none_says_why(admin):
    assert [link for link in admin.page("/admin/import/").links if "/admin/import/" in link][-5:] == [
        f"/admin/import/{code}" for code in KINDS
    ]
    fill_in, told = read(admin.get("/admin/import/officers/template"))
    assert fill_in[0] == TITLES["officers"] and fill_in[1][0] == "例：101" and ["警号", "可以不填"] in [row[:2] for row in told]
    answer = upload(admin, "officers", b"PK\x03\x04 no workbook")
    assert answer.status_code == 422 and "读不出来" in answer.text and Page(answer.text).title.startswith("有错误：")
    assert admin.post("/admin/import/officers").status_code == 422


# ── the command


def test_the_command_does_the_same_and_a_dry_run_changes_nothing(app, cast, session, tmp_path):
    def run(*words):
        return app.test_cli_runner().invoke(args=["import", *map(str, words)])

    file = tmp_path / "人员.csv"
    file.write_bytes(sheet(FINE["officers"], titles=TITLES["officers"], encoding="gb18030"))
    before = count(session, Officer)
    done = run("officers", file, "--dry-run")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Would add 1, change 0 and leave 0 as they are.")
    assert count(session, Officer) == before
    assert (
        run("officers", file).output.endswith("Added 1, changed 0, left 0 as they were.\n")
        and count(session, Officer) == before + 1
    )
    assert run("officers", file).output.endswith("Added 0, changed 0, left 1 as they were.\n")
    file.write_bytes(sheet(FINE["officers"], ["999", "", "所长", "一", "", "", ""], titles=TITLES["officers"]))
    done = run("officers", file)
    assert done.exit_code == 1 and "第3行 姓名：没有填" in done.output and "1 of 2 rows are faulty" in done.output
    file.write_bytes(b"")
    assert "文件是空的" in run("officers", file).output and run("people", file).exit_code == 2
