"""The queue: mine, and what nobody has taken yet."""

from typing import NamedTuple

from flask import render_template, request, url_for
from flask_babel import gettext as _

from blueprints import answers
from blueprints.access import POLLING_STAFF, STAFF, me, policy
from blueprints.extensions import db
from blueprints.queue import bp
from blueprints.rows import Row, drawn
from models import task
from models.base import N_, now
from models.task import Due

PAGE = 25
LISTS = {  # name: the query, what it is called, what it says where it is empty
    "mine": (task.mine, N_("我的任务"), N_("现在没有要您办的事。有新的会出现在这里；也可以从下面认领。")),
    "unclaimed": (task.unclaimed, N_("待认领"), N_("没有等人认领的事。")),
}


class Listed(NamedTuple):
    """One list of the queue: a page of its rows, how many there are in all, and the way on and back."""

    name: str
    label: str
    empty: str
    rows: list[Row]
    kinds: set[str]
    count: int
    more: str | None
    first: str | None


@answers.row_of("row")
def _row(id, by):
    row = task.row(db.session, id, by)
    return row and render_template("queue/_row.html", row=drawn([row], by)[0])


@bp.get("/queue")
@policy(STAFF)
def queue():
    """Both lists, 25 rows of each, narrowed by `kind` and `due`; `mine` and `unclaimed` say behind which row they go on."""
    at = now()
    kind, due = (request.args.get(name, "") for name in ("kind", "due"))
    asked = {name: code for name, code, known in (("kind", kind, task.kinds()), ("due", due, _dues())) if code in known}
    places = {name: place for name in LISTS if (place := request.args.get(name))}
    lists = [_list(name, at, asked, places) for name in LISTS]
    since = (at - task.EPOCH) // task.MICROSECOND
    return render_template("queue/queue.html", lists=lists, asked=asked, filters=_filters(asked, lists), since=since, news=0)


@bp.get("/queue/news")
@policy(POLLING_STAFF)
def news():
    """How much came in or changed since the page was made: the one part that is fetched alone. 204 where that was told."""
    since = min(max(0, request.args.get("since", 0, type=int)), 10**16)
    changed = (
        task.changed_since(query(me()), task.EPOCH + since * task.MICROSECOND, me()) for query, *_words in LISTS.values()
    )
    count = sum(task.counted(db.session, query) for query in changed)
    if count == request.args.get("told", type=int):
        return "", 204
    return render_template("queue/_news.html", since=since, news=count)


def _dues() -> dict[str, Due]:
    return {due.code: due for due in Due}


def _list(name, at, asked, places) -> Listed:
    query, label, empty = LISTS[name]
    all_of_it = task.narrowed(query(me()), at, asked.get("kind"), _dues().get(asked.get("due")))
    found = db.session.execute(task.behind(all_of_it, places.get(name, "")).limit(PAGE + 1)).all()
    shown, others = found[:PAGE], asked | places
    is_all = name not in places and len(found) <= PAGE
    return Listed(
        name=name,
        label=_(label),
        empty=_("后面没有了。") if name in places else _("按现在的筛选，这里没有任务。") if asked else _(empty),
        rows=drawn(shown, me()),
        kinds={row.kind for row in shown},
        count=len(found) if is_all else task.counted(db.session, all_of_it),
        more=_to(name, others | {name: task.place_of(shown[-1])}) if len(found) > PAGE else None,
        first=_to(name, {key: value for key, value in others.items() if key != name}) if name in places else None,
    )


def _to(name, values) -> str:
    return url_for("queue.queue", **values, _anchor=name)


def _kinds_there(asked, lists) -> set[str]:
    """Read off the rows where they are all on the page; else asked for."""
    if asked or any(one.more or one.first for one in lists):
        return task.open_kinds(db.session, *(query(me()) for query, *_words in LISTS.values()))
    return set().union(*(one.kinds for one in lists))


def _filters(asked, lists) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is on: a tap on what is on takes it off again. Kinds of which nothing is open stay away."""
    there = _kinds_there(asked, lists) | {asked.get("kind")}
    offered = [("kind", code, kind.label) for code, kind in task.kinds().items() if code in there]
    offered += [("due", due.code, due.label) for due in Due]
    return [(_(label), _toggled(asked, name, code), asked.get(name) == code) for name, code, label in offered]


def _toggled(asked, name, code) -> str:
    others = {key: value for key, value in asked.items() if key != name}
    return url_for("queue.queue", **others if asked.get(name) == code else others | {name: code})
