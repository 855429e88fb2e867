"""The forms of topic visits: the topic of a month, and one visit about several matters."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField

from blueprints.access import me
from blueprints.colleagues import ColleagueField
from blueprints.forms import Form, Line, Picked, SubmissionId, at_most, filled
from blueprints.visiting import CompanionsFields, SlotFields
from models import rules
from models.officer import Role
from models.topic import Topic


class TopicForm(Form):
    """What this month's visits are about."""

    topic = Picked(_l("这个月谈什么"), Topic, validators=[filled(_l("请选一个主题。"))])


class TogetherForm(SlotFields, CompanionsFields, Form):
    """When, who leads, and who goes along, also from elsewhere."""

    leader = ColleagueField(_l("谁带队"), validators=[filled(_l("请选谁带队。"))])
    departments = Line(_l("请哪些单位一起去（可不写，比如：交警大队、城管；群众看得到）"), [at_most(rules.DEPARTMENTS_MAX)])
    reason = Line(_l("去谈什么（可不写，仅内部）"), [at_most(rules.REASON_MAX)])
    matter = SelectMultipleField(validate_choice=False)
    submission_id = SubmissionId()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.leader.offer_those(me().unit_id, [Role.HEAD])
        self.offer_companions(me().unit, None)

    @property
    def shown(self) -> list:
        """The fields to draw, in order."""
        first = [self.day, self.daypart, self.begins, self.ends, self.leader]
        return [*first, self.companions, self.departments, self.place, self.reason]
