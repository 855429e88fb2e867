"""Receiving a matter: what a resident sent becomes a card."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import audit, rules, setting
from models.base import N_, new_uid
from models.card import EchoCard
from models.complaint import judge_of, officer_of
from models.contact import Channel, Contact, Daypart, Reachable
from models.ledger import Entry
from models.life import Door, Kind, State
from models.matter import Matter
from models.officer import Officer, responsible_for
from models.photo import Drawn
from models.point import Point
from models.privacy_notice import version_of
from models.steps import Fault, OutOfSight, Refused
from models.unit import Community, Unit, UnitKind
from models.workdays import Calendar


def receive(
    session: Session,
    *,
    community: Community | None,
    kind: Kind,
    body: str,
    points: list[str],
    place: str,
    submission_id: str,
    at: datetime,
    grid_id: int | None = None,
    door: Door = Door.FORM,
    urgent: bool = False,
    photos: Sequence[Drawn] = (),
    contact: Reachable | None = None,
    reply_by: Channel = Channel.CARD,
    daypart: Daypart | None = None,
    about: str = "",
    earlier: str = "",
    received_by: Officer | None = None,
    card: EchoCard | None = None,
) -> EchoCard:
    """Take in what a resident sent, inside a write; returns her card.

    A locked `card` that was printed blank becomes the matter's own: by its code, or by its number where staff write down
    what they are told, who then never see the code. Fault where it is used or void, or not of their unit.
    What is told to staff is written down `received_by` an officer, the first receiver, who then hands the card over.
    Without a community it goes to the bureau, and so does a complaint, unless `about` is the code of the contact card of
    an officer who is no head: that one goes to the officer's head. Both have a number of the bureau's. The same submission id with the same body, kind and community gives the
    same card again; with another, Refused. Two at once: the loser gets IntegrityError at the flush, and asks again.
    """
    if known := sent_before(session, submission_id):
        if (known.body, known.kind, known.community_id) != (body, kind, community.id if community else None):
            raise Refused(N_("这张表已经交过了，内容和这次不一样。要再提一件，请重新打开表格。"))
        first = known.cards[0]
        if first.issue > 1 and first.shown_by_staff:  # whoever still has the form must not see the code that was issued since
            raise Refused(N_("这张表已经交过了，请凭回音卡看。"))
        return first
    if card and not card.is_unused:
        raise Fault("echo_card", N_("这张回音卡已经用过，或者作废了。"))
    if card and received_by and card.station_id != received_by.unit_id:
        raise Fault("echo_card", N_("这张卡不是本单位印的。"))
    bureau = session.scalars(select(Unit).where(Unit.kind == UnitKind.BUREAU)).first()
    is_complaint = kind is Kind.COMPLAINT
    officer = officer_of(session, about, at) if is_complaint else None
    near = judge_of(officer) if is_complaint else (community and community.station)
    station = near or bureau
    if station is None:
        raise Refused(N_("这里还没有设好，暂时收不了。请打派出所电话。"))
    calendar = Calendar.load(session)
    handler = responsible_for(community.post, at) if community and not is_complaint else None
    printed, by_staff = card, received_by is not None
    card = printed or EchoCard.give_out(session, bureau if is_complaint else station, at, shown_by_staff=by_staff)
    matter = Matter(
        uid=new_uid(),
        number=card.number,
        state=State.RECEIVED,
        station=station,
        community=community,
        kind=kind,
        body=body,
        place=place,
        grid_id=grid_id,
        door=door,
        urgent=urgent,
        submission=_hashed(submission_id),
        received_at=at,
        due_at=calendar.deadline(at, setting.answer_days(session, kind)),
        news_by=calendar.deadline(at, rules.WITHOUT_NEWS_DAYS),
        handler=handler,
        receiver=received_by,
        about=about if is_complaint and not officer else "",
        concerns=[officer] if officer else [],
        earlier=earlier,
        notice=version_of(session),
        reply_by=reply_by,
        daypart=daypart,
        contact=Contact.of(session.info["keys"], contact) if contact else None,
        points=[Point(ordinal=i, text=text) for i, text in enumerate(points or [""], 1)],
    )
    if printed:
        EchoCard.bind.follow(card, by=received_by or card, at=at, because="receive", matter=matter)
    else:
        card.matter = matter
    matter._keep_photos(photos, at)
    matter._hand_out(at, calendar.deadline(at, rules.FIRST_CONTACT_DAYS))
    step, values = ("take_down", {"door": door}) if received_by else ("receive", {})
    matter.entries.append(
        Entry(
            at=at,
            actor=received_by.audited_as[0] if received_by else "card",
            officer=received_by,
            record=Matter.shelf,
            step=step,
            public=True,
            values=values,
        )
    )
    session.add(matter)
    session.flush()
    audit.note(session, at=at, by=received_by or card, action="receive", record=matter)
    return card


def receive_on(outing, session: Session, *, at: datetime, submission_id: str, received_by: Officer, **what) -> EchoCard:
    """`receive`, and the locked visit or gathering counts it, once however often the form is sent. Nothing leads from one to the other.

    OutOfSight where `received_by` has no part in it, or it is not on, or long over.
    """
    if not (outing.is_seen_by(received_by) and outing.hears(received_by, at)):
        raise OutOfSight
    is_new = sent_before(session, submission_id) is None
    card = receive(session, at=at, submission_id=submission_id, received_by=received_by, **what)
    outing.raised += is_new
    return card


def sent_before(session: Session, submission_id: str) -> Matter | None:
    """The matter that came in with this very form, if it was sent already."""
    return session.scalars(select(Matter).where(Matter.submission == _hashed(submission_id))).one_or_none()


def _hashed(submission_id: str) -> str:
    return hashlib.sha256(submission_id.encode()).hexdigest()
