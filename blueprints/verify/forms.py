"""The one field of the check at the door, and the place where there is no plate."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from blueprints.extensions import db
from blueprints.forms import Form, Line, Selected, filled
from models.place import Plate, by_code
from models.unit import Community, Unit, all_communities


class VerifyForm(Form):
    """Four digits at a place: that of the plate that was scanned, else a community that she chooses."""

    plate = HiddenField()
    community = Selected(_l("您在哪个社区（村）？"), validators=[filled(_l("请选一下社区。"))])
    code = Line(
        _l("民警手机上的4位数字"),
        [filled(_l("请填民警给您看的4位数字。"))],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "by-digits"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.found_plate = by_code(db.session, Plate, self.plate.data or "")
        if self.found_plate:
            del self.community
            return
        self.communities = {community.code: community for community in db.session.scalars(all_communities())}
        named = [(code, f"{community.name}（{community.station.name}）") for code, community in self.communities.items()]
        self.community.offer([("", _("请选择")), *named])

    @property
    def place(self) -> Community | None:
        """Where she is, as far as she said."""
        return self.found_plate.community if self.found_plate else self.communities.get(self.community.data)

    @property
    def stations(self) -> list[Unit]:
        """Whom to ring: the station of the place, else all of them, in order."""
        if self.place:
            return [self.place.station]
        return list({community.station.id: community.station for community in self.communities.values()}.values())
