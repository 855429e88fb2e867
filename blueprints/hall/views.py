"""Who is there now, whom to ring where nobody is, and booking a talk."""

from itertools import groupby

from flask import abort, render_template, request, url_for

from blueprints import answers
from blueprints.access import PUBLIC, policy, remember_card
from blueprints.extensions import booked, db, limiter
from blueprints.hall import bp
from blueprints.hall.forms import BookForm
from blueprints.slots import code_of
from models import rules
from models.appointment import Appointment, free_times
from models.base import now, writing
from models.duty import presences
from models.place import by_code
from models.steps import Fault, Refused
from models.unit import Community, Room, Unit, UnitKind


@bp.get("/hall")
@policy(PUBLIC)
def hall():
    """The rooms of all stations; of one, by its number in `station`; or the one that serves `community`, by its code."""
    at, community = now(), None
    if code := request.args.get("community"):
        community = by_code(db.session, Community, code) or abort(404)
    found = presences(db.session, [community.station] if community else _stations(request.args.get("station")), at)
    if community and community.room:
        found = {
            station: (desk, [one for one in rooms if one.room is community.room]) for station, (desk, rooms) in found.items()
        }
    free = _next_free([one.room for _desk, rooms in found.values() for one in rooms], at)
    return render_template("hall/hall.html", found=found, at=at, community=community, free=free, code_of=code_of)


@bp.route("/hall/<int(max=2147483647):room>/book", methods=["GET", "POST"])
@policy(PUBLIC)
@limiter.limit("10/hour", deduct_when=booked)
def book(room):
    """Book a talk with whoever has the shift in this room; the answer leaves after the commit. `free_time` may be chosen before."""
    found = db.first_or_404(db.select(Room).where(Room.id == room))
    form = BookForm(data={"free_time": request.args.get("free_time")})
    form.fit(found)
    if not form.is_submitted():
        return _asked(found, form, 200)
    if not form.validate():
        return _asked(found, form)
    if form.is_dangerous and form.danger_seen.data != "1":
        said, action = form.subject.data, url_for("hall.book", room=room)
        return render_template("danger.html", form=form, said=said, action=action), 422
    at, wanted = now(), form.wanted
    try:
        writing(db.session)
        card = Appointment.book(db.session, at, room=found, **wanted)
        db.session.commit()
    except Fault as fault:
        db.session.rollback()
        form.fit(found)  # somebody was quicker: what is still free
        form.add_fault(fault, answers.say(fault.message, fault.values))
        return _asked(found, form)
    except Refused as refused:
        db.session.rollback()
        return _asked(found, form, 409, answers.say(refused.message))
    remember_card(card)
    return answers.gone_to(url_for("cards.card"))


def _asked(room: Room, form: BookForm, status: int = 422, notice: str | None = None):
    return render_template("hall/book.html", room=room, form=form, notice=notice), status


def _next_free(rooms: list[Room], at) -> dict[Room, list]:
    """The next few free times of each room."""
    free = sorted(free_times(db.session, rooms, at), key=lambda time: time.room.id)
    return {room: list(times)[: rules.NEXT_FREE] for room, times in groupby(free, lambda time: time.room)}


def _stations(number: str | None) -> list[Unit]:
    query = db.select(Unit).where(Unit.kind == UnitKind.STATION).order_by(Unit.number)
    stations = [unit for unit in db.session.scalars(query) if not number or unit.number == number]
    return stations or abort(404) if number else stations
