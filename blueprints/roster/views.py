"""One week of the own station: read by its staff, set by its heads and its desk."""

import json
from collections import defaultdict
from datetime import date, time

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import ROSTERED, STATION_KEEPERS, me, policy
from blueprints.extensions import db
from blueprints.forms import ClickForm
from blueprints.roster import bp
from blueprints.roster.forms import RowsForm, SheetForm, ShiftForm, SwapForm
from models import duty_sheet, officer, rules
from models.base import ONE_DAY, beijing_date, now, span, writing
from models.duty import ONE_WEEK, Duty, between, copy_week, gaps, monday, rooms_of, week_of
from models.steps import Fault, Refused
from models.unit import Room

DAY_AT_THE_DESK = ("08:00", "08:00")  # what a form begins with; a room's is its opening hours


@bp.get("/roster")
@policy(ROSTERED)
def roster():
    """The week of the day in `week`, else this one; `shift` is marked, to change places with another."""
    shift = request.args.get("shift", type=int)
    return _page(_day(request.args.get("week")), _seen(shift) if shift and _may_plan() else None)


@bp.route("/roster/add", methods=["GET", "POST"])
@policy(STATION_KEEPERS)
def add():
    """One more shift, its form filled in for a room and a day where they are named."""
    if request.method == "GET":
        return render_template("roster/add.html", form=ShiftForm(data=_usual(request.args)))
    form = ShiftForm()
    if form.validate():
        begins_at, ends_at = span(form.day.data, form.begins.data, form.ends.data)
        try:
            writing(db.session, me().unit)
            shift = {"officer": form.officer.value, "room": form.room.value, "begins_at": begins_at, "ends_at": ends_at}
            Duty.plan(db.session, me(), now(), **shift)
            db.session.commit()
            flash(_("排好了。"))
            return answers.gone_to(_to_week(form.day.data))
        except Fault as fault:
            db.session.rollback()
            form.add_fault(fault, answers.say(fault.message, fault.values))
    return render_template("roster/add.html", form=form), 422


@bp.post("/roster/<int(max=2147483647):id>/swap")
@policy(STATION_KEEPERS)
def swap(id):
    """The officers of this shift and of another change places."""
    form, week = SwapForm(), _day(request.args.get("week"))
    if not form.validate():
        return _page(week, _seen(id), 422, form.faults[0].errors[0])
    writing(db.session, me().unit, *_booked(id, form.other.data))
    one, other = _seen(id), _seen(form.other.data)
    if not (one and other):
        return _page(week, one, 409, _("这两班里有一班刚才被拿掉了。请看看现在的表。"))
    try:
        one.swap_with(other, me(), now())
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return _page(week, _seen(id), 409, answers.say(refused.message, refused.values))
    flash(_("对调好了：%(one)s、%(two)s。", one=one.officer.called, two=other.officer.called))
    return answers.gone_to(_to_week(week))


@bp.post("/roster/<int(max=2147483647):id>/take-off")
@policy(STATION_KEEPERS)
def take_off(id):
    """The shift is no longer; one that is gone already is no fault."""
    form, week = ClickForm(), _day(request.args.get("week"))
    if not form.validate():
        return _page(week, _seen(id), 422, form.faults[0].errors[0])
    writing(db.session, me().unit)
    try:
        if duty := _seen(id):
            duty.take_off(me(), now())
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return _page(week, _seen(id), 409, answers.say(refused.message, refused.values))
    flash(_("拿掉了。"))
    return answers.gone_to(_to_week(week))


@bp.post("/roster/copy")
@policy(STATION_KEEPERS)
def copy():
    """The week once more, a week later; what crosses there is left out, and said."""
    form, week = ClickForm(), _day(request.args.get("week"))
    if not form.validate():
        return _page(week, None, 422, form.faults[0].errors[0])
    writing(db.session, me().unit)
    added, left_out = copy_week(db.session, me(), now(), week)
    db.session.commit()
    to = _to_week(week + ONE_WEEK)
    if left_out:
        return render_template("roster/copied.html", added=added, left_out=left_out, to=to)
    flash(_("抄好了，加了%(n)s班。", n=len(added)) if added else _("没有要抄的，那边都有了。"))
    return answers.gone_to(to)


@bp.route("/roster/sheet", methods=["GET", "POST"])
@policy(STATION_KEEPERS)
def sheet():
    """A file is tried out: what it would add, and what is wrong in it."""
    form = SheetForm()
    if not form.is_submitted():
        return _sheet_page(form)
    if not form.validate():
        return _sheet_page(form, status=422)
    try:
        rows = duty_sheet.shifts_in(form.sheet.value)
    except Fault as fault:
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _sheet_page(form, status=422)
    return _tried(rows, duty_sheet.try_out(db.session, me(), now(), rows), 422)


@bp.post("/roster/sheet/add")
@policy(STATION_KEEPERS)
def add_sheet():
    """The rows that were tried out are added, all of them or none."""
    form = RowsForm()
    if not form.validate():
        again = SheetForm(formdata=None)
        again.sheet.errors = [form.faults[0].errors[0]]
        return _sheet_page(again, status=422)
    writing(db.session, me().unit)
    trial = duty_sheet.bring_in(db.session, me(), now(), form.shifts)
    if trial.faults:
        db.session.rollback()
        return _tried(form.shifts, trial, 409)
    db.session.commit()
    flash(_("加了%(n)s班。", n=len(trial.added)))
    return answers.gone_to(_to_week(min((duty.day for duty in trial.added), default=None)))


def _seen(id: int) -> Duty | None:
    return db.session.scalars(db.select(Duty).where(Duty.id == _id(id), Duty.seen_by(me()))).one_or_none()


def _id(typed: int) -> int:
    """What may be an id; 0, which is none, for a number that no column holds."""
    return typed if 0 < typed < 2**31 else 0


def _booked(*ids: int) -> list:
    """The appointments in these shifts, which change hands with them."""
    return [task for duty in filter(None, map(_seen, ids)) for task in duty.booked(now())]


def _may_plan() -> bool:
    return me().role in officer.STATION_KEEPERS


def _day(typed: str | None) -> date:
    """The day that an address names; today where it names none."""
    try:
        day = date.fromisoformat(typed or "")
    except ValueError:
        return beijing_date(now())
    return day if 2000 <= day.year < 2100 else beijing_date(now())


def _to_week(day: date | None) -> str:
    return url_for("roster.roster", week=monday(day) if day else None)


def _usual(asked) -> dict:
    """What the form of a shift begins with."""
    day, room = _day(asked.get("day")), asked.get("room", type=int)
    room = room and db.session.scalar(db.select(Room).where(Room.id == _id(room), Room.station_id == me().unit_id))
    begins, ends = (room and room.opens.get(str(day.weekday()))) or DAY_AT_THE_DESK
    hours = {"begins": time.fromisoformat(begins), "ends": time.fromisoformat(ends)}
    return {"day": day, "room": str(room.id) if room else "", **hours}


def _page(week: date, marked: Duty | None = None, status: int = 200, notice: str | None = None):
    """The week; what was not done is said on top of it."""
    since, until = week_of(week)
    cells = defaultdict(list)
    for duty in between(db.session, [me().unit], since, until):
        if duty.begins_at >= since:
            cells[duty.room, duty.day].append(duty)
    page = {
        "days": [monday(week) + n * ONE_DAY for n in range(7)],
        "places": [None, *rooms_of(db.session, [me().unit])],
        "cells": cells,
        "gaps": [gap for gap in gaps(db.session, me().unit, week) if gap.ends_at > now()],
        "marked": marked,
        "may_plan": _may_plan(),
        "one_week": ONE_WEEK,
        "notice": notice,
    }
    return render_template("roster/roster.html", **page), status


def _sheet_page(form: SheetForm, status: int = 200):
    return render_template("roster/sheet.html", form=form, most=rules.ROSTER_ROWS), status


def _tried(rows, trial, faulty: int):
    """What would come of the rows; `faulty` is the status where some of them are wrong."""
    page = {"trial": trial, "rows": json.dumps(rows, ensure_ascii=False), "typed": {row.row: row for row in rows}}
    return render_template("roster/trial.html", **page), faulty if trial.faults else 200
