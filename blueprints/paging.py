"""Long lists, page by page and by key: what comes in meanwhile moves no row from one page to another."""

from flask import request

from blueprints.extensions import db

PAGE = 25


def page_of(query, key, fetch=db.session.scalars) -> tuple[list, int | None]:
    """The rows of one page of `query`, newest first by `key`, an id; and what `before` is in the address of the next, if there is one."""
    if 0 < (before := request.args.get("before", 0, type=int)) < 2**31:
        query = query.where(key < before)
    found = list(fetch(query.limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None
