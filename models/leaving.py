"""An account is closed: what residents wait for goes back to its colleagues."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.officer import Officer
from models.slot import one_at_a_time
from models.steps import AN_ACCOUNT_CLOSED, CLOCK
from models.task import Task, kinds


def let_go_of() -> list[str]:
    """The kinds of task that go back to whoever takes them up."""
    return [code for code, kind in kinds().items() if "put_back" in kind.steps]


def let_go(session: Session, officer: Officer, at: datetime) -> int:
    """What residents booked with `officer`, and the calls taken and not made, are anybody's, inside a write. Returns how many.

    All else stays until a head hands it over. Whoever books or moves just now is waited for: so nothing that belongs to the
    officer may be changed in this write before.
    """
    one_at_a_time(session, officer.unit)
    held = select(Task).where(Task.assignee_id == officer.id, Task.ended_at.is_(None), Task.kind.in_(let_go_of()))
    fresh = held.order_by(Task.id).with_for_update(of=Task, key_share=True).execution_options(populate_existing=True)
    tasks = session.scalars(fresh).all()
    for task in tasks:
        task.steps["put_back"].follow(task, by=CLOCK, at=at, because=AN_ACCOUNT_CLOSED.name)
    session.flush()
    return len(tasks)
