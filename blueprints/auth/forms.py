"""Signing in and out."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, Length

from blueprints.forms import Form, Line, filled
from models import rules
from models.card import digits


class SignInForm(Form):
    username = Line(_l("用户名"), [filled(_l("请填用户名。"))])
    password = PasswordField(_l("密码"), [filled(_l("请填密码。"))])
    totp = Line(_l("动态验证码（6位；没有开通就不填）"))


class ActivateForm(Form):
    username = Line(_l("用户名"), [filled(_l("请填用户名。"))])
    code = Line(_l("激活码（12位数字）"), [filled(_l("请填管理员给您的激活码。"))])
    password = PasswordField(
        _l("自己定一个密码"),
        [
            filled(_l("请填密码。")),
            Length(rules.PASSWORD_MIN, rules.PASSWORD_MAX, _l("密码最少%(n)s个字符，越长越好。", n=rules.PASSWORD_MIN)),
        ],
        description=_l("最少%(n)s个字符，越长越好。", n=rules.PASSWORD_MIN),
    )
    again = PasswordField(_l("密码再写一遍"), [EqualTo("password", _l("两遍写得不一样，请再写一遍。"))])

    @property
    def grouped_code(self) -> str:
        """The code as it was given out, typed in any way."""
        typed = digits(self.code.data)
        return " ".join(typed[n : n + 4] for n in range(0, len(typed), 4))
