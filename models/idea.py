"""Lists of ideas 金点子: an idea is a matter of its kind, whoever it came from."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from models import rules
from models.life import Kind
from models.matter import Matter
from models.officer import Officer
from models.showing import ENDED
from models.unit import Community


def ideas(by: Officer) -> Select:
    """The ideas that `by` sees, the newest on top, with their points."""
    found = select(Matter).where(Matter.kind == Kind.IDEA, Matter.seen_by(by))
    return found.options(selectinload(Matter.points), selectinload(Matter.community)).order_by(Matter.id.desc())


def shown_in(session: Session, community: Community, most: int) -> list[Matter]:
    """Whose lines stand on the page of a community, the newest on top; none while there are fewer than three (DESIGN §3)."""
    shown = select(Matter).where(
        Matter.community_id == community.id,
        Matter.shown_as.is_not(None),
        Matter.kind == Kind.IDEA,
        Matter.state.in_(ENDED),
    )
    found = session.scalars(shown.options(selectinload(Matter.points)).order_by(Matter.id.desc()).limit(most)).all()
    return list(found) if len(found) >= rules.SHOWN_FROM else []
