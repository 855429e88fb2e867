"""What a gateway tells: that a text arrived, or not, and what a resident replied. Signed, taken once, and logged nowhere."""

import json

from flask import abort, current_app, request

from blueprints.access import PUBLIC, policy
from blueprints.extensions import db, limiter
from blueprints.messages import bp
from models import audit, replying
from models.base import now, writing
from models.gateway import READ_AT_MOST
from models.replying import GatewayEvent
from models.steps import BY_TEXT

DONE = {"ok": True}


def forged(response) -> bool:
    """Whether an answer counts as a try to deceive."""
    return response.status_code == 403


@bp.post("/messages/report")
@policy(PUBLIC)
@limiter.limit("30/minute;300/hour", deduct_when=forged)
def report():
    """`event`, `id` (ours) or `gateway_id`, `status` (delivered or failed), and a `code`."""
    told = _told()
    status, code = told.get("status"), told.get("code", "")
    if status not in ("delivered", "failed"):
        abort(400)
    message = replying.named(db.session, told.get("id", ""), told.get("gateway_id", ""))
    if message is None:
        return _note("report_unknown", told["event"])
    writing(db.session, *message.to_lock())
    if GatewayEvent.is_new(db.session, f"report {told['event']}", now()):
        message.is_reported(now(), replying.reported(code) if status == "failed" else None)
    db.session.commit()
    return DONE


@bp.post("/messages/reply")
@policy(PUBLIC)
@limiter.limit("30/minute;300/hour", deduct_when=forged)
def reply():
    """`event`, `from` (the number), `text`, and the `extension` that it was sent to, if there is one."""
    told = _told()
    number, words = told.get("from", ""), told.get("text", "")
    messages = replying.asked(db.session, told.get("extension", ""), number, now())
    if not messages:
        return _note("reply_unknown", told["event"])
    writing(db.session, *dict.fromkeys(record for message in messages for record in (message, *message.about.to_lock())))
    if GatewayEvent.is_new(db.session, f"reply {told['event']}", now()):
        replying.heed(messages, replying.read_reply(words), now())
    db.session.commit()
    return DONE


def _told() -> dict[str, str]:
    """The fields of what came in: signed, not long ago, and readable; a number counts as its digits."""
    request.max_content_length = READ_AT_MOST
    body, gateway = request.get_data(), current_app.extensions["gateway"]
    stamp, signature = (request.headers.get(f"X-Huiyin-{name}", "") for name in ("Timestamp", "Signature"))
    if gateway is None or not gateway.signed(stamp, signature, body, now()):
        writing(db.session)
        audit.note(db.session, at=now(), by=None, action="gateway_refused", detail=request.endpoint)
        db.session.commit()
        abort(403)
    try:
        told = json.loads(body)
        told = {name: str(value) for name, value in told.items() if isinstance(value, str | int)}
    except (ValueError, AttributeError, RecursionError):
        abort(400)
    names = "".join(value for name, value in told.items() if name != "text")  # what she wrote is read, and kept nowhere
    if not told.get("event") or not names.isprintable():
        abort(400)
    return told


def _note(action: str, event: str):
    """What belongs to nothing here is a line in the log, once; the gateway is content, or it would go on telling."""
    writing(db.session)
    if GatewayEvent.is_new(db.session, f"{action} {event}", now()):
        audit.note(db.session, at=now(), by=BY_TEXT, action=action)
    db.session.commit()
    return DONE
