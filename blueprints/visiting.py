"""When and who: what every form that plans a visit asks, a matter's too."""

from flask_babel import lazy_gettext as _l

from blueprints.colleagues import ColleaguesField
from blueprints.forms import Day, Hour, Line, Optional, Picked, at_most
from models import rules
from models.contact import Daypart
from models.officer import COMPANIONS


class Daytime(Picked):
    """A part of the day, or the hours that stand below."""

    def offer(self, pairs):
        """List these, and the hours before them."""
        super().offer([("", _l("按钟点")), *pairs])


class SlotFields:
    """A day, and its hours or a part of it. Whether that may be is the model's to say."""

    day = Day(_l("哪一天"), [Optional()])
    daypart = Daytime(_l("什么时候"), Daypart, default="", validators=[Optional()])
    begins = Hour(_l("从几点"), [Optional()])
    ends = Hour(_l("到几点"), [Optional()])


class CompanionsFields:
    """Who goes along, and where exactly."""

    companions = ColleaguesField(_l("谁一起去（可不选）"))
    place = Line(_l("具体到哪里（可不写；不写姓名）"), [at_most(rules.PLACE_MAX)])

    def offer_companions(self, station, by) -> None:
        """Those of the station who go on visits, and of its bureau, but `by`."""
        self.companions.offer_those([station.id, station.bureau.id], COMPANIONS, but=[by] if by else ())
