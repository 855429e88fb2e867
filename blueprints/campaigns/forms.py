"""Which closed matters are asked about once more."""

from flask_babel import lazy_gettext as _l

from blueprints.access import me
from blueprints.extensions import db
from blueprints.forms import Day, Form, Line, Selected, SubmissionId, at_most, filled
from models import rules
from models.category import Category
from models.task import units_below
from models.unit import Community

ALL = ("", _l("全部"))


class CampaignForm(Form):
    """A period of sign-offs, and what narrows it down."""

    title = Line(_l("这次回访叫什么"), [filled(_l("请写一个名称，比如：秋季噪音回头看。")), at_most(rules.CAMPAIGN_TITLE_MAX)])
    since = Day(_l("从哪天办结的"), [filled(_l("请选开始的日子。"))])
    until = Day(_l("到哪天办结的"), [filled(_l("请选结束的日子。"))])
    community = Selected(_l("社区（可不选）"))
    category = Selected(_l("类别（可不选）"))
    submission_id = SubmissionId()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        below = db.select(Community).where(Community.station_id.in_(units_below(me()))).order_by(Community.code)
        self.communities = {community.code: community for community in db.session.scalars(below)}
        self.categories = {c.code: c for c in db.session.scalars(db.select(Category).order_by(Category.id))}
        self.community.offer([ALL, *((code, found.name) for code, found in self.communities.items())])
        self.category.offer([ALL, *((code, found.name) for code, found in self.categories.items())])

    @property
    def wanted(self) -> dict:
        """What the model takes."""
        return {
            "title": self.title.data,
            "since": self.since.data,
            "until": self.until.data,
            "community": self.communities.get(self.community.data),
            "category": self.categories.get(self.category.data),
            "uid": self.submission_id.data.replace("-", ""),
        }
