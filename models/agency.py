"""Whom to ask about what is not the station's: 12345, the property manager, the street office, the traffic police …"""

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import N_, Base
from models.unit import Unit


class Agency(Base):
    """Somebody else who may be asked, in a station's own list, with the phone that is right there."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(30), default="")


COMMON = (  # the same everywhere: numbers of the whole country
    (N_("政务服务便民热线"), "12345"),
    (N_("物业"), ""),
    (N_("街道办（镇政府）"), ""),
    (N_("交警"), "122"),
    (N_("城管"), ""),
    (N_("信访局"), ""),
    (N_("法律援助热线"), "12348"),
    (N_("供电服务热线"), "95598"),
)


def known_at(session: Session, station: Unit) -> list[tuple[str, str]]:
    """Names and phones: the station's own list, then what is the same everywhere, each name once."""
    rows = session.execute(select(Agency.name, Agency.phone).where(Agency.station_id == station.id).order_by(Agency.id))
    own = dict(row._tuple() for row in rows)
    return [*own.items(), *(known for known in COMMON if known[0] not in own)]
