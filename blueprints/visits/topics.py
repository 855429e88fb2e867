"""Topic visits 专题家访: the topic of the month, its open matters by community, and going to see about several at once."""

from itertools import groupby
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func

from blueprints import answers
from blueprints.access import HEADS, STATION_HEADS, may, me, policy
from blueprints.extensions import db
from blueprints.rows import drawn
from blueprints.visits import bp
from blueprints.visits.topic_forms import TogetherForm, TopicForm
from models import topic_visit
from models.base import now, writing
from models.slot import Slot
from models.steps import Fault, stale
from models.topic import MonthTopic

MOST = 200  # matters of one page


@bp.route("/visits/topics", methods=["GET", "POST"])
@policy(HEADS)
def topics():
    """What this month is about, the open matters of that topic, and the visits about them; a head may choose another topic."""
    chosen, form = MonthTopic.of(db.session, me().unit, now()), TopicForm()
    if not form.is_submitted():
        form.topic.data = chosen and chosen.topic.code
    elif form.validate():
        writing(db.session)
        MonthTopic.choose(db.session, me(), now(), form.topic.value)
        db.session.commit()
        return answers.gone_to(url_for("visits.topics"))
    month = topic_visit.month_of(now())
    rows = _first(topic_visit.open_about(me(), chosen.topic), _("还有%(n)s件没有列出来。")) if chosen else []
    planned = _first(topic_visit.planned_in(me(), month), _("还有%(n)s次专题家访没有列出来。"))
    page = {
        "form": form,
        "chosen": chosen,
        "month": month,
        "groups": [(place, list(group)) for place, group in groupby(rows, lambda row: (row.station, row.community))],
        "planned": drawn(planned, me()),
        "may_go": may("visits.together"),
    }
    return render_template("visits/topics.html", **page), 422 if form.faults else 200


def _first(query, more):
    """As many rows as a page shows; `more` says how many there are besides."""
    rows = db.session.execute(query.add_columns(func.count().over().label("total")).limit(MOST)).all()
    if rows and (others := rows[0].total - len(rows)):
        flash(more % {"n": others})
    return rows


@bp.route("/visits/topics/plan", methods=["GET", "POST"])
@policy(STATION_HEADS)
def together():
    """Plan one visit about the matters that were ticked."""
    form = TogetherForm()
    ticked = form.matter.data if form.is_submitted() else request.args.getlist("matter")
    ids = [int(id) for id in ticked[:MOST] if id.isdecimal() and len(id) < 10]
    matters = topic_visit.to_visit(db.session, me(), ids)
    if not matters:
        flash(_("请先勾上要一起去谈的事。"))
        return answers.gone_to(url_for("visits.topics"))
    if not form.is_submitted():
        form.leader.data = me().username
        return render_template("visits/together.html", form=form, matters=matters)
    if form.validate():
        try:
            return answers.gone_to(url_for("steps.record", shelf="visits", id=_plan(form, ids).id))
        except Fault as fault:
            db.session.rollback()
            form.add_fault(fault, answers.say(fault.message, fault.values))
    return render_template("visits/together.html", form=form, matters=topic_visit.to_visit(db.session, me(), ids)), 422


def _plan(form, ids):
    at = now()
    slot = Slot.of(at, form.day.data, form.begins.data, form.ends.data, form.daypart.value)
    leader, companions = form.leader.value, [officer for officer in form.companions.value if officer is not form.leader.value]
    writing(db.session, *topic_visit.to_visit(db.session, me(), ids))
    matters = topic_visit.to_visit(db.session, me(), ids)
    if not matters:
        raise Fault("leader", stale().message)
    visit = topic_visit.plan(
        db.session,
        me(),
        at,
        matters=matters,
        leader=leader,
        slot=slot,
        companions=companions,
        departments=form.departments.data or "",
        place=form.place.data or "",
        reason=form.reason.data or "",
        uid=UUID(form.submission_id.data).hex,
    )
    db.session.commit()
    return visit
