"""What all forms share: faults in plain words, fields that take what people send, and the forms of steps."""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid4

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from models import rules
from models.base import Word
from models.contact import hyphened
from models.empty_phrases import empty_phrase_in
from models.photo import draw_anew
from models.steps import Fault, Refused, Step

__all__ = [
    "UNSURE",
    "CallOffForm",
    "ClickForm",
    "Code",
    "Count",
    "Day",
    "Form",
    "Hour",
    "Line",
    "Lines",
    "LookForm",
    "Number",
    "Optional",
    "Phone",
    "Photos",
    "Picked",
    "Selected",
    "StepForm",
    "SubmissionId",
    "Text",
    "Ticked",
    "at_most",
    "day_in",
    "filled",
    "narrow",
    "step_form",
]


YEARS = range(2000, 2100)  # that a day may lie in
UNSURE = "-"  # the community that somebody does not know


def filled(message) -> Callable:
    """Refuse an empty field, one of nothing but blanks, or nothing ticked, with this sentence."""

    def check(form, field):
        if not field.errors and (field.data in (None, []) or not str(field.data).strip()):
            raise StopValidation(message)

    return check


def at_most(n: int) -> Length:
    """Refuse more than `n` code points."""
    return Length(max=n, message=_l("请写在%(n)s个字以内。", n=n))


def is_text(typed: str) -> bool:
    """Whether all of it is text: no NUL, no half of a character, no sign for one that could not be read."""
    return not any(c == "\0" or c == "\ufffd" or "\ud800" <= c <= "\udfff" for c in typed)


def _is_readable(form, field):
    typed = field.data if isinstance(field.data, list) else [field.data]
    if not all(is_text(text or "") for text in typed):
        raise StopValidation(_("里面有读不出来的字符，请删掉或重新写一下。"))


def narrow(typed: str) -> str:
    """What was typed with a Chinese keyboard, full-width digits, letters and signs made narrow, blanks around it left out."""
    return unicodedata.normalize("NFKC", typed).strip()


class Text(TextAreaField):
    """Several lines. CRLF becomes LF; nothing else is touched."""

    def __init__(self, label, validators=(), **kwargs):
        super().__init__(
            label, [_is_readable, *validators], filters=[lambda text: text and text.replace("\r\n", "\n")], **kwargs
        )


class Line(StringField):
    """One line, blanks around it left out."""

    def __init__(self, label, validators=(), **kwargs):
        super().__init__(
            label, [_is_readable, _is_one_line, *validators], filters=[lambda text: text and text.strip()], **kwargs
        )


def _is_one_line(form, field):
    if field.data and len(field.data.splitlines()) > 1:
        raise StopValidation(_("这里只写一行。"))


class Code(Line):
    """A line of digits, letters and signs, as programs and telephones want them: what was typed full-width is narrow."""

    def __init__(self, label, validators=(), **kwargs):
        super().__init__(label, validators, **kwargs)
        self.filters = [lambda text: text and narrow(text)]


class Phone(Code):
    """A telephone as people type it, its dashes hyphens."""

    def __init__(self, label, validators=(), **kwargs):
        super().__init__(label, [*validators, at_most(rules.PHONE_MAX)], **kwargs)
        self.filters = [*self.filters, lambda text: text and hyphened(text)]


class Lines(Line):
    """The same field several times over; empty ones are left out of `data`."""

    def process_formdata(self, valuelist):
        self.typed = valuelist
        self.data = [text.replace("\r\n", "\n") for text in valuelist if text.strip()]

    def __init__(self, label, validators=(), **kwargs):
        self.typed = []
        StringField.__init__(self, label, [_is_readable, *validators], **kwargs)


class _Listed:
    """Only what is listed; anything else is a sentence, never a crash."""

    def offer(self, pairs) -> None:
        """List these: pairs of a code and a label."""
        self.choices = [SelectChoice(code, label) for code, label in pairs]

    def pre_validate(self, form):
        typed = self.data if isinstance(self.data, list) else [self.data] if self.data else []
        if not set(typed) <= {choice.value for choice in self.choices}:
            raise ValidationError(_("请从列出的里面选。"))


class _OneOf(_Listed):
    def __init__(self, label, words: type[Word] | None = None, **kwargs):
        self.known = words
        super().__init__(label, choices=[], **kwargs)
        self.offer((word.code, _l(word.label)) for word in words or ())

    @property
    def value(self):
        """What the model takes: a word where the choices are words."""
        return self.known.of(self.data) if self.known and self.data else self.data or None


class Picked(_OneOf, RadioField):
    """One of a few, all in view."""

    is_group = True

    def __init__(self, label, words=None, **kwargs):
        super().__init__(label, words, validate_choice=False, **kwargs)


class Selected(_OneOf, SelectField):
    """One of many."""


class Ticked(_Listed, SelectMultipleField):
    """Any of a few, all in view."""

    is_group = True
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def day_in(text: str | None) -> date | None:
    """The day that an address names as 2026-12-01; None where it is none, or far away."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None


class Day(DateField):
    """A date from the browser's own picker; one that was emptied is none, whatever stood there first."""

    def process_formdata(self, valuelist):
        self.data = None
        try:
            super().process_formdata([narrow(value) for value in valuelist if value.strip()])
            if self.data and self.data.year not in YEARS:
                raise ValueError
        except ValueError as error:
            self.data = None
            raise ValueError(_("日期要像 2026-12-01 这样写。")) from error


class Hour(TimeField):
    """An hour of the day from the browser's own picker."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata([narrow(value) for value in valuelist if value.strip()])
        except ValueError as error:
            self.data = None
            raise ValueError(_("时间要像 19:30 这样写。")) from error


class Number(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata([narrow(text) for text in valuelist if text.strip()])
        except ValueError as error:
            raise ValueError(_("请写一个数字。")) from error


class Count(Number):
    """How many: a whole number under a thumb, with a button for less and one for more where there is JavaScript."""

    widget = TextInput()

    def __init__(self, label, **kwargs):
        told = {"data-less": _l("少一个"), "data-more": _l("多一个")}
        super().__init__(label, [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "off"} | told, **kwargs)


class Version(IntegerField):
    """The version of the record that was shown."""

    def show(self, version: int) -> None:
        """Draw this version, whatever was sent."""
        self.data, self.raw_data = version, None

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("页面不完整，请返回重新打开。")) from error


class SubmissionId(HiddenField):
    """A UUID that makes two taps one submission; one that was tampered with is replaced, and asked for again."""

    def __init__(self, **kwargs):
        super().__init__(default=lambda: str(uuid4()), **kwargs)

    def pre_validate(self, form):
        try:
            self.data = str(UUID(self.data))
        except (ValueError, TypeError, AttributeError):
            self.data = str(uuid4())
            raise ValidationError(_("页面不完整，已经补好，请再点一次“提交”。")) from None


class Photos(MultipleFileField):
    """A few photos, each drawn anew before anything is written. A browser can't keep them: after a fault they are chosen again."""

    def __init__(self, label, validators=None, most: int = rules.PHOTOS_MAX, side: int = rules.PHOTO_SIDE, **kwargs):
        self.most, self.side = most, side
        told = {"data-remove": _l("去掉"), "data-too-many": _l("一次最多%(n)s张照片，多的没有加上。", n=most)}
        super().__init__(label, validators, render_kw={"accept": "image/*", "data-most": most, **told}, **kwargs)

    def process_formdata(self, valuelist):
        self.data = [file for file in request.files.getlist(self.name) if file.filename]

    def pre_validate(self, form):
        if len(self.data or ()) > self.most:
            raise ValidationError(_("一次最多%(n)s张照片。", n=self.most))

    def draw(self) -> None:
        """Draw them anew: `value` is what the model takes. Takes long, so call it once all else is right."""
        self.value, faults = [], []
        for n, file in enumerate(self.data or (), 1):
            try:
                self.value.append(draw_anew(file.read(rules.PHOTO_BYTES_IN + 1), self.side))
            except Refused as refused:
                sentence = _(refused.message, **refused.values)
                faults.append(_("第%(n)s张：%(sentence)s", n=n, sentence=sentence) if len(self.data) > 1 else sentence)
        self.errors = ["".join(faults)] if faults else []


class Form(FlaskForm):
    """A form whose field ids never meet the ids of a page, and whose token's fault is a sentence."""

    max_bytes: ClassVar[int | None] = None  # of a request, where it may be more than the app's own limit

    class Meta(FlaskForm.Meta):
        """A text is a text: files go to fields that ask for files."""

        def wrap_formdata(self, form, formdata):
            """What was typed."""
            if isinstance(formdata, MultiDict):
                return formdata
            return request.form if form.is_submitted() else None

    def __init__(self, *args, **kwargs):
        if self.max_bytes:
            request.max_content_length = self.max_bytes
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"f-{field.name}"

    def validate(self, extra_validators=None):
        fits = super().validate(extra_validators)
        if "csrf_token" in self and self.csrf_token.errors:
            self.csrf_token.errors = [
                _("页面打开得太久了，或者浏览器关掉了 Cookie。您写的都还在，请再点一次；还是不行，请打派出所电话。")
            ]
        return fits

    def draw_photos(self) -> bool:
        """Draw the photos, if the form has some; whether all could be."""
        if "photos" in self:
            self.photos.draw()
        return not self.faults

    def add_fault(self, fault: Fault, sentence: str) -> None:
        """Put a rule's sentence beside its field."""
        field = self[fault.field] if fault.field in self else self.csrf_token  # noqa: SIM401  a form is no dict
        field.errors = [*field.errors, sentence]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """All that was typed, name by name, to be sent again as it is."""
        own = [field.name for field in self if field.name not in ("csrf_token", "danger_seen")]
        return [(name, text) for name in own for text in request.form.getlist(name)]

    @property
    def faults(self) -> list:
        """The fields with faults, in the order of the page."""
        return [field for field in self if field.errors]


class ClickForm(Form):
    """Nothing to fill in: the click says it all."""


class LookForm(Form):
    """Nothing but the click that opens a contact; the bureau says why."""

    reason = Line(_l("为什么要看"), [filled(_l("请写一下为什么要看。")), at_most(rules.SUMMARY_MAX)])

    def __init__(self, need, **kwargs):
        super().__init__(**kwargs)
        if need != "bureau":
            del self.reason


class StepForm(Form):
    """The form of a step: its fields are the step's parameters, filled for one record and one person.

    `text` is what a resident reads. Where it holds an empty phrase the form is asked once more; `hint_seen` lets it go.
    """

    version = Version(_l("版本"), [filled(_l("页面不完整，请返回重新打开。"))])
    hint_seen = HiddenField()
    first: ClassVar[str] = ""  # the field that is drawn before the inherited ones
    note: ClassVar[str] = ""  # what will happen, said before it does
    done: ClassVar[str] = ""  # what its button says, where it is not the step's label
    compact: ClassVar[bool] = False  # whether choices stand side by side, as many as fit
    folded: ClassVar[tuple[str, ...]] = ()  # fields that are seldom needed; they open where one has a fault or a value …
    folded_label: ClassVar[str] = _l("还可以写的")  # … under this
    facts: ClassVar[str] = ""  # the template of what stands above the fields, where that is not all of the record
    leads_to: ClassVar[str] = ""  # the step whose form comes next
    is_handed_over: ClassVar[bool] = False  # filled in by somebody else on the screen of staff: a page without any way on

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "text" not in self:
            del self.hint_seen

    def validate(self, extra_validators=None):
        fits = super().validate(extra_validators)
        if "text" not in self or self.text.errors or self.hint_seen.data:
            return fits
        if phrase := empty_phrase_in(self.text.data or ""):
            sentence = _(
                "“%(phrase)s”群众看了还是不知道办了什么。请写：谁、做了什么、什么时候。不想改，再点一次就交上去。",
                phrase=phrase,
            )
            self.text.errors, self.hint_seen.data = [sentence], "1"
        return fits and not phrase

    def fit(self, record, by) -> None:
        """Set up what depends on the record and on who asks; called before validation."""

    def comes_from(self, record) -> str | None:
        """The page to go back to, where it is another than the record's."""

    def fields(self, step: Step) -> dict:
        """The step's parameters, as the model takes them."""
        return {name: getattr(self[name], "value", self[name].data) for name in step.parameters if name in self}

    def keeps(self, record) -> bool:
        """Whether the phone keeps what is typed until it was sent: of complaints nothing."""
        matter = getattr(record, "matter", None)
        return matter is not None and not matter.is_complaint

    @property
    def is_unfolded(self) -> bool:
        """Whether the folded fields are to be seen at once."""
        return any(self[name].errors or self[name].data for name in self.folded)

    @property
    def shown(self) -> list:
        """The fields to draw, in order."""
        fields = [field for field in self if field.name not in ("version", "csrf_token", "hint_seen")]
        return sorted(fields, key=lambda field: field.name != self.first)


class CallOffForm(StepForm):
    """It does not take place, and why."""

    reason = Line(_l("为什么取消"), [filled(_l("请写一下为什么取消。")), at_most(rules.REASON_MAX)])


WITH_PHOTOS = rules.PHOTOS_MAX * rules.PHOTO_BYTES_IN + 1_000_000  # bytes of a request

FORMS: dict[Step, type[StepForm]] = {}


def step_form(*steps: Step):
    """Declare a class as the form of these steps."""

    def declare(form: type[StepForm]) -> type[StepForm]:
        FORMS.update(dict.fromkeys(steps, form))
        return form

    return declare
