"""One logged look at what a resident left: asked for on a page of its own, shown once, never in a page that can be gone back to."""

from collections.abc import Callable

from flask import abort, render_template
from sqlalchemy.orm.exc import ObjectDeletedError

from blueprints import answers
from blueprints.access import me, note_refusal
from blueprints.extensions import db
from blueprints.forms import LookForm
from models.base import now, writing
from models.contact import Reachable
from models.steps import Refused


def look_at(record, opens: Callable[..., Reachable], page: str, part_id: str, need: str | None = None, **context):
    """Ask for a look, or have it by `opens`, a method of `record`; `need` says as whom, as far as that changes what is asked.

    `page` is `room/name.html`, which includes the part `room/_name.html`, whose root has the id `part_id`.
    """
    form, part, context = LookForm(need), page.replace("/", "/_"), {"record": record, **context}
    if not form.is_submitted():
        return render_template(page, look=form, **context)
    if not form.validate():
        return answers.ask_again(422, page, part, part_id, look=form, **context)
    try:
        writing(db.session, *record.to_lock())
        opened = opens(me(), now(), **({"reason": form.reason.data} if "reason" in form else {}))
        db.session.commit()
    except ObjectDeletedError:  # the resident was faster and erased it
        abort(404)
    except Refused as refused:
        note_refusal(record, "open_contact", me())
        notice = answers.say(refused.message, refused.values)
        return answers.ask_again(409, page, part, part_id, look=form, notice=notice, **context)
    return answers.shown(page, part, opened=opened, **context)
