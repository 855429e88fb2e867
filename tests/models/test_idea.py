"""Ideas on a community's page: the station's own lines, approved by a head, from three on."""

import pytest

from models.idea import ideas, shown_in
from models.life import Kind
from models.steps import Fault, Refused
from tests.cast import MONDAY


def shown(cast, session, community=None):
    return [idea.shown_as for idea in shown_in(session, community or cast.gangnan, 10)]


def test_a_community_reads_of_ideas_from_three_on_the_newest_on_top(cast, session):
    for n in "一二":
        cast.step(cast.idea(), "show", cast.wang, MONDAY, text=f"点子{n}")
    assert shown(cast, session) == []
    third = cast.idea()
    cast.step(third, "show", cast.wang, MONDAY, text="点子三")
    assert shown(cast, session) == ["点子三", "点子二", "点子一"] and shown(cast, session, cast.rixin) == []
    cast.step(third, "show", cast.wang, MONDAY, text="")
    assert shown(cast, session) == [] and third.shown_as is None
    assert [entry.text for entry in third.entries if entry.step == "show" and entry.public] == ["点子三", None]


def test_what_is_taken_up_again_stands_there_no_more(cast, session):
    every = [cast.idea() for _n in range(3)]
    for idea in every:
        cast.step(idea, "show", cast.wang, MONDAY, text="点子")
    cast.step(every[0], "send_back", cast.wang, MONDAY, points=[1], text="请再想想。")
    assert shown(cast, session) == []


def test_only_a_head_shows_only_answered_ideas_and_no_numbers(cast):
    idea, other = cast.idea(), cast.answered()
    for record, by in ((idea, cast.li), (idea, cast.he), (other, cast.wang)):
        with pytest.raises(Refused):
            cast.step(record, "show", by, MONDAY, text="点子")
    for text in ("", "找13900001234"):
        with pytest.raises(Fault):
            cast.step(idea, "show", cast.wang, MONDAY, text=text)
    assert idea.shown_as is other.shown_as is None
    cast.gangnan.post.phone = "13900005678"
    cast.step(idea, "show", cast.wang, MONDAY, text="值班手机13900005678全天有人接")
    assert idea.shown_as


def test_staff_see_the_ideas_of_their_station_alone(cast, session):
    idea = cast.idea()
    cast.make.card(cast.hedong, kind=Kind.IDEA)
    cast.answered()
    assert session.scalars(ideas(cast.qian)).all() == [idea]
