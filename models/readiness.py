"""What a working station still lacks: said on the administrator's first page."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from models import setting
from models.base import N_
from models.officer import Officer, Post, Role, responsible_for
from models.privacy_notice import PrivacyNotice
from models.signin import waiting
from models.unit import Community, Room, Unit, UnitKind


def missing(session: Session, at: datetime) -> Iterator[tuple[str, dict, str]]:
    """A message id with its values, and the section where it is mended; nothing where nothing is missing."""
    stations = select(Unit.id).where(Unit.kind == UnitKind.STATION)
    headed = select(Officer.unit_id).where(Officer.role == Role.HEAD, Officer.active, Officer.activate_by.is_(None))
    settled = select(Community.station_id)
    count = {
        (N_("%(n)s个派出所还没有能登录的所领导。"), "accounts"): stations.where(Unit.id.not_in(headed)),
        (N_("%(n)s个派出所还没有社区。"), "communities"): stations.where(Unit.id.not_in(settled)),
        (N_("%(n)s个警务室、联系点没写开放时间。"), "rooms"): select(Room.id).where(Room.active, Room.opens == {}),
        (N_("%(n)s个账号还没有密码，登录不了。"), "accounts"): waiting(at),
    }
    if not _count(session, stations):
        yield N_("还没有派出所。"), {}, "units"
    for (sentence, path), query in count.items():
        if n := _count(session, query):
            yield sentence, {"n": n}, path
    with_posts = joinedload(Community.post).selectinload(Post.postings)
    communities = session.scalars(select(Community).options(with_posts)).all()
    if n := sum(responsible_for(community.post, at) is None for community in communities):
        yield N_("%(n)s个社区还没有责任民警。"), {"n": n}, "communities"
    if PrivacyNotice.current(session) is None:
        yield N_("个人信息说明里还没写谁负责、怎么联系。"), {}, "notices"
    if "host" not in setting.foot(session):
        yield N_("页脚还没写主办单位。"), {}, "foot"


def _count(session: Session, query: Select) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery()))
