"""Where something takes place: one of a station's police rooms, or none of them."""

from flask_babel import gettext as _

from blueprints.extensions import db
from blueprints.forms import Selected
from models.duty import rooms_of
from models.unit import Room, Unit


class RoomField(Selected):
    """One of the rooms offered, by id."""

    def offer_rooms(self, station: Unit, nowhere: str = "") -> None:
        """List the station's, behind what it means to choose none: `nowhere`."""
        self.rooms = {str(room.id): room for room in rooms_of(db.session, [station])}
        self.offer([("", nowhere or _("不在警务室")), *((code, room.name) for code, room in self.rooms.items())])

    @property
    def value(self) -> Room | None:
        """The one chosen."""
        return self.rooms.get(self.data)
