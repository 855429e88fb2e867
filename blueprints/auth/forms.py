"""Signing in and out."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from blueprints.forms import Form, Line, filled


class SignInForm(Form):
    username = Line(_l("用户名"), [filled(_l("请填用户名。"))])
    password = PasswordField(_l("密码"), [filled(_l("请填密码。"))])
    totp = Line(_l("动态验证码（6位；没有开通就不填）"))
