"""Numbers without a gap: the last one given out at a unit in a Beijing year."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import insert_of
from models.unit import Unit


class Counter:
    """A table of such numbers; a row stays locked from the count to the end of the write."""

    __table_args__ = {}

    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]

    @classmethod
    def count_on(cls, session: Session, unit: Unit, year: int, count: int = 1) -> int:
        """Give out the next so many; returns the last of them."""
        first = insert_of(session, cls).values(station_id=unit.id, year=year, last=count)
        counted = first.on_conflict_do_update(index_elements=["station_id", "year"], set_={"last": cls.last + count})
        return session.scalar(counted.returning(cls.last))
