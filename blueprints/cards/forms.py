"""Looking a card up, and the forms of a resident's steps."""

from flask_babel import lazy_gettext as _l

from blueprints.forms import WITH_PHOTOS, Form, Line, Photos, StepForm, Text, at_most, filled, step_form
from blueprints.rating import RatingForm, WithDanger
from blueprints.reaching import ReachFields
from models import rules
from models.matter import Matter


class LookUpForm(Form):
    """Number and code, typed in any way."""

    number = Line(_l("编号"), [filled(_l("请填回音卡上的编号。"))])
    code = Line(_l("查询码"), [filled(_l("请填回音卡上的16位查询码。"))])


@step_form(Matter.rate)
class RateForm(WithDanger, RatingForm):
    """By card, in her own words."""


@step_form(Matter.resume)
class ResumeForm(WithDanger, StepForm):
    words = Text(_l("回答"), [at_most(rules.WORDS_MAX)])

    def fit(self, record, by):
        self.words.label.text = record.question or self.words.label.text


@step_form(Matter.add)
class AddForm(WithDanger, StepForm):
    max_bytes = WITH_PHOTOS
    words = Text(_l("要补充的话"), [at_most(rules.WORDS_MAX)])
    photos = Photos(_l("照片（可不传）"))


@step_form(Matter.reach)
class ReachForm(ReachFields, StepForm):
    note = _l("写了新的，就代替原来留的。只想换个回复的方式，下面不用再写。")

    def fit(self, record, by):
        self.known = record.contact.masked if record.contact else self.known
        if not self.is_submitted():
            self.reply_by.data = record.reply_by.code


@step_form(Matter.erase)
class EraseForm(StepForm):
    note = _l(
        "联系方式和照片马上删掉，找不回来。以后不再打电话、上门，凭这张卡看答复。您写的话（连同里面写的电话）和答复都还在。"
    )


@step_form(Matter.withdraw)
class WithdrawForm(WithDanger, StepForm):
    note = _l("撤回以后，这件事就不再办，也不再回访。这张卡还能打开看。")
    words = Text(_l("为什么撤回（可不写）"), [at_most(rules.WORDS_MAX)])
