"""How the app answers: texts in the reader's words, pages or parts. The only lines that ask "is this htmx?"."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, time
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from flask import Flask, after_this_request, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import get_translations
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from blueprints.qr import whole
from models import rules
from models.base import BEIJING, N_, Word, beijing_date, now
from models.ledger import Actor
from models.masking import masked
from models.officer import Officer
from models.slot import Slot
from models.steps import SHELVES
from models.task import kinds

STATIC = {path.name: path.read_bytes() for path in (Path(__file__).parent.parent / "static").iterdir()}
STATIC["htmx.min.js"] = files("js_lib_htmx").joinpath("static", "htmx", "htmx.min.js").read_bytes()
VERSION = hashlib.sha256(b"".join(STATIC[name] for name in sorted(STATIC))).hexdigest()[:12]
HTMX_CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "defaultSettleDelay": 0,  # what is shown is awake: no letter is typed into a form that does not keep it yet
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "methodsThatUseUrlParams": ["get"],
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "(401|403|404|409|413|415|422|429|500|503)", "swap": True, "error": True},
    ],
}
ALONE = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
PASSING = (429, 500, 503)  # what may be over when one taps again: htmx leaves the page as it was typed
TEN_YEARS = 10 * 365 * 24 * 3600
WEEKDAYS = N_("一二三四五六日")
ORDINALS = N_("零一二三四五")
ERRORS = {
    400: N_("发来的内容没看懂。请返回上一页再试一次。"),
    403: N_("您的账号不能打开这个页面。"),
    404: N_("没有找到这个页面。"),
    405: N_("这个页面不能这样打开。"),
    413: N_("发来的内容太大了。请少写一些，或分几次提。"),
    429: N_("试的次数太多了，请过几分钟再试。"),
    500: N_("出了点问题，刚才没有办成。请返回上一页再点一次；您写的都还在那一页。"),
    503: N_("现在有点忙，请过一会儿再试。"),
}


# ── texts


def _(message: str, **values) -> str:
    """The message in the reader's language. Found out once in a request: flask_babel's own asks anew for each text."""
    if "translations" not in g:
        g.translations = get_translations()
    text = g.translations.ugettext(message)
    return text % values if values else text


def _marked_up(message: str, **values) -> Markup:
    """The same for templates: what goes into it is escaped."""
    return Markup(_(message)) % values


def weekday_date(day: date) -> str:
    """A date that is still right tomorrow, among those of the year: 11月24日（周二）."""
    return _("%(month)s月%(day)s日（周%(weekday)s）", month=day.month, day=day.day, weekday=_(WEEKDAYS)[day.weekday()])


def month_day(day: date) -> str:
    """A date and no more: 11月24日."""
    return _("%(month)s月%(day)s日", month=day.month, day=day.day)


def day_words(day: date) -> str:
    """A date as a person says it: 今天, 明天, 11月24日（周二）, with the year where it is another."""
    today = beijing_date(now())
    near = {-1: _("昨天"), 0: _("今天"), 1: _("明天")}.get((day - today).days)
    if near:
        return near
    words = weekday_date(day)
    return words if day.year == today.year else _("%(year)s年", year=day.year) + words


def full_date(moment: datetime) -> str:
    """A date that is still right tomorrow, for paper: 2026年11月24日."""
    return numbered_date(beijing_date(moment))


def clock(moment: datetime) -> str:
    """The time of day in Beijing: 19:20."""
    return f"{moment.astimezone(BEIJING):%H:%M}"


def numbered_date(day: date) -> str:
    """A day with its year: 2026年11月24日."""
    return _("%(year)s年%(month)s月%(day)s日", year=day.year, month=day.month, day=day.day)


def month_words(day: date) -> str:
    """The month of a day: 2026年11月."""
    return _("%(year)s年%(month)s月", year=day.year, month=day.month)


def words(value) -> str:
    """A value in the reader's words: moments and days, labels, lists, names."""
    if isinstance(value, datetime):
        local = value.astimezone(BEIJING)
        return f"{day_words(local.date())}{local:%H:%M}"
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, Word):
        return _(value.label)
    if isinstance(value, list):
        return "、".join(words(item) for item in value)
    return str(value)


def say(message: str, values: dict | None = None) -> str:
    """A message id in the reader's language, its values in the reader's words."""
    return _(message, **{name: words(value) for name, value in (values or {}).items()})


def tell(message: str, values: dict) -> str:
    """The same to a resident: fixed words as she reads them."""
    return say(message, {name: _(value.told) if isinstance(value, Word) else value for name, value in values.items()})


def due_words(due: datetime) -> str:
    """How a list shows a deadline: 今天18:00前, or 超期2天."""
    days = (beijing_date(now()) - beijing_date(due)).days
    if now() <= due:
        day, local = beijing_date(due), due.astimezone(BEIJING)
        near = day_words(day) if (day - beijing_date(now())).days < 2 else month_day(day)
        return _("%(day)s%(time)s前", day=near, time=f"{local:%H:%M}")
    return _("超期%(days)s天", days=days) if days else _("今天已超期")


def slot_words(slot: Slot) -> str:
    """When somebody is to be somewhere: 今天20:00–21:00, 11月24日（周二）上午."""
    return day_words(beijing_date(slot.begins_at)) + words(slot.hours)


def hours_words(record) -> str:
    """From when to when, beside the day on which it begins: 09:00–17:00, 20:00–次日08:00, 20:00–24:00."""
    return f"{clock(record.begins_at)}–{end_words(record.ends_at, record.begins_at)}"


def end_words(ends: datetime, begins: datetime) -> str:
    """The end of hours, beside their beginning: 17:00, 次日08:00, 24:00."""
    if beijing_date(begins) == beijing_date(ends):
        return clock(ends)
    return _("次日%(time)s", time=clock(ends)) if ends.astimezone(BEIJING).time() > time() else "24:00"


def span_words(record) -> str:
    """From when to when, with the days: 今天18:00–20:00, 今天18:00 — 11月24日（周二）08:00."""
    if beijing_date(record.begins_at) == beijing_date(record.ends_at):
        return f"{words(record.begins_at)}–{clock(record.ends_at)}"
    return f"{words(record.begins_at)} — {words(record.ends_at)}"


def opening_words(opens: dict) -> str:
    """The opening hours of a room, the same hours together: 周一到周五 09:00–17:00，周六 09:00–12:00."""
    days = [opens.get(str(n)) for n in range(7)]
    runs = [(hours, list(run)) for hours, run in groupby(range(7), lambda n: days[n]) if hours]
    return _("，").join(f"{_weekdays(run)} {_open_from(*hours)}" for hours, run in runs)


def _open_from(begins: str, ends: str) -> str:
    if begins == ends:
        return _("24小时")
    return f"{begins}–{ends}" if begins < ends else f"{begins}–{_('次日%(time)s', time=ends)}"


def _weekdays(run: list[int]) -> str:
    if len(run) == 7:
        return _("每天")
    first, last = (_("周%(weekday)s", weekday=_(WEEKDAYS)[n]) for n in (run[0], run[-1]))
    return first if first == last else _("%(first)s到%(last)s", first=first, last=last)


def due_tint(due: datetime) -> str:
    """late, soon (within today) or plain."""
    if now() > due:
        return "late"
    return "soon" if beijing_date(due) == beijing_date(now()) else "plain"


def ordinal(n: int) -> str:
    """第一件, 第二件 …"""
    return _("第%(n)s件", n=_(ORDINALS)[n])


def _told(who, to_card: bool) -> str:
    return _(who.told if to_card else who.label) if isinstance(who, Actor) else who


def entry_words(entry, to_card: bool = False) -> str:
    """A line of a ledger as a sentence; `to_card` speaks to the resident."""
    values = dict(entry.values)
    for name in values.keys() & {"point", "points"}:
        named = values[name] if name == "points" else [values[name]]
        values[name] = "、".join(ordinal(n) for n in named if n)
    return (tell if to_card else say)(
        SHELVES[entry.record].lines[entry.step],
        values | {"who": _told(entry.who, to_card), "resident": _told(Actor.CARD, to_card)},
    )


def grouped(digits: str | None) -> str:
    """Digits as they are read aloud: a code in fours; a number as station, year, sequence. Nothing where there is none."""
    if not digits:
        return ""
    if len(digits) == 16:
        return " ".join(digits[i : i + 4] for i in range(0, 16, 4))
    return f"{digits[:3]} {digits[3:5]} {digits[5:]}"


def paragraphs(text: str, hide: bool = False) -> Markup:
    """What somebody typed, letter by letter: isolated, so that right-to-left marks end with it.

    `hide` masks numbers of ID cards, bank cards and mobile phones, for staff who do not handle the matter.
    """
    return Markup('<bdi class="typed">{}</bdi>').format(masked(text) if hide else text)


def typed(field) -> str:
    """What was typed into a field, or the words of what was chosen."""
    labels = {choice.value: choice.label for choice in getattr(field, "choices", None) or ()}
    return "、".join(str(labels.get(text, text)) for text in field.raw_data)


def static_url(name: str) -> str:
    """The address of a static file; it changes with the content."""
    return url_for("start.static_file", version=VERSION, name=name)


# ── answers


ROWS: dict[str, Callable] = {}  # the prefix of a row's id: how its list draws it again


def row_of(prefix: str) -> Callable:
    """Declare how a list draws one of its rows: a function of the row's id and the officer, giving HTML or None."""

    def declare(draw):
        ROWS[prefix] = draw
        return draw

    return declare


def back() -> str | None:
    """Where whoever asks goes on afterwards: a path of this very app, named in the address."""
    return local_path(request.args.get("back"))


def changed(record, url: str, by: Officer):
    """A step was taken by staff: the record's page, or for htmx the part that fired it; or back to where it was taken from."""
    if goes := back():
        flash(_("记下了。"))
        return gone_to(goes)
    if not request.htmx:
        flash(_("记下了。"))
        return redirect(url, 303)
    prefix, _dash, id = (request.htmx.target or "").partition("-")
    if prefix in ROWS and id.isdecimal() and len(id) < 10 and (row := ROWS[prefix](int(id), by)):
        return make_response(row)
    return make_response(render_template("_record.html", record=record), 200, {"HX-Push-Url": url})


def ask_again(status: int, page: str, part: str, part_id: str, **context):
    """Ask once more, with all that was typed: 422 for faults, 409 where somebody was first."""
    if not request.htmx:
        return make_response(render_template(page, **context), status)
    return make_response(render_template(part, **context), status, {"HX-Retarget": f"#{part_id}", "HX-Reswap": "outerHTML"})


def shown(page: str, part: str, **context):
    """What was asked for by a POST: the part for htmx, else the page."""
    return render_template(part if request.htmx else page, **context)


def stayed(url: str, part: str, **context):
    """Something was changed and one stays where one was: the part that holds it for htmx, else the page again."""
    return render_template(part, **context) if request.htmx else redirect(url, 303)


def image(data: bytes, mimetype: str, name: str):
    """An image, also for itself: browsers show one in a page of their own, which styles itself."""
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Content-Security-Policy": ALONE}
    return make_response(data, 200, {"Content-Type": mimetype, **headers})


def gone_to(url: str):
    """Success leads to another page."""
    return make_response("", 200, {"HX-Redirect": url}) if request.htmx else redirect(url, 303)


def is_large() -> bool:
    """Whether the page is drawn in large type."""
    return g.get("type", request.cookies.get("type")) == "large"


def set_type(size: str) -> None:
    """Large type on or off, for good, beginning with the page that is being made."""
    g.type = size

    @after_this_request
    def remember(response):
        if is_large():
            secure = current_app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie("type", "large", max_age=TEN_YEARS, samesite="Lax", secure=secure)
        else:
            response.delete_cookie("type", samesite="Lax")
        return response


def local_path(wanted: str | None) -> str | None:
    """A path of this very app, or None: nobody is sent elsewhere by a link."""
    ok = wanted and wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if ok else None


def sign_in_first():
    """A stranger at a staff page: to the sign-in; htmx leaves the page as typed and shows a link."""
    if not request.htmx:
        here = request.full_path.rstrip("?") if "GET" in request.url_rule.methods else None
        return redirect(url_for("auth.login", next=here), 303)
    return make_response(
        render_template("auth/_signed_out.html"), 401, {"HX-Retarget": "#signed-out", "HX-Reswap": "outerHTML"}
    )


def _is_polled() -> bool:
    """Whether nobody asked: what goes wrong then replaces nothing that somebody may be typing in."""
    return request.endpoint is not None and current_app.view_functions[request.endpoint].policy.polled


def _error(error: HTTPException):
    """One plain page for each status; it holds nothing of the request."""
    if error.code in (301, 302, 303, 307, 308):
        return error.get_response()
    message = _(ERRORS.get(error.code, ERRORS[500]))
    headers = {}
    if request.htmx and error.code in PASSING and not _is_polled():
        said = {"HX-Retarget": "#signed-out", "HX-Reswap": "outerHTML"}
        return make_response(render_template("errors/_error.html", message=message), error.code, said)
    if request.htmx:
        headers = {"HX-Reswap": "none"} if _is_polled() else {"HX-Retarget": "body", "HX-Reswap": "innerHTML"}
    return make_response(render_template("errors/error.html", message=message), error.code, headers)


def init_app(app: Flask) -> None:
    """Make the words and the error pages known to templates."""
    app.register_error_handler(HTTPException, _error)
    app.jinja_env.filters |= {
        "words": words,
        "month_day": month_day,
        "weekday_date": weekday_date,
        "full_date": full_date,
        "clock": clock,
        "numbered_date": numbered_date,
        "month_words": month_words,
        "due_words": due_words,
        "due_tint": due_tint,
        "slot_words": slot_words,
        "hours_words": hours_words,
        "end_words": end_words,
        "span_words": span_words,
        "opening_words": opening_words,
        "ordinal": ordinal,
        "entry_words": entry_words,
        "grouped": grouped,
        "paragraphs": paragraphs,
        "typed": typed,
    }
    app.jinja_env.globals |= {
        "_": _marked_up,
        "say": say,
        "tell": tell,
        "static_url": static_url,
        "token": lambda: Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf()),
        "htmx_config": HTMX_CONFIG,
        "kinds": kinds(),
        "steps_of": {shelf: record.steps for shelf, record in SHELVES.items()},
        "now": now,
        "whole": whole,
        "is_large": is_large,
        "points_max": rules.POINTS_MAX,
        "photos_max": rules.PHOTOS_MAX,
        "correction_days": rules.CORRECTION_DAYS,
        "without_news_days": rules.WITHOUT_NEWS_DAYS,
    }
