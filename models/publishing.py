"""What a station publishes names nobody: no number of somebody's own stands in it."""

import unicodedata

from sqlalchemy import select, union_all
from sqlalchemy.orm import object_session

from models.base import N_
from models.masking import masked, numbers_in
from models.officer import Post
from models.steps import Fault
from models.unit import Community, Grid, Room, Unit


def check_bare(station: Unit, **texts: str) -> None:
    """Fault where a number of somebody's own seems to stand in a text; what the station itself is rung by may."""
    public = {_digits(phone) for phone in _public_phones(station)}
    for field, words in texts.items():
        for number in numbers_in(words):
            if _digits(number) not in public:
                told = N_(
                    "“%(number)s”像是个人的电话、证件号或者银行卡号，不能公布，请删掉。所里的值班电话可以写；日期请写成几月几日。"
                )
                raise Fault(field, told, number=masked(number))


def _digits(typed: str) -> str:
    digits = "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isdecimal())
    return digits.removeprefix("00").removeprefix("86")


def _public_phones(station: Unit) -> list[str]:
    of_places = union_all(
        select(Room.phone).where(Room.station_id == station.id),
        select(Post.phone).where(Post.station_id == station.id),
        select(Grid.phone).join(Community).where(Community.station_id == station.id),
    )
    told = [station.duty_phone, station.head_phone, station.bureau.duty_phone]
    return [*told, *object_session(station).scalars(of_places)]
