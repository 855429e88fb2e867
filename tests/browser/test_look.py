"""Every page in light, dark and large type, on a phone and on a desk: nothing that axe objects to, nothing too small."""

import re
from datetime import time, timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from models import rules
from models.answer_template import AnswerTemplate
from models.asking import Rating, Reach
from models.base import beijing_date, now
from models.batch import CardBatch
from models.campaign import Campaign
from models.contact import Channel, Daypart, Reachable
from models.duty import Duty
from models.gathering import GatheringKind
from models.going import Carried
from models.import_kinds import KINDS
from models.importing import Packed, SetupSheet
from models.incident_import import IncidentImport
from models.incident_sheet import SheetRow
from models.photo import draw_anew
from models.point import Outcome
from models.survey import Question, fill_in
from models.talk import Ending, Where
from models.team_task import TeamOutcome
from models.topic import MonthTopic, Topic
from models.visit import Visit
from tests.cast import DAY, MONDAY
from tests.conftest import ROOT
from tests.models.test_importing import FINE, TITLES
from tests.models.test_incident import sheet as csv
from tests.models.test_photo import JPEG

COLOURS = ["color-contrast", "link-in-text-block"]
ALL_ELSE = {rule: {"enabled": False} for rule in COLOURS}
MODES = {  # dark changes colours alone and large type sizes alone (see the first test): together they show nothing new
    "dark": [{"large": False, "options": {"runOnly": COLOURS}}],
    "light": [{"large": False, "options": {}}, {"large": True, "options": {"rules": ALL_ELSE}}],
}
ODD = {"/nothing-here": 404, "/d/?code=x": 422}  # what a page answers that is there for what goes wrong
LOOK = """async modes => {
    const seen = [], root = document.documentElement
    for (const {large, options} of modes) {
        root.classList.toggle('large', large)
        const {violations} = await axe.run({resultTypes: ['violations'], ...options})
        seen.push({
            large,
            faults: violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 120))]),
            sideways: root.scrollWidth > innerWidth,
            small: [...document.querySelectorAll('main a, main button, main input, main select, main summary, main .choice, main .pick')]
                .filter(e => e.offsetParent && e.type !== 'hidden' && !e.closest('.choice > *, .pick > *') && !e.matches('.row-title'))
                .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 100)),
            smallest: Math.min(...[...document.querySelectorAll('main *')]
                .filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
                .map(e => parseFloat(getComputedStyle(e).fontSize))),
            body: parseFloat(getComputedStyle(document.body).fontSize),
            main: [...document.querySelectorAll('main .main')].map(e => e.getBoundingClientRect().height),
        })
    }
    return seen
}"""


@pytest.fixture
def scripted():
    return True


def chens(cast):
    """Chen's card: one point answered, another one too, neither rated yet; with a photo and a phone to ring."""
    personal = {"photos": [draw_anew(JPEG)], "contact": Reachable("陈静", "0000-5550142"), "reply_by": Channel.PHONE}
    return cast.answered(now(), points=["灯", "井盖"], **personal).cards[0]


def setup_sheets(session, cast):
    """Where spreadsheets were tried out: one that fits, one with faults."""
    files = {
        "plates": [FINE["plates"]],
        "officers": [["999", "", "民警", "", "", "", "li"], ["101", "欧阳某", "所长", "一", "", "", ""]],
    }
    for code, rows in files.items():
        packed = Packed.of(KINDS[code], csv(*rows, titles=TITLES[code]))
        yield f"/admin/import/{code}/{SetupSheet.keep(session, KINDS[code], cast.admin, now(), packed).uid}"
    session.commit()


def everything(cast, session):
    """Makes something of all that there is; gives the addresses of its pages, by who mainly looks at them, and two cards.

    One is Chen's, the other that of a slip at a neighbour's, for which nothing is chosen yet.
    """
    card, slip = chens(cast), cast.slip(now()).card
    received = cast.make.card(cast.gangnan, at=now()).matter
    cast.make.card(cast.rixin, at=now())
    phrase = AnswerTemplate.add(
        session, cast.wang, now(), title="修好了", text="【哪天】修好了。", kind=None, outcome=Outcome.DONE
    )
    called_back = cast.answered(now())
    cast.step(called_back, "rate", called_back.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    signed_off = cast.answered(now(), contact=Reachable("陈静", "0000-5550142"))
    cast.step(signed_off, "rate", signed_off.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    cast.step(signed_off, "sign_off", cast.wang, now())
    today = beijing_date(now())
    room = cast.gangnan.room = cast.make.room(cast.station, "港南社区警务室", hall=True, address="港南路1号")
    cast.make.room(cast.station, "日新社区警务室")
    for officer, place in ((cast.li, room), (cast.wang, None)):
        cast.duty(officer, place, today, "00:00", "00:00", now())
        cast.duty(officer, place, today + DAY, "20:00", "08:00", now())
    shift = session.scalars(select(Duty)).first().id
    campaign = Campaign.launch(session, cast.wang, now(), title="回头看", since=today, until=today)
    mended = cast.answered(now())
    cast.step(mended, "order", cast.wang, now(), points=[1], text="灯还是不亮。")
    cast.step(mended, "answer", cast.li, now(), point=1, outcome=Outcome.DONE, text="换了新灯。")
    order = mended.orders[0].id
    by_text = cast.accepted(now(), contact=Reachable("陈静", "0000-5550142"), reply_by=Channel.SMS)
    cast.step(by_text, "ask", cast.li, now(), text="哪一盏灯？")
    texted = by_text.messages[0]
    incident, unhappy = cast.incident(now(), refused=3), cast.incident(now())
    cast.step(unhappy, "record", cast.he, now(), result=Reach.REACHED, rating=Rating.UNSATISFIED, words="一个小时才来人。")
    question = Question.add(session, cast.wang, now(), "晚上一个人在附近走，您觉得安全吗？", ["安全", "比较安全", "不太安全"])
    Question.add(session, cast.wang, now(), "您认识您这个社区的民警吗？", ["认识", "不认识"])
    for n in range(12):
        fill_in(session, cast.station, {question.id: n % 2}, now())
    visit = cast.visit(MONDAY)
    cast.step(visit, "start", cast.li, MONDAY, carried=list(Carried))
    MonthTopic.choose(session, cast.gao, now(), Topic.SERVICE)
    together = [cast.accepted(now()) for _n in range(3)]
    about = cast.visit(now(), matters=together[:2], theme=Topic.SERVICE, departments="交警大队", officers=[cast.liu])
    looked_into = cast.visit(now() - DAY, officers=[cast.liu, cast.li])
    cast.step(looked_into, "record", cast.li, now(), households=1, went=time(9), left=time(10))
    cast.step(looked_into, "check", cast.wang, now(), remark="问了两户，都说来过。")
    cast.visit(now() - DAY, reason="没去成的")
    gathering, held = cast.gathering(now()), cast.gathering(now() - timedelta(hours=6), sort=GatheringKind.APPRAISAL)
    cast.step(held, "record", cast.li, now(), residents=12, satisfied=9, unsatisfied=1, diary="灯说得最多。")
    cast.step(held, "sum_up", cast.li, now(), asked="灯什么时候修", did="周二修好了")
    cast.step(held, "publish_results", cast.wang, now(), lines=[1])
    for _n in range(rules.SHOWN_FROM):
        cast.step(cast.idea(at=now()), "show", cast.wang, now(), text="出远门跟楼长说一声。")
    notice, draft = cast.notice(now(), published=True), cast.notice(now(), communities=[])
    team, team_back = cast.team_task(now(), details="带钳子"), cast.team_task(now())
    found = {"outcome": TeamOutcome.PARTLY, "result": "清走四辆。", "came": 4, "leader": cast.li}
    cast.step(team_back, "record", cast.li, now(), **found)
    slip_out, slip_back = team.id, team_back.id
    session.info["gateway"] = object()
    by_text_too = cast.incident(now()).id
    under_way = IncidentImport.begin(session, cast.he, now(), "under way", [SheetRow(2, *"abcde")] * 3)
    pairing = cast.pairing(now() - 40 * DAY)
    pairing.raise_duties(now())
    session.flush()
    cast.step(pairing.open_duties[-1], "record", cast.li, now(), text="换了灯管")
    duty = pairing.open_duties[-1].id
    set_out, rung = cast.visit(now(), daypart=Daypart.EVENING), cast.slip(now())
    cast.step(set_out, "start", cast.li, now(), carried=list(Carried))
    cast.step(rung, "ask_call", rung.card, now(), phone="13900001234", consent=True)
    site, plain, missed = cast.make.site(cast.gangnan, "港南小学"), cast.visit(now()), cast.visit(now() - timedelta(hours=3))
    Visit.rise(session, now(), site)
    session.commit()
    planned = {"at": now(), "hours": 0.01, "daypart": Daypart.MORNING}
    site = cast.make.site(cast.gangnan, "港南小学")
    site.phone, site.address = "0000-5550199", "港南路8号"
    going, gone = cast.visit(**planned, site=site).id, cast.visit(**planned)
    cast.visit(**planned, community=None, matter=by_text), cast.visit(now() - 2 * DAY, 0.01), Visit.rise(session, now(), site)
    counts = {"households": 1, "hazards": 2, "diary": "路灯好了。", "photos": [draw_anew(JPEG)]}
    cast.step(gone, "record", cast.li, now(), **counts)
    session.commit()
    gone = gone.id
    batch = CardBatch.number(session, cast.he, now(), 4)
    batch.print_out(cast.he, now(), 0)
    batch.hand_out(cast.he, now(), [batch.cards[0].id])
    session.commit()
    first, unhappy, file, under_way = incident.id, unhappy.id, incident.import_id, under_way.id
    callback = card.matter.open_callback.id
    addresses = {
        "a stranger": [
            "/",
            "/suggest",
            "/d/?code=x",
            "/c/10101",
            "/c/10101/notices",
            "/hall",
            f"/gatherings/{held.uid}",
            "/card",
            "/login",
            "/privacy",
            "/verify",
            "/nothing-here",
        ],
        "chen": ["/card", "/card/rate", "/card/add", "/card/reach", "/card/erase"],
        "a neighbour": ["/card", "/card/pick", "/card/ask_call", "/card/spare"],
        "li": [
            f"/visits/{set_out.id}",
            f"/visits/{set_out.id}/leave_slip",
            f"/visits/{rung.id}",
            f"/visits/{rung.id}/phone",
            f"/visits/{rung.id}/call",
            "/queue",
            "/queue?kind=callback&due=late&mine=0--1",
            "/matters/",
            f"/matters/{received.id}",
            f"/matters/{received.id}/accept",
            f"/matters/{received.id}/settle",
            "/matters/new",
            "/visits/today",
            f"/visits/{going}/record",
            f"/visits/{gone}/correct",
            f"/matters/new?visit={gone}",
            "/visits/diary",
            f"/matters/new?gathering={held.id}",
            "/gatherings/",
            "/gatherings/new",
            "/gatherings/held",
            "/gatherings/ideas",
            f"/gatherings/{held.id}",
            f"/gatherings/{gathering.id}/change",
            "/notices/",
            "/notices/new",
            f"/notices/{draft.id}/change",
            "/teams/",
            "/teams/new",
            f"/teams/{slip_out}",
            f"/teams/{slip_out}/record",
            f"/teams/{slip_back}",
            f"/matters/{together[2].id}/send_team",
            "/pairings/",
            "/pairings/begin",
            f"/pairings/{pairing.id}",
            f"/pairings/{pairing.id}/phone",
            f"/pairings/{pairing.id}/end",
            f"/duties/{duty}/record",
            f"/visits/{visit.id}/survey",
            "/visits/",
            "/visits/?view=month",
            "/visits/plan?night=1",
            "/visits/tiers",
        ],
        "qian": ["/callbacks/", "/callbacks/?view=list", f"/callbacks/{callback}", f"/callbacks/{callback}/record"],
        "he": [
            "/paper/",
            f"/paper/batches/{batch.id}",
            f"/cards/{batch.cards[0].id}",
            f"/cards/{batch.cards[1].id}/void",
            "/messages/",
            f"/messages/{texted.id}",
            f"/messages/{texted.id}/mark_sent",
            "/incidents/",
            f"/incidents/{first}",
            f"/incidents/{first}/record",
            f"/incidents/{by_text_too}",
            f"/incidents/{first}/phone",
            f"/incidents/imports/{file}",
            f"/incidents/imports/{under_way}",
        ],
        "wang": [
            "/visits/?view=day",
            "/visits/plan",
            f"/visits/{plain.id}",
            f"/visits/{missed.id}/call_off",
            "/visits/sites",
            f"/visits/sites/{site.id}",
            "/visits/tiers",
            "/visits/tiers/change?place=10101",
            f"/incidents/{unhappy}/close",
            f"/campaigns/{campaign.id}",
            "/visits/report",
            "/orders/",
            f"/orders/{order}",
            f"/orders/{order}/check",
            "/roster",
            f"/roster?shift={shift}",
            "/roster/add",
            "/roster/sheet",
            "/review",
            f"/notices/{draft.id}/publish",
            f"/notices/{notice.id}",
            "/visits/topics",
            f"/visits/topics/plan?matter={together[2].id}",
            f"/visits/{about.id}",
            f"/visits/{looked_into.id}",
            "/review/hand-over?officer=li",
            "/review/digest",
            "/stats?since=2026-11-01&until=2026-10-01",
            f"/matters/{received.id}/sort",
            f"/matters/{called_back.id}",
            "/phrases/",
            f"/phrases/{phrase.id}",
            "/surveys/",
            "/surveys/questions",
            f"/surveys/questions/{question.id}",
        ],
        "liu": [f"/visits/{about.id}/record"],
        "gao": [
            "/notices/new",
            "/visits/topics",
            f"/contacts/{card.matter.contact.id}",
            "/messages/",
            "/messages/words/asked",
            "/stats",
            "/incidents/approval",
            "/campaigns/",
            "/surveys/?since=x&until=x",
        ],
        "admin": [
            "/admin/",
            "/admin/calendar",
            "/admin/import/",
            "/admin/import/plates",
            *setup_sheets(session, cast),
            "/admin/rooms/new",
            f"/admin/accounts/{cast.li.id}/portrait",
            "/admin/communities/",
            "/admin/accounts/new",
            "/admin/accounts/codes",
            "/activate",
            f"/admin/communities/{cast.gangnan.id}",
            f"/admin/posts/{cast.gangnan.post_id}",
        ],
    }
    return addresses, {"chen": card, "a neighbour": slip}


@pytest.fixture
def looked_at(cast, session, any_hour, app, once):
    """The pages, and what is typed to open either card; made once."""

    def make_looked_at():
        addresses, cards = everything(cast, session)
        key = app.extensions["keys"].card
        opening = {who: f"{card.number}-{card.code(key)}" for who, card in cards.items()}
        session.rollback()
        return addresses, opening

    return once(make_looked_at)


def test_dark_changes_colours_alone_and_large_type_sizes_alone():
    css = (ROOT / "static/style.css").read_text()
    [dark] = re.findall(r"@media[^{]*prefers-color-scheme[^{]*{\s*:root {([^}]*)}\s*}", css)
    colour = r"(--[\w-]+): #[0-9a-f]{3,6};"
    assert css.count("prefers-color-scheme") == 1 and not re.sub(colour, "", dark).strip()
    large = re.findall(r"\.large[^{]*{([^}]*)}", css)
    told = {name for rule in large for name in re.findall(r"([\w-]+):", rule)}
    sizes = {"--body", "--small", "--h1", "--h2", "--leading", "--target", "width", "height", "max-width"}
    assert told == sizes | {"grid-template-columns", "grid-column"} and not told & set(re.findall(colour, css))


@pytest.mark.parametrize("who", ["a stranger", "chen", "a neighbour", "li", "qian", "wang", "liu", "he", "gao", "admin"])
def test_every_page_can_be_read_by_everyone(phone, looked_at, who):
    pages, opening = looked_at
    page = phone(who if who not in ("a stranger", *opening) else None)
    if card := opening.get(who):
        page.goto(f"/card#{card}")
        page.wait_for_selector("#number")
    for path in pages[who]:
        assert page.goto(path).status == ODD.get(path, 200), path
        page.evaluate(AXE_SCRIPT)
        look(page, path)


def test_the_pages_of_a_talk_can_be_read_by_everyone(phone, cast, session, app):
    talk, closed = cast.agreed(now(), confirmed=False), cast.agreed(now() - 5 * DAY)
    cast.step(talk.sides[0], "object", cast.li, now(), agreement=1, words="还要刷墙。")
    cast.step(closed, "close", cast.li, now() - 5 * DAY, outcome=Ending.AGREED)
    session.commit()
    side, call = talk.sides[1], closed.callbacks[0]
    li, chen = phone("li"), phone()
    chen.goto(f"/card#{side.card.number}-{side.card.code(app.extensions['keys'].card)}")
    chen.wait_for_selector("#number")
    shown = ["/talks/", "/talks/new", f"/talks/{talk.id}", f"/talks/{talk.id}/agree", f"/talks/{talk.id}/points"]
    shown += [f"/sides/{side.id}", f"/sides/{side.id}/confirm", f"/sides/{side.id}/object", f"/look_backs/{call.id}/record"]
    shown += [f"/talks/{talk.id}/escalate", "/callbacks/"]
    for page, paths in ((li, shown), (chen, ["/card", "/card/confirm", "/card/object"])):
        for path in paths:
            page.goto(path)
            page.evaluate(AXE_SCRIPT)
            look(page, path)


def test_the_pages_of_an_appointment_can_be_read_by_everyone(phone, cast, session, app):
    left = {"contact": Reachable("陈静", "13900001234", "幸福里3幢402"), "consent": True, "held_in": Where.HOME}
    booked, over = cast.appointment(now(), **left), cast.appointment(now() - DAY)
    session.commit()
    li, chen = phone("li"), phone()
    chen.goto(f"/card#{booked.card.number}-{booked.card.code(app.extensions['keys'].card)}")
    chen.wait_for_selector("#number")
    shown = ["/appointments/", f"/appointments/{booked.id}", f"/appointments/{booked.id}/contact"]
    shown += [f"/appointments/{booked.id}/move", f"/appointments/{over.id}", "/visits/today"]
    for page, paths in ((li, shown), (chen, ["/hall", f"/hall/{booked.room_id}/book", "/card", "/card/pick", "/card/erase"])):
        for path in paths:
            page.goto(path)
            page.evaluate(AXE_SCRIPT)
            look(page, path)


def test_the_form_can_be_read_with_everything_open(phone, server, cast):
    page = phone()
    page.goto("/suggest")
    page.set_input_files("[name=photos]", {"name": "一.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
    page.fill("[name=body]", "灯坏")
    page.locator(".choice", has_text="打电话").click()
    page.evaluate(AXE_SCRIPT)
    for kind in ("想问个事", "派出所有意见"):
        page.locator(".choice", has_text=kind).click()
        look(page, kind)
    page.get_by_role("button", name="提交").click()
    page.wait_for_selector(".faults")
    look(page, "with faults")


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("wang", ["/queue", "/matters/", "/callbacks/"]),
        ("he", ["/queue", "/matters/", "/callbacks/"]),
        ("zhou", ["/queue", "/matters/", "/callbacks/"]),
        ("gao", ["/queue", "/matters/", "/callbacks/", "/review"]),
        ("li", ["/", "/suggest", "/card"]),
    ],
)
def test_the_other_roles_can_read_their_pages_too(phone, looked_at, who, paths):
    page = phone(who)
    for path in paths:
        page.goto(path)
        assert Axe().run(page).response["violations"] == [], path


def look(page, path):
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme, modes in MODES.items():
            page.emulate_media(color_scheme=scheme)
            for seen in page.evaluate(LOOK, modes):
                large = seen["large"]
                where = (path, scheme, width, "large" if large else "normal")
                assert not seen["faults"], (where, seen["faults"])
                assert not seen["sideways"], f"{where} scrolls sideways"
                assert not seen["small"], (where, seen["small"])
                assert seen["smallest"] >= (18 if large else 15), where
                main_is_high = min(seen["main"], default=60) >= (60 if large else 44)
                assert (seen["body"], main_is_high) == (22 if large else 17, True), where
