"""What a unit sets for itself: the rules ○, and what stands at the foot of public pages."""

from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from blueprints.admin.fields import Phone, within
from blueprints.admin.section import SectionForm
from blueprints.extensions import db
from blueprints.forms import Hour, Line, Number, Optional, Ticked, at_most
from models import setting, setup
from models.base import N_
from models.setting import RULES, Rule, Setting
from models.unit import Unit, UnitKind


class UnitSettingsForm(SectionForm):
    """The settings of a unit, by name: an empty field is the default again."""

    table, order = Unit, (Unit.number,)
    grows, acts = False, {}

    @classmethod
    def shown_of(cls, record):
        kept = Setting.of_unit(db.session, record)
        return {name: RULES[name].read(row.value) if name in RULES else row.value for name, row in kept.items()}

    @property
    def given(self):
        return {name: value or None for name, value in super().given.items()}

    def write(self, record, by, at):
        if changed := Setting.put(db.session, by, at, record, self.given):
            setup.note(db.session, by, at, "set", record, changed)


class RulesForm(UnitSettingsForm):
    """The rules ○ that a unit may set otherwise; beside each its default, how far it may go, and where it comes from."""

    path, label = "rules", N_("规则")
    told = N_("这些规则各派出所可以自己改；空着就按县局的，县局也没改就按原来的。改了只管以后的事，已经定下的期限不变。")

    def __init__(self, record=None, **kwargs):
        super().__init__(record, **kwargs)
        for name, rule in RULES.items():
            if not rule.per_station and record and record.kind is not UnitKind.BUREAU:
                del self[name]
            else:
                at_first = setting.of(db.session, name) if record and record.kind is UnitKind.STATION else rule.default
                self[name].description = _told(rule, at_first)

    def offer(self):
        for name, rule in RULES.items():
            if rule.words:
                self[name].offer((word.code, _(word.label)) for word in rule.words)

    @classmethod
    def told_of(cls, record):
        changed = [_(RULES[name].label) for name in Setting.of_unit(db.session, record) if name in RULES]
        return [_("改过：%(what)s", what="、".join(changed)) if changed else _("都没有改")]


def _told(rule: Rule, at_first) -> str:
    source = _(rule.source)
    if rule.words:
        default = "、".join(_(rule.words.of(code).label) for code in at_first)
        return _("不勾就是%(default)s。来源：%(source)s。", default=default, source=source)
    return _(
        "空着就是%(default)s，可以改成%(lowest)s到%(highest)s。来源：%(source)s。",
        default=_said(at_first),
        lowest=_said(rule.lowest),
        highest=_said(rule.highest),
        source=source,
    )


def _said(value) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _field(rule: Rule):
    if isinstance(rule.default, time):
        return Hour(_l(rule.label), [Optional(), within(rule.lowest, rule.highest)])
    if isinstance(rule.default, int):
        return Number(_l(rule.label), [Optional(), within(rule.lowest, rule.highest)])
    return Ticked(_l(rule.label), choices=[])


for _name, _rule in RULES.items():
    setattr(RulesForm, _name, _field(_rule))


class FootForm(UnitSettingsForm):
    """What stands at the foot of public pages; what is empty is not shown."""

    path, label = "foot", N_("页脚")
    told = N_("群众看到的每一页最下面写的：主办单位、电话、备案号。空着的不显示。")

    host = Line(_l("主办单位"), [at_most(60)])
    host_phone = Phone(_l("联系电话"))
    icp = Line(_l("ICP备案号"), [at_most(60)], description=_l("比如：某ICP备00000000号"))
    police_record = Line(_l("公安备案号"), [at_most(60)], description=_l("比如：某公网安备 00000000000000号"))

    @classmethod
    def query(cls):
        return super().query().where(Unit.kind == UnitKind.BUREAU)
