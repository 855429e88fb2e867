"""110 incidents: what a file may bring, who asks, who hears of the unsatisfied, and how it ends."""

import csv
import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from models import incident, outbox, replying, rules
from models.asking import CallbackResult, NotByText, Rating, Reach
from models.audit import AuditLine
from models.base import BEIJING, beijing_date
from models.contact import Channel, Reachable
from models.gateway import Answer
from models.incident import IncidentCallback, counts, counts_for, kept_too_long
from models.incident_import import IncidentImport, to_work_on
from models.incident_sheet import incidents_in
from models.ledger import Actor
from models.message_template import MessageTemplate, Occasion
from models.officer import Role
from models.outbox import Message
from models.satisfaction import Tally
from models.sheet import moment_of
from models.steps import CLOCK, Fault, OutOfSight, Refused
from models.task import TaskState, held_by, unclaimed
from tests.cast import DAY, MONDAY

TITLES = ["警情编号", "时间", "社区", "类别", "电话"]
PHONE = "13900001234"
FINE = ["110-2026-0001", "2026-11-15 21:30", "港南社区", "噪音", PHONE]
MINUTE = timedelta(minutes=1)


def sheet(*rows, titles=TITLES, encoding="utf-8"):
    """A .csv file of these rows."""
    file = io.StringIO()
    csv.writer(file).writerows([titles, *rows])
    return file.getvalue().encode(encoding)


def workbook(*rows, titles=TITLES):
    """An .xlsx file of these rows."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in [titles, *rows]:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def refused(data):
    """The sentence with which the whole file is refused."""
    with pytest.raises(Fault) as fault:
        incidents_in(data)
    return fault.value.message % fault.value.values


def changed(n, value):
    return [*FINE[:n], value, *FINE[n + 1 :]]


def many(count):
    return [changed(0, f"110-2026-{n:04}") for n in range(count)]


@pytest.fixture
def on(cast, session):
    """The cast, whose bureau is allowed to ask back about 110 calls."""
    cast.bureau.incident_approval = "云公网安〔2026〕12号"
    session.commit()
    return cast


@pytest.fixture
def bring_in(on, session):
    """Bring in a file as He, and do all of its work."""

    def bring(data, by=on.he, at=MONDAY):
        found = IncidentImport.begin(session, by, at, str(uuid4()), incidents_in(data))
        session.flush()
        lease = found.work(at)
        while lease:
            lease = found.work(at, lease)
        session.commit()
        return found

    return bring


@pytest.fixture
def callback(bring_in, session):
    """One call to make, in Li's community."""
    bring_in(sheet(FINE))
    return session.scalars(select(IncidentCallback)).one()


def asked(session):
    return session.scalars(select(IncidentCallback).order_by(IncidentCallback.id)).all()


# ── files


def test_the_same_row_is_read_out_of_every_kind_of_file():
    number, _time, community, kind, phone = FINE
    typed = datetime(2026, 11, 15, 21, 30)  # noqa: DTZ001  a cell knows no time zone
    turned = workbook([int(phone), kind, community, typed, number], titles=TITLES[::-1])
    for data in (sheet(FINE), sheet(FINE, encoding="gb18030"), sheet(FINE, encoding="utf-8-sig"), turned):
        (row,) = incidents_in(data)
        assert (row.row, row.number, row.community, row.kind, row.phone) == (2, number, community, kind, phone)
        assert moment_of(row.time) == typed.replace(tzinfo=BEIJING)


@pytest.mark.parametrize("typed", ["2026-11-15 21:30", "2026/11/15 21:30:00", "2026年11月15日21时30分", "20261115 213000"])
def test_a_time_is_read_as_people_write_it(typed):
    assert moment_of(typed) == datetime(2026, 11, 15, 21, 30, tzinfo=BEIJING)
    assert moment_of(f"{typed}左右") is None


def test_a_row_keeps_the_number_that_it_has_in_the_file():
    assert [row.row for row in incidents_in(workbook([], FINE, [], FINE))] == [3, 5]


@pytest.mark.parametrize("title", ["警情内容", "报警人姓名", "发生地址", "身份证号"])
def test_a_column_about_people_or_contents_refuses_the_whole_file_by_its_name(title):
    for data in (sheet([*FINE, "金丝雀"], titles=[*TITLES, title]), workbook([*FINE, "金丝雀"], titles=[*TITLES, title])):
        said = refused(data)
        assert f"第6列“{title}”不能收" in said and "金丝雀" not in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (sheet([*FINE, "甲"], titles=[*TITLES, "出警单位"]), "第6列“出警单位”不在要的五列里"),
        (sheet([*FINE, PHONE], titles=[*TITLES, PHONE]), "第6列“…”不在要的五列里"),
        (sheet([*FINE, "甲"], titles=[*TITLES, ""]), "第6列没有标题，却有内容"),
        (sheet(FINE[:4], titles=TITLES[:4]), "少了“电话”这一列"),
        (sheet([*FINE, PHONE], titles=[*TITLES, "电话"]), "“电话”有两列"),
        (sheet(FINE, titles=FINE), "第一行要是标题"),
        (sheet(), "只有标题"),
        (b"", "文件是空的"),
        (b"\x89PNG\r\n\x1a\n\0\0", "读不出来"),
        (b"PK\x03\x04 and no more", "读不出来"),
        (sheet(*many(rules.SHEET_ROWS + 1)), "最多5000行"),
    ],
)
def test_any_other_file_is_refused_as_a_whole_and_told_why(data, said):
    assert said in refused(data)
    assert PHONE not in refused(data)


def test_a_small_file_that_claims_endless_memory_is_refused():
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = book.active["XFD1048576"] = 1
    book.save(file)
    assert "读不出来" in refused(file.getvalue())


# ── rows


@pytest.mark.parametrize(
    ("row", "code"),
    [
        *((changed(3, kind), "not_asked") for kind in ("家庭暴力", "猥亵", "未成年人", "群众举报", "家 暴")),
        (changed(3, "张三说楼上邻居打麻将吵到半夜"), "kind"),
        (changed(3, "噪音13900001234"), "kind"),
        (changed(3, ""), "kind"),
        (changed(0, PHONE), "number"),
        (changed(0, "=1+1"), "number"),
        (changed(0, "1.1032068220261E+21"), "number"),
        (changed(1, "上周"), "time"),
        (changed(1, "2026-11-16 10:01"), "future"),
        (changed(1, "2026-10-17 09:59"), "old"),
        (changed(2, "河东社区"), "community"),
        (changed(4, ""), "phone"),
        (changed(4, "1390000123"), "phone"),
        (changed(4, "=HYPERLINK(1)"), "phone"),
    ],
)
def test_a_row_is_refused_by_its_number_and_a_reason_only(bring_in, session, row, code):
    found = bring_in(sheet(row, FINE if code != "number" else changed(0, "110-2026-0002")))
    assert found.refused == [[2, code]] and (found.rows, found.done, found.brought_in) == (2, 2, 1)
    assert len(asked(session)) == 1


def test_what_comes_in_is_unclaimed_sealed_and_due_the_next_working_day(bring_in, session):
    found = bring_in(workbook(changed(4, 13900001234.0), changed(0, "110-2026-0002")))
    first = asked(session)[0]
    assert found.sheet_sealed is None and found.brought_in == 2
    assert (first.title, first.area, first.station_id, first.assignee_id) == ("噪音", "港南社区", found.unit_id, None)
    assert first.due_at == datetime(2026, 11, 17, 10, 0, tzinfo=UTC) and first.masked.phone == "139****34"
    assert PHONE.encode() not in first.phone_sealed


def test_a_file_waits_sealed(on, session):
    found = IncidentImport.begin(session, on.he, MONDAY, "a", incidents_in(sheet(FINE)))
    session.flush()
    kept = session.execute(text("SELECT * FROM incident_import")).one()
    for secret in (PHONE, "港南社区", FINE[0]):
        assert secret not in str(kept) and secret.encode() not in found.sheet_sealed
    assert IncidentImport.begin(session, on.he, MONDAY, "a", incidents_in(sheet(FINE))) is found


def test_the_same_file_again_adds_none_and_no_number_comes_twice(bring_in, session):
    data = sheet(FINE, FINE, changed(0, "110-2026-0002"))
    assert bring_in(data).refused == [[3, "known"]]
    assert bring_in(data).refused == [[2, "known"], [3, "known"], [4, "known"]]
    assert len(asked(session)) == 2


def test_the_bureau_names_communities_of_all_its_stations(bring_in, on, session):
    assert bring_in(sheet(changed(2, "河东社区")), by=on.gao).refused == []
    assert asked(session)[0].station_id == on.elsewhere.id


def test_a_second_worker_waits_for_the_lease_and_goes_on_where_the_first_was_cut_off(on, session):
    found = IncidentImport.begin(session, on.he, MONDAY, "a", incidents_in(sheet(*many(250))))
    session.commit()
    lease = found.work(MONDAY)
    session.commit()
    assert found.work(MONDAY + MINUTE / 2) is None and to_work_on(session, MONDAY + MINUTE / 2) == []
    session.info["keys"], keys = None, session.info["keys"]
    with pytest.raises((TypeError, AttributeError)):
        found.work(MONDAY + MINUTE / 2, lease)  # cut off in the middle of a portion
    session.rollback()
    session.info["keys"] = keys
    assert to_work_on(session, MONDAY + 2 * MINUTE) == [found] and found.done == 100
    anew = found.work(MONDAY + 2 * MINUTE)
    assert found.work(MONDAY + 2 * MINUTE, lease) is None, "whoever had it before comes too late"
    assert found.work(MONDAY + 2 * MINUTE, anew) is None and found.ended_at
    session.commit()
    assert (found.done, found.refused, len(asked(session))) == (250, [], 250)


def test_a_file_whose_key_is_gone_ends_and_holds_up_nothing(on, session):
    found = IncidentImport.begin(session, on.he, MONDAY, "a", incidents_in(sheet(FINE)))
    session.flush()
    found.sheet_sealed = found.sheet_sealed[::-1]
    assert found.work(MONDAY) is None and found.ended_at and to_work_on(session, MONDAY + DAY) == []


# ── who asks


def test_neither_officers_nor_auxiliaries_nor_others_see_any_of_it(on, callback, session):
    seen = {name for name in vars(on) if hasattr(person := getattr(on, name), "role") and callback.is_seen_by(person)}
    assert seen == {"he", "wang", "liu", "gao"}
    offered = {p.username for p in on.everyone() if session.execute(unclaimed(p)).all()}
    assert offered == {"he", "wang", "liu"}


def test_while_it_is_off_nobody_sees_anything(on, callback, session):
    on.bureau.incident_approval = None
    session.flush()
    assert not any(callback.is_seen_by(person) for person in on.everyone())
    assert not any(session.execute(unclaimed(person)).all() for person in on.everyone())


def test_a_look_is_logged_takes_the_call_and_waits_for_the_morning(on, callback, session):
    night = MONDAY.replace(hour=15)  # 23:00 in Beijing
    for moment in (night, MONDAY.replace(hour=12), MONDAY.replace(hour=0) - MINUTE):
        with pytest.raises(Refused):
            callback.open_phone(on.he, moment)
    assert callback.open_phone(on.he, MONDAY).phone == PHONE and callback.assignee_id == on.he.id
    session.commit()
    line = session.scalars(select(AuditLine).where(AuditLine.action == "open_contact")).one()
    assert (line.actor_uid, line.subject) == (on.he.uid, "incident_callback")
    desk = on.make.officer("何二", on.station, Role.DESK)
    with pytest.raises(Refused):
        callback.open_phone(desk, MONDAY)
    with pytest.raises(Refused):
        callback.open_phone(on.li, MONDAY)


# ── what comes of it


def test_who_is_satisfied_is_done_with(on, callback):
    with pytest.raises(Fault):
        on.step(callback, "record", on.he, MONDAY, result=Reach.REACHED)
    on.session.rollback()
    on.step(callback, "record", on.he, MONDAY, result=Reach.REACHED, rating=Rating.FAIRLY, words="来得快。")
    assert (callback.state, callback.rating, callback.typed_by_staff) == (TaskState.DONE, Rating.FAIRLY, True)
    with pytest.raises(Refused) as refused:
        on.step(callback, "record", on.wang, MONDAY, result=Reach.REFUSED)
    assert refused.value.values["who"] == on.he.called


def test_who_is_not_satisfied_goes_to_the_head_and_to_nobody_else(on, callback, session):
    with pytest.raises(OutOfSight):
        on.step(callback, "record", on.li, MONDAY, result=Reach.REACHED, rating=Rating.SATISFIED)
    on.step(callback, "record", on.he, MONDAY, result=Reach.REACHED, rating=Rating.UNSATISFIED, words="没有人来。")
    assert callback.state is TaskState.UNDER_WAY and callback.assignee_id is None and callback.ended_at is None
    assert {p.username for p in on.everyone() if callback.is_seen_by(p)} == {"wang", "liu", "gao"}
    assert {p.username for p in on.everyone() if session.execute(unclaimed(p)).all()} == {"wang", "liu"}
    assert callback.open_phone(on.wang, MONDAY).phone == PHONE
    on.step(callback, "close", on.wang, MONDAY, text="上门道了歉。")
    assert (callback.state, callback.remedy, callback.assignee) == (TaskState.DONE, "上门道了歉。", on.wang)


def test_three_tries_on_two_days_end_it_and_a_refusal_or_a_wrong_number_at_once(on, bring_in, session):
    bring_in(sheet(*many(3)))
    first, second, wrong = asked(session)
    on.step(wrong, "record", on.he, MONDAY, result=Reach.WRONG)
    assert (wrong.state, wrong.result, wrong.phone_sealed) == (TaskState.DONE, CallbackResult.UNREACHABLE, None)
    for moment in (MONDAY, MONDAY + 4 * 60 * MINUTE):
        on.step(first, "record", on.he, moment, result=Reach.UNREACHED)
        assert first.state is TaskState.PLANNED
    on.step(first, "record", on.wang, MONDAY + DAY, result=Reach.UNREACHED)
    on.step(second, "record", on.he, MONDAY, result=Reach.REFUSED)
    assert (first.result, second.result) == (CallbackResult.UNREACHABLE, CallbackResult.REFUSED)
    assert first.state is second.state is TaskState.DONE


def test_a_head_hands_over_what_an_absent_caller_took(on, callback, session):
    with pytest.raises(Refused):
        on.step(callback, "pass_on", on.wang, MONDAY, handler=on.liu)
    callback.open_phone(on.he, MONDAY)
    assert session.execute(held_by(on.he, on.wang)).one().kind == "incident_callback"
    on.step(callback, callback.passed_on_by, on.wang, MONDAY, handler=on.liu)
    assert callback.assignee is on.liu
    on.step(callback, "pass_on", on.wang, MONDAY, handler=on.li)
    assert callback.assignee is None, "an officer does not ask"


def test_phone_and_words_go_after_30_days_whatever_the_state(on, bring_in, session):
    bring_in(sheet(*many(3)))
    open_still, unhappy, done = asked(session)
    for callback, rating in ((unhappy, Rating.UNSATISFIED), (done, Rating.SATISFIED)):
        on.step(callback, "record", on.he, MONDAY, result=Reach.REACHED, rating=rating, words="原话")
    end = open_still.happened_at + rules.INCIDENT_KEPT
    assert kept_too_long(session, end) == []
    with pytest.raises(Refused):
        on.step(done, "forget", CLOCK, end)
    for callback in kept_too_long(session, end + MINUTE):
        on.step(callback, "forget", CLOCK, end + MINUTE)
    assert [c.state for c in (open_still, unhappy, done)] == [TaskState.DONE, TaskState.UNDER_WAY, TaskState.DONE]
    assert open_still.result is CallbackResult.SILENT and {c.words for c in asked(session)} == {None}
    assert session.scalar(select(func.count()).where(IncidentCallback.phone_sealed.is_not(None))) == 0
    with pytest.raises(Refused):
        unhappy.open_phone(on.wang, end + MINUTE)
    on.step(unhappy, "close", on.wang, end + DAY, text="查过了。")
    assert kept_too_long(session, end + DAY) == []


def test_without_the_approval_all_of_it_ends_at_once(on, bring_in, session):
    bring_in(sheet(FINE))
    later = IncidentImport.begin(session, on.he, MONDAY, "later", incidents_in(sheet(*many(250)[1:])))
    session.flush()
    lease = later.work(MONDAY)
    on.bureau.incident_approval = None
    session.flush()
    assert later.work(MONDAY, lease) is None and later.sheet_sealed is None and later.ended_at
    for callback in kept_too_long(session, MONDAY):
        on.step(callback, "forget", CLOCK, MONDAY)
    assert {(c.state, c.phone_sealed) for c in asked(session)} == {(TaskState.CALLED_OFF, None)}


def test_counts_say_what_came_of_it_at_these_stations_in_that_time(on, bring_in, session):
    bring_in(sheet(*many(7)))
    bring_in(sheet(["110-2026-9999", *changed(2, "河东社区")[1:]]), by=on.gao)
    *ours, _left, elsewhere = asked(session)
    said = [Rating.SATISFIED, Rating.SATISFIED, Rating.FAIRLY, Rating.UNSATISFIED]
    for callback, rating in zip(ours, said, strict=False):
        on.step(callback, "record", on.he, MONDAY, result=Reach.REACHED, rating=rating)
    on.step(ours[4], "record", on.he, MONDAY, result=Reach.REFUSED)
    for day in range(3):
        on.step(ours[5], "record", on.he, MONDAY + day * DAY, result=Reach.UNREACHED)
    on.step(elsewhere, "record", on.gao, MONDAY, result=Reach.REACHED, rating=Rating.SATISFIED)
    session.flush()
    monday, wednesday = beijing_date(MONDAY), beijing_date(MONDAY + 2 * DAY)
    both, here, there = [on.station.id, on.elsewhere.id], on.station.id, on.elsewhere.id
    until_tuesday = Tally({Rating.SATISFIED: 2, Rating.FAIRLY: 1, Rating.UNSATISFIED: 1, CallbackResult.REFUSED: 1})

    def found(since, until, units):
        return {unit: figures.all for unit, figures in counts(session, since, until, units).items()}

    assert found(monday, wednesday - DAY, both) == {here: until_tuesday, there: Tally({Rating.SATISFIED: 1})}
    assert found(wednesday, wednesday, both) == {here: Tally({CallbackResult.UNREACHABLE: 1})}
    assert found(monday, monday, [there]) == {there: Tally({Rating.SATISFIED: 1})}
    assert (until_tuesday.n, until_tuesday.refused, until_tuesday.silent) == (4, 1, 0)
    shown = {
        p: [(u.id, f.typed.n) for u, f in counts_for(session, getattr(on, p), monday, wednesday)] for p in ("wang", "gao", "li")
    }
    assert shown == {"wang": [(here, 4)], "gao": [(here, 4), (there, 1)], "li": []}


# ── asked by text

AT_EIGHT = datetime(2026, 11, 17, 8, tzinfo=BEIJING)
REPLIED = AT_EIGHT + 60 * MINUTE


@pytest.fixture
def gateway(session):
    """There is a gateway, which a worker speaks to."""
    session.info["gateway"] = object()


@pytest.fixture
def texted(cast, session, gateway):
    """Make a call that is asked about by text, sent on Tuesday morning."""

    def texted():
        callback = cast.incident()
        for parcel in outbox.lease(session, AT_EIGHT):
            session.get(Message, parcel.message_id).came_back(AT_EIGHT, parcel.version, Answer())
        session.flush()
        return callback

    return texted


def reply(session, words):
    session.flush()
    replying.heed(replying.asked(session, "", PHONE, REPLIED), replying.read_reply(words), REPLIED)
    session.flush()


def test_a_mobile_phone_is_asked_by_text_the_next_morning_where_there_is_a_gateway(bring_in, session, on):
    bring_in(sheet(FINE))
    session.info["gateway"] = object()
    bring_in(sheet(changed(0, "110-2026-0002"), [*changed(0, "110-2026-0003")[:4], "0871-65551234"]))
    by_hand, by_text, landline = asked(session)
    assert [c.channel for c in asked(session)] == [Channel.PHONE, Channel.SMS, Channel.PHONE]
    assert (by_hand.message, landline.message, by_text.due_at) == (None, None, AT_EIGHT.replace(hour=18))
    for caller in (on.he, on.wang):
        assert {row.id for row in session.execute(unclaimed(caller))} == {by_hand.id, landline.id} == listed(session, caller)
    assert incident.texted(session, on.he) == 1 and incident.texted(session, on.ma) == 0
    assert outbox.lease(session, AT_EIGHT - MINUTE) == []
    (parcel,) = outbox.lease(session, AT_EIGHT)
    said = "城南派出所：您最近打过110，民警处理得您满意吗？请回：1满意，2基本满意，3不满意。我们不会要验证码，也不会要钱。"
    assert (parcel.phone, parcel.text) == (PHONE, said) and parcel.extension
    session.commit()
    line = session.scalars(select(AuditLine).where(AuditLine.action == "open_contact")).one()
    assert (line.actor, line.subject, line.detail) == ("clock", "incident_callback", "message")


def listed(session, by):
    return {row.id for row in session.execute(incident.waiting(by))}


def test_a_text_about_a_call_names_no_number(cast, session):
    own = "{station}：您打过110（{number}），满意吗？1满意，2一般，3不满意。不要验证码。"
    with pytest.raises(Fault, match="填不上"):
        MessageTemplate.keep(session, Occasion.INCIDENT, own, by=cast.gao, at=MONDAY, version=0)
    with pytest.raises(Fault, match="1、2、3"):
        MessageTemplate.keep(session, Occasion.INCIDENT, "{station}：满意吗？不要验证码。", by=cast.gao, at=MONDAY, version=0)


@pytest.mark.parametrize(
    ("words", "rating", "state", "sees"),
    [
        ("1", Rating.SATISFIED, TaskState.DONE, {"he", "wang", "liu", "gao"}),
        ("２。", Rating.FAIRLY, TaskState.DONE, {"he", "wang", "liu", "gao"}),
        ("3", Rating.UNSATISFIED, TaskState.UNDER_WAY, {"wang", "liu", "gao"}),
    ],
)
def test_a_reply_is_her_own_rating_and_the_unsatisfied_go_to_the_head(cast, session, texted, words, rating, state, sees):
    callback = texted()
    callback.open_phone(cast.he, AT_EIGHT)
    reply(session, words)
    assert (callback.result, callback.rating, callback.typed_by_staff) == (CallbackResult.RATED, rating, False)
    assert (callback.state, callback.rated_at, callback.message.replied_at) == (state, REPLIED, REPLIED)
    assert {p.username for p in cast.everyone() if callback.is_seen_by(p)} == sees
    offered = {p.username for p in cast.everyone() if session.execute(unclaimed(p)).all()}
    assert offered == ({"wang", "liu"} if words == "3" else set())
    with pytest.raises(Refused) as refused:
        cast.step(callback, "record", cast.wang, REPLIED, result=Reach.REFUSED)
    assert refused.value.values["who"] is Actor.SMS
    figures = counts(session, beijing_date(REPLIED), beijing_date(REPLIED), [cast.station.id])[cast.station.id]
    assert (figures.own, figures.typed) == (Tally({rating: 1}), Tally())


def test_no_reply_in_three_days_is_never_satisfied(cast, session, texted):
    callback, end = texted(), AT_EIGHT + rules.NUMBER_KEPT
    assert callback.due_at == end and incident.not_replied(session, end) == []
    with pytest.raises(Refused):
        cast.step(callback, "lapse", CLOCK, end, result=CallbackResult.NO_REPLY)
    assert incident.not_replied(session, end + MINUTE) == [callback] and incident.never_asked(session, end + MINUTE) == []
    cast.step(callback, "lapse", CLOCK, end + MINUTE, result=CallbackResult.NO_REPLY)
    assert (callback.state, callback.result, callback.rating) == (TaskState.DONE, CallbackResult.NO_REPLY, None)
    day = beijing_date(end)
    assert counts(session, day, day, [cast.station.id])[cast.station.id].all.silent == 1


@pytest.mark.parametrize("why", ["unclear", "failed", "not_sent"])
def test_what_comes_to_nothing_by_text_is_asked_by_phone(cast, session, texted, why):
    callback = cast.incident() if why == "not_sent" else texted()
    at = callback.due_at + MINUTE if why == "not_sent" else REPLIED
    if why == "unclear":
        reply(session, "谢谢，张三")
    elif why == "failed":
        callback.message.is_reported(REPLIED, "said_7")
    else:
        assert outbox.lease(session, AT_EIGHT), "a worker took it and died"
        assert incident.never_asked(session, callback.due_at) == []
        assert incident.never_asked(session, at) == [callback] and incident.not_replied(session, at) == []
        cast.step(callback, "call_instead", CLOCK, at, why=NotByText.NOT_SENT)
    session.flush()
    due = datetime(2026, 11, 18, 18, tzinfo=BEIJING)
    assert (callback.channel, callback.due_at, callback.state) == (Channel.PHONE, due, TaskState.PLANNED)
    assert listed(session, cast.he) == {callback.id} == {row.id for row in session.execute(unclaimed(cast.he))}
    assert outbox.lease(session, at) == outbox.by_hand(session, cast.he, at) == []


def test_a_matter_and_a_call_open_at_one_number_are_no_guess_and_both_are_rung(cast, session, texted):
    matter = cast.answered(contact=Reachable("陈静", PHONE), reply_by=Channel.SMS)
    callback = texted()
    reply(session, "1")
    assert {callback.channel, matter.open_callback.channel} == {Channel.PHONE}
    assert (callback.rating, matter.rating) == (None, None)


def test_a_reply_after_somebody_rang_changes_nothing_and_leaves_a_line_in_the_log(cast, session, texted):
    callback = texted()
    cast.step(callback, "record", cast.he, AT_EIGHT, result=Reach.REACHED, rating=Rating.UNSATISFIED)
    reply(session, "1")
    session.commit()
    assert (callback.rating, callback.state, callback.typed_by_staff) == (Rating.UNSATISFIED, TaskState.UNDER_WAY, True)
    line = session.scalars(select(AuditLine).where(AuditLine.action == "late_reply")).one()
    assert (line.actor, line.subject_uid, line.detail) == ("sms", callback.uid, "solved")


def test_news_of_matters_go_before_texts_after_calls(cast, session, gateway):
    cast.incident()
    cast.answered(contact=Reachable("陈静", PHONE), reply_by=Channel.SMS)
    session.flush()
    taken = [session.get(Message, parcel.message_id).incident_id is None for parcel in outbox.lease(session, AT_EIGHT)]
    assert taken == [True, True, False]


def test_a_text_that_goes_out_late_moves_nothing_that_the_head_has_to_do(cast, session, gateway):
    callback = cast.incident()
    (parcel,) = outbox.lease(session, AT_EIGHT)
    cast.step(callback, "record", cast.he, AT_EIGHT, result=Reach.REACHED, rating=Rating.UNSATISFIED)
    due = callback.due_at
    callback.message.came_back(AT_EIGHT, parcel.version, Answer())
    assert (callback.message.sent_at, callback.due_at) == (AT_EIGHT, due)


@pytest.mark.parametrize("why", ["too_old", "switched_off", "no_phone", "recorded"])
def test_whoever_is_not_to_be_asked_any_more_gets_no_text(cast, session, gateway, why):
    callback, at = cast.incident(), AT_EIGHT
    if why == "too_old":
        at = (callback.happened_at + rules.INCIDENT_KEPT).astimezone(BEIJING).replace(hour=8) + DAY
        cast.step(callback, "forget", CLOCK, at)
    elif why == "switched_off":
        cast.bureau.incident_approval = None
    elif why == "no_phone":
        callback.phone_sealed = None
    else:
        cast.step(callback, "record", cast.he, MONDAY, result=Reach.REFUSED)
    session.flush()
    assert outbox.lease(session, at) == [] and outbox.no_longer_wanted(session, at) == [callback.message]
    cast.step(callback.message, "call_off", CLOCK, at)


def test_nobody_sends_a_text_about_a_call_by_hand_not_even_where_the_gateway_is_gone(cast, session, gateway):
    message = cast.incident().message
    del session.info["gateway"]
    assert outbox.by_hand(session, cast.he, AT_EIGHT) == []
    assert not any(message.is_seen_by(person) for person in cast.everyone())


@pytest.mark.parametrize("changes", ["matter_id = 1", "incident_id = NULL", "occasion = 'answered'"])
def test_a_text_is_about_one_thing(cast, session, gateway, changes):
    cast.answered()
    cast.incident()
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE message SET {changes}"))
