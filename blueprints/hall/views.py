"""Who is there now, and whom to ring where nobody is."""

from flask import abort, render_template, request

from blueprints.access import PUBLIC, policy
from blueprints.extensions import db
from blueprints.hall import bp
from models.base import now
from models.duty import presences
from models.place import by_code
from models.unit import Community, Unit, UnitKind


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
    return render_template("hall/hall.html", found=found, at=at, community=community)


def _stations(number: str | None) -> list[Unit]:
    query = db.select(Unit).where(Unit.kind == UnitKind.STATION).order_by(Unit.number)
    stations = [unit for unit in db.session.scalars(query) if not number or unit.number == number]
    return stations or abort(404) if number else stations
