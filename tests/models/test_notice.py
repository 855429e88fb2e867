"""A notice: drafted, published by a head, read in its communities to its last day or until it is taken down, and of nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.audit import AuditLine
from models.base import beijing_date
from models.notice import Notice, listed, shown_in, to_publish
from models.steps import Fault, OutOfSight, Refused
from tests.cast import DAY, MONDAY

TODAY = beijing_date(MONDAY)
NIGHT = timedelta(hours=13, minutes=59)  # from 10:00 in Beijing to the last minute of the day


def read(session, community, at=MONDAY, behind=None):
    return session.scalars(shown_in(community, at, behind)).all()


def test_only_what_a_head_published_is_read_and_only_where_it_belongs(cast, session):
    here, everywhere = cast.notice(), cast.notice(communities=[])
    assert read(session, cast.gangnan) == [] and session.scalars(to_publish(cast.wang)).all() == [here, everywhere]
    for by in (cast.li, cast.he, cast.zhou):
        with pytest.raises(Refused):
            cast.step(here, "publish", by, MONDAY)
    cast.step(here, "publish", cast.wang, MONDAY)
    cast.step(everywhere, "publish", cast.gao, MONDAY + DAY)
    assert read(session, cast.gangnan) == [everywhere, here] and read(session, cast.rixin) == [everywhere]
    assert read(session, cast.hedong) == [] and session.scalars(to_publish(cast.wang)).all() == []
    assert (here.area, everywhere.area) == ("港南社区", "城南派出所") and everywhere.stands_in == [cast.gangnan, cast.rixin]


def test_it_ends_by_itself_after_its_last_day_and_is_not_taken_down_then(cast, session):
    notice = cast.notice(published=True, shown_until=TODAY + DAY)
    last_minute, over = MONDAY + DAY + NIGHT, MONDAY + DAY + NIGHT + timedelta(minutes=1)
    assert read(session, cast.gangnan, last_minute) == [notice] and notice.hangs(last_minute)
    assert read(session, cast.gangnan, over) == [] and notice.has_lapsed(over)
    with pytest.raises(Refused):
        cast.step(notice, "take_down", cast.wang, over, reason="晚了。")
    cast.step(notice, "take_down", cast.he, last_minute, reason="写错了。")
    assert (notice.why, notice.ended_by, notice.has_lapsed(over)) == ("写错了。", cast.he, False)
    assert read(session, cast.gangnan) == []


def test_what_was_published_is_never_changed_and_who_is_late_reads_who_was_first(cast):
    notice, said = cast.notice(), {"kind": None, "title": "", "body": "", "communities": [], "shown_until": TODAY}
    cast.step(notice, "publish", cast.wang, MONDAY)
    for step, by, fields in (("publish", cast.liu, {}), ("change", cast.li, said)):
        with pytest.raises(Refused) as refused:
            cast.step(notice, step, by, MONDAY, **fields)
        assert refused.value.values == {"who": "王所长", "when": MONDAY}
    cast.step(notice, "take_down", cast.he, MONDAY + DAY, reason="写错了。")
    with pytest.raises(Refused) as refused:
        cast.step(notice, "take_down", cast.wang, MONDAY + DAY, reason="写错了。")
    assert refused.value.values == {"who": "何警官", "when": MONDAY + DAY}


def test_a_draft_is_changed_and_one_whose_day_is_over_is_published_only_with_another(cast):
    notice = cast.notice(shown_until=TODAY)
    with pytest.raises(Refused, match="已经过了"):
        cast.step(notice, "publish", cast.wang, MONDAY + DAY)
    said = {"kind": notice.kind, "title": "别转账", "body": "先挂断。", "communities": [cast.rixin], "shown_until": TODAY + DAY}
    cast.step(notice, "change", cast.zhao, MONDAY + DAY, **said)
    cast.step(notice, "publish", cast.wang, MONDAY + DAY)
    assert (notice.title, notice.area, notice.author) == ("别转账", "日新社区", cast.he)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"shown_until": TODAY - DAY}, "shown_until"),
        ({"shown_until": TODAY + 181 * DAY}, "shown_until"),
        ({"body": "骗子的电话是139 0000 1234。"}, "body"),
        ({"title": "打１３９００００１２３４"}, "title"),
        ({"body": "身份证11010119900101123X"}, "body"),
        ({"body": "转到6222 0212 3456 7890 123"}, "body"),
    ],
)
def test_what_can_not_stand_is_refused_beside_its_field_in_a_draft_and_in_a_change(cast, session, said, field):
    notice = cast.notice(shown_until=TODAY + 180 * DAY)
    kept = {name: getattr(notice, name) for name in ("kind", "title", "body", "communities", "shown_until")}
    for attempt in (
        lambda: cast.notice(**said),
        lambda: cast.step(notice, "change", cast.he, MONDAY, **kept | said),
    ):
        with pytest.raises(Fault) as fault:
            attempt()
        assert fault.value.field == field
    session.flush()
    assert session.scalars(select(Notice)).all() == [notice]
    assert {name: getattr(notice, name) for name in kept} == kept


def test_numbers_by_which_the_station_is_rung_may_stand_in_it(cast):
    cast.gangnan.post.phone, cast.station.duty_phone = "13900005678", "0000-5550110"
    cast.rixin.room = cast.make.room(cast.station, "日新社区警务室", phone="13900007777")
    fine = cast.notice(body="找社区民警：139-0000-5678，+86 139 0000 7777，值班0000-5550110，反诈96110。")
    with pytest.raises(Fault) as fault:
        cast.notice(body="找13900005678或者13900001234。")
    assert fault.value.values == {"number": "139******34"} and fine.is_draft


def test_it_is_for_communities_of_its_own_station(cast):
    with pytest.raises(Fault) as fault:
        cast.notice(communities=[cast.gangnan, cast.hedong])
    assert fault.value.field == "communities"
    assert cast.notice(by=cast.gao, station=cast.elsewhere, communities=[cast.hedong]).area == "河东社区"


def test_two_taps_write_one_and_another_text_under_the_same_id_is_refused(cast, session):
    first = cast.notice(uid="1" * 32)
    assert cast.notice(uid="1" * 32) is first
    with pytest.raises(Fault, match="已经交过了"):
        cast.notice(uid="1" * 32, body="别的话。")


def test_another_station_neither_sees_nor_takes_it_down(cast, session):
    notice = cast.notice(published=True)
    for by in (cast.ma, cast.sun, cast.admin, cast.auditor):
        assert session.execute(listed(by, MONDAY)).all() == []
        with pytest.raises(OutOfSight):
            cast.step(notice, "take_down", by, MONDAY, reason="不喜欢。")
    assert [row.Notice for row in session.execute(listed(cast.gao, MONDAY))] == [notice]


def test_staff_read_drafts_first_then_what_hangs_then_what_is_over_page_by_page(cast, session):
    lapsed, down = (cast.notice(published=True, shown_until=TODAY) for _n in range(2))
    cast.step(down, "take_down", cast.wang, MONDAY, reason="写错了。")
    hangs, draft = cast.notice(published=True), cast.notice()
    cast.notice(station=cast.elsewhere, communities=[])
    at, told = MONDAY + DAY, []
    while rows := session.execute(listed(cast.li, at, told[-1] if told else None).limit(1)).all():
        told += [(row.part, row.Notice.id) for row in rows]
    assert told == [(0, draft.id), (1, hangs.id), (2, down.id), (2, lapsed.id)]


def test_residents_page_by_the_moment_it_was_published_not_by_when_it_was_drafted(cast, session):
    drafted_first, second, third = (cast.notice() for _n in range(3))
    for n, notice in enumerate((second, third, drafted_first)):
        cast.step(notice, "publish", cast.wang, MONDAY + n * timedelta(minutes=1))
    session.commit()
    assert read(session, cast.gangnan) == [drafted_first, third, second]
    assert read(session, cast.gangnan, behind=drafted_first) == [third, second]
    assert read(session, cast.gangnan, behind=second) == []


def test_all_that_is_done_with_it_stands_in_the_audit_log(cast, session):
    notice = cast.notice(published=True)
    cast.step(notice, "take_down", cast.he, MONDAY, reason="写错了。")
    session.commit()
    lines = session.scalars(select(AuditLine).where(AuditLine.subject == "notice").order_by(AuditLine.id)).all()
    assert [(line.action, line.actor, line.detail) for line in lines] == [
        ("write", "desk", None),
        ("publish", "head", "draft > shown"),
        ("take_down", "desk", "shown > taken_down"),
    ]
    assert {line.subject_uid for line in lines} == {notice.uid}
