"""The service team from a phone: the slip goes out on one sheet of A5, and the result comes back."""

import re
from datetime import timedelta

from models.base import beijing_date, now
from models.team_task import TeamTask


def test_a_team_is_sent_on_one_sheet_and_what_came_of_it_is_typed_in(phone, cast, session):
    matter = cast.accepted(now())
    session.commit()
    page = phone("li")
    page.goto(f"/matters/{matter.id}/send_team")
    page.fill("[name=day]", str(beijing_date(now()) + timedelta(days=1)))
    page.fill("[name=place]", "幸福里3号楼，从一楼走到六楼")
    page.fill("[name=details]", "带钳子、手套和告知单。先敲门说一声，没人应的贴一张纸，过三天再来搬。" * 3)
    page.fill("[name=volunteers]", "3")
    page.get_by_role("button", name="派服务队").click()
    page.get_by_role("link", name="服务队任务单").click()
    sheet = page.pdf(prefer_css_page_size=True)
    assert [[round(float(side)) for side in box.split()] for box in re.findall(rb"/MediaBox *\[([^]]*)\]", sheet)] == [
        [0, 0, 420, 595]
    ]
    page.emulate_media(media="print")
    paper = page.inner_text("body")
    assert (
        "带队人签字" in paper
        and "志愿者3人" in paper
        and not [word for word in ("退出", matter.number, "记结果") if word in paper]
    )
    page.emulate_media(media="screen")
    page.get_by_role("link", name="记结果").click()
    page.locator(".choice", has_text="办了一部分").click()
    page.fill("[name=result]", "清走四辆。")
    page.fill("[name=came]", "4")
    page.get_by_role("button", name="记结果").click()
    page.get_by_text("4人 · 李警官带队").wait_for()
    session.rollback()
    assert session.query(TeamTask).one().came == 4
