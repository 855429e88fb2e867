"""One photo, to whoever may see its matter, visit, talk or gathering."""

from flask import abort

from blueprints import answers
from blueprints.access import PUBLIC, STAFF, me, open_card, policy
from blueprints.extensions import db
from blueprints.photos import bp
from models.gathering import Gathering
from models.matter import Matter
from models.photo import Photo
from models.talk import Talk
from models.visit import Visit


@bp.get("/photos/<uid>")
@policy(STAFF)
def photo(uid):
    of_visit = Photo.visit_id.in_(db.select(Visit.id).where(Visit.seen_by(me())))
    of_talk = Photo.talk_id.in_(db.select(Talk.id).where(Talk.lying_with(me())))
    of_gathering = Photo.gathering_id.in_(db.select(Gathering.id).where(Gathering.seen_by(me())))
    return _photo(uid, db.or_(Matter.lying_with(me()), of_visit, of_talk, of_gathering))


@bp.get("/card/photos/<uid>")
@policy(PUBLIC)
def of_card(uid):
    """A photo of the card that is open in this browser."""
    return _photo(uid, Matter.seen_by(open_card() or abort(404)))


def _photo(uid, seen):
    if not uid.isalnum():
        abort(404)  # a NUL is nothing that a database looks for
    found = db.select(Photo.data).outerjoin(Matter).where(Photo.uid == uid, seen)
    data = db.session.scalar(found) or abort(404)
    return answers.image(data, "image/jpeg", f"{uid}.jpg")
