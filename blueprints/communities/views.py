"""A community's own page."""

from functools import partial

from flask import abort, render_template, request, url_for

from blueprints import answers
from blueprints.access import PUBLIC, policy
from blueprints.coming import asking
from blueprints.communities import bp
from blueprints.extensions import db
from blueprints.paging import PAGE
from blueprints.qr import whole
from models import rules
from models.base import now
from models.duty import presences
from models.gathering import announced_in, published_in
from models.idea import shown_in
from models.life import LINKED
from models.notice import Notice
from models.notice import shown_in as notices_in
from models.place import by_code
from models.portrait import Portrait
from models.unit import Community

PAST, IDEAS = 3, 10  # results of gatherings, and lines about ideas, that a page shows


@bp.get("/c/<code>")
@policy(PUBLIC)
def community(code):
    """Who serves the community now, its police room, the ways to say something, and what came of what was said."""
    found = by_code(db.session, Community, code) or abort(404)
    at, path = now(), partial(url_for, "communities.community", code=code)
    ((desk, rooms),) = presences(db.session, [found.station], at).values()
    postings = found.post.held(at) if found.post else []
    notices = db.session.scalars(notices_in(found, at).limit(rules.NOTICES_ON_PAGE + 1)).all()
    page = {
        "address": whole(path()),
        "for_group": whole(path(by="group")),
        "by": by if (by := request.args.get("by")) in LINKED else None,
        "desk": desk.there,
        "is_known": desk.is_known,
        "there": [duty for one in rooms if one.room is found.room for duty in one.there],
        "postings": postings,
        "portraits": Portrait.of(db.session, [one.officer for one in postings]),
        "gatherings": db.session.scalars(announced_in(found, at)).all(),
        "published": db.session.scalars(published_in(found).limit(PAST)).all(),
        "ideas": shown_in(db.session, found, IDEAS),
        "notices": notices[: rules.NOTICES_ON_PAGE],
        "more_notices": len(notices) > rules.NOTICES_ON_PAGE,
    }
    return render_template("communities/community.html", community=found, **page, **asking())


@bp.get("/c/portraits/<uid>")
@policy(PUBLIC)
def portrait(uid):
    """An officer's portrait, while that officer holds a post."""
    if not uid.isalnum():
        abort(404)  # a NUL is nothing that a database looks for
    found = db.session.scalars(db.select(Portrait).where(Portrait.uid == uid)).one_or_none() or abort(404)
    if not any(posting.holds(now()) for posting in found.officer.postings):
        abort(404)
    return answers.image(found.data, "image/jpeg", f"{uid}.jpg")


@bp.get("/c/<code>/notices")
@policy(PUBLIC)
def notices(code):
    """All notices that stand there now, what was published last on top; `behind` is the uid of the last one of the page before."""
    found = by_code(db.session, Community, code) or abort(404)
    shown = db.session.scalars(notices_in(found, now(), _behind()).limit(PAGE + 1)).all()
    return render_template("communities/notices.html", community=found, notices=shown[:PAGE], more=len(shown) > PAGE)


def _behind() -> Notice | None:
    uid = request.args.get("behind", "")
    named = db.select(Notice).where(Notice.uid == uid, Notice.published_at.is_not(None))
    return db.session.scalars(named).one_or_none() if uid.isalnum() else None
