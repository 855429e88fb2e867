"""The field for a spreadsheet."""

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import FileField

from blueprints.forms import filled
from models import rules

SHEET_LIMIT = rules.SHEET_BYTES + 100_000  # bytes of a request with one


class Sheet(FileField):
    """One spreadsheet; `value` is what stands in it."""

    def __init__(self, label, **kwargs):
        super().__init__(label, [filled(_l("请选一个文件。"))], render_kw={"accept": ".xlsx,.xls,.csv,.txt"}, **kwargs)

    def process_formdata(self, valuelist):
        file = request.files.get(self.name)
        self.data = file if file and file.filename else None

    @property
    def value(self) -> bytes:
        """All its bytes; the request says how many there may be."""
        return self.data.read()
