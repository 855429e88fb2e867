"""The morning digest: what is to be read, and the same as a text to be pasted into the heads' group."""

from datetime import date

from flask import abort, render_template, request
from flask_babel import gettext as _

from blueprints.access import HEADS, me, policy
from blueprints.answers import grouped, weekday_date, words
from blueprints.extensions import db
from blueprints.review import bp
from models import rules, setting
from models.asking import CallbackResult, Rating
from models.base import beijing_date
from models.digest import LISTS, TALKS, VISITS, Digest
from models.slot import Slot


@bp.get("/review/digest")
@policy(HEADS)
def digest():
    """The latest of the unit's digests, or that of a `day` before."""
    query = db.select(Digest).where(Digest.unit_id == me().unit_id).order_by(Digest.day)
    kept = {digest.day.isoformat(): digest for digest in db.session.scalars(query)}
    days = list(kept)
    day = request.args.get("day", days[-1] if days else None)
    if day is not None and day not in kept:
        abort(404)
    hour = setting.of(db.session, "digest", me().unit_id)
    page = {"digest": None, "hour": f"{hour:%-H:%M}"}
    if day:
        digest, n = kept[day], days.index(day)
        lists = digest.lists(db.session, me())
        page |= {
            "digest": digest,
            "lists": [
                (name, _titled(name, count), lines, count - len(lines)) for name, (count, lines) in lists.items() if count
            ],
            "others": _others(digest),
            "untold": _untold(digest),
            "asked": _asked(digest.told),
            "nothing": _nothing(lists),
            "text": _text(digest, lists),
            "before": days[n - 1] if n else None,
            "after": days[n + 1] if day != days[-1] else None,
        }
    return render_template("review/digest.html", **page)


def _text(digest: Digest, lists: dict) -> str:
    """Numbers, communities, kinds, and who answers for it; no resident, no complaint, no summary."""
    said = [_("%(unit)s%(day)s通报", unit=me().unit.name, day=weekday_date(digest.day)), _asked(digest.told)]
    for name, (count, lines) in lists.items():
        if count:
            said.append(_("%(title)s：", title=_titled(name, count)))
            said += [_line(line) for line in lines]
            said += [_("还有%(n)s件。", n=count - len(lines))] if count > len(lines) else []
    for part in _others(digest):
        said += [_("%(title)s：", title=part["title"]), *part["lines"].values()]
        said += [_("还有%(n)s次。", n=part["others"])] if part["others"] else []
    return "\n".join(filter(None, [*said, _untold(digest), _nothing(lists)]))


def _untold(digest: Digest) -> str:
    """How many gatherings wait for their results, in words."""
    if not digest.untold:
        return ""
    return _("办过的活动，%(days)s个工作日了还没公布结果的有%(n)s次。", days=rules.RESULTS_DAYS, n=digest.untold)


def _others(digest: Digest) -> list[dict]:
    """What is no matter: the visits that nobody had set out for, the talks that went wrong; where, and who answers for it."""
    found = (("visits", VISITS, digest.visits(db.session, me()), _visit_line), ("talks", TALKS, digest.talks, _talk_line))
    return [
        {
            "shelf": shelf,
            "title": _("%(title)s的%(n)s次", title=_(title), n=count),
            "lines": {line["id"]: say(line) for line in lines},
            "others": count - len(lines),
        }
        for shelf, title, (count, lines), say in found
        if count
    ]


def _talk_line(line: dict) -> str:
    goes_on = _("说好的没做到，接着谈") if line.get("broken", True) else _("过了期限还没谈完")
    facts = [line["community"], _(line["outcome"].label) if line["outcome"] else goes_on, line["answers"] or _("没有人接手")]
    return " ".join([*([line["station"]] if line["station"] != me().unit.name else []), *facts])


def _visit_line(line: dict) -> str:
    when = line["begins_at"] or line["due_at"]
    hours = words(Slot(line["begins_at"], line["due_at"], line["daypart"]).hours) if line["begins_at"] else _("没定时间")
    facts = [line["community"] or _("社区不清楚"), weekday_date(beijing_date(when)) + hours, line["answers"] or _("没有人接手")]
    return " ".join([*([line["station"]] if line["station"] != me().unit.name else []), *facts])


def _titled(name: str, count: int) -> str:
    return _("%(title)s的%(n)s件", title=_(LISTS[name]), n=count)


def _line(line: dict) -> str:
    answers = line["answers"] or _("没有人接手")
    facts = [grouped(line["number"]), line["community"] or _("社区不清楚"), _(line["kind"].label), answers]
    return " ".join([*([line["station"]] if line["station"] != me().unit.name else []), *facts])


def _asked(told: dict) -> str:
    """How many were asked since the last working day began, and what came of it."""
    days, asked = _days(told["since"], told["until"]), told["asked"]
    if not asked:
        return _("%(days)s没有回访。", days=days)
    counts = [
        _("%(said)s%(n)s件", said=_(word.label), n=asked[word.code])
        for word in [*Rating, *CallbackResult]
        if word.code in asked
    ]
    return _("%(days)s回访了%(n)s件：%(counts)s。", days=days, n=sum(asked.values()), counts="，".join(counts))


def _days(since: date, until: date) -> str:
    if since == until:
        return weekday_date(since)
    return _("%(since)s到%(until)s", since=weekday_date(since), until=weekday_date(until))


def _nothing(lists: dict) -> str:
    """What there is none of."""
    none = [_(LISTS[name]) for name, (count, _lines) in lists.items() if not count]
    return _("没有%(titles)s的。", titles="、".join(none)) if none else ""
