"""Today on the phone: where to go next, in which order, and setting out."""

from itertools import pairwise

from flask import render_template, url_for
from wtforms import IntegerField

from blueprints import answers
from blueprints.access import GOERS, me, policy
from blueprints.extensions import db
from blueprints.forms import Form
from blueprints.visits import bp
from models.appointment import of_today
from models.base import beijing_date, now, writing
from models.going import Carried
from models.walk import in_walking_order, may_change_places, todays_walk, turn

PAGE, PART = "visits/today.html", "visits/_walk.html"


class TurnForm(Form):
    """Which of two neighbours comes first; sent twice, the same."""

    first = IntegerField()
    then = IntegerField()


@bp.get("/visits/today")
@policy(GOERS)
def today():
    """The visits of today, what was missed, and what wants a time; and who comes to talk."""
    return render_template(PAGE, **_shown())


@bp.post("/visits/today/turn")
@policy(GOERS)
def turned():
    """Have two neighbours of the walk change places."""
    form = TurnForm()
    if not form.validate():
        return answers.ask_again(422, PAGE, PART, "walk", form=form, **_shown())
    ahead = todays_walk(db.session, me(), now()).ahead
    writing(db.session, *ahead)
    turn(in_walking_order(ahead), form.first.data, form.then.data)
    db.session.commit()
    return answers.stayed(url_for("visits.today", _anchor="walk"), PART, **_shown())


def _shown() -> dict:
    """The walk; for each visit ahead, who stands before and behind it where they may change places."""
    walk = todays_walk(db.session, me(), now())
    pairs = [(a, b) for a, b in pairwise(walk.ahead) if may_change_places(a, b)]
    return {
        "walk": walk,
        "booked": db.session.scalars(of_today(me(), now())).all(),
        "before": {after.id: before for before, after in pairs},
        "behind": {before.id: after for before, after in pairs},
        "things": list(Carried),
        "day": beijing_date(now()),
    }
