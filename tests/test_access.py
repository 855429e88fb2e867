"""Every route and every step, tried as everybody, against tables written by hand."""

from datetime import timedelta

import pytest
from flask import session as cookies
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from blueprints import access, start
from blueprints.access import PUBLIC, Unguarded, policy
from blueprints.forms import FORMS
from blueprints.slots import code_of
from models.answer_template import AnswerTemplate
from models.appointment import free_times
from models.asking import Rating, Reach
from models.base import beijing_date, now
from models.batch import CardBatch
from models.campaign import Campaign
from models.contact import Channel, Daypart, Reachable
from models.gathering import Gathering
from models.going import Carried
from models.import_kinds import KINDS
from models.importing import Packed, SetupSheet
from models.incident_import import IncidentImport
from models.leaving import let_go
from models.life import Kind
from models.matter import Matter
from models.photo import Drawn
from models.place import ContactCard
from models.point import Outcome
from models.rhythm import Duty, span
from models.steps import SHELVES
from models.survey import Question, questions_of
from models.talk import Ending
from models.workdays import ONE_DAY
from tests.cast import DAY
from tests.models.test_importing import FINE, TITLES
from tests.models.test_incident import sheet as csv
from tests.visitor import Visitor

ONE_HOUR = timedelta(hours=1)
PLATES = Packed.of(KINDS["plates"], csv(FINE["plates"], titles=TITLES["plates"]))
STAFF = {"li", "zhao", "qian", "wang", "liu", "he", "zhou", "gao", "sun", "ma"}
OTHERS = {"admin", "auditor"}
HEADS = {"wang", "liu", "gao", "ma"}
KEEPERS = {"wang", "liu", "he", "gao", "ma"}
PAIRED = STAFF - {"he", "zhou", "gao"}
ALL = STAFF | OTHERS

# rule: (an address of it, the status for whoever may enter, who may enter besides strangers; None: strangers too)
ROUTES = {
    "/": ("/", 200, None),
    "/healthz": ("/healthz", 200, None),
    "/static/<version>/<name>": ("/static/x/style.css", 200, None),
    "/type/<size>": ("/type/large", 303, None),
    "/suggest": ("/suggest", 200, None),
    "/d/<plate>": ("/d/anything", 200, None),
    "/o/<contact_card>": ("/o/anything", 200, None),
    "/d/": ("/d/", 200, None),
    "/paper/": ("/paper/", 200, KEEPERS | {"admin"}),
    "/paper/posts/<int(max=2147483647):id>": ("/paper/posts/{post}", 200, KEEPERS - {"ma"} | {"admin"}),
    "/paper/posts/<int(max=2147483647):id>/sign": ("/paper/posts/{post}/sign", 200, KEEPERS - {"ma"} | {"admin"}),
    "/paper/plates/<code>": ("/paper/plates/10101", 200, KEEPERS - {"ma"} | {"admin"}),
    "/paper/batches": ("/paper/batches", 405, None),
    "/paper/batches/<int(max=2147483647):id>": ("/paper/batches/{batch}", 200, {"wang", "liu", "he"}),
    "/paper/batches/<int(max=2147483647):id>/print": ("/paper/batches/{batch}/print", 405, None),
    "/paper/batches/<int(max=2147483647):id>/hand-out": ("/paper/batches/{batch}/hand-out", 405, None),
    "/c/<code>": ("/c/10101", 200, None),
    "/c/portraits/<uid>": ("/c/portraits/x", 404, None),
    "/hall": ("/hall?community=10101", 200, None),
    "/hall/<int(max=2147483647):room>/book": ("/hall/{room}/book", 200, None),
    "/card": ("/card", 200, None),
    "/card/picture": ("/card/picture", 303, None),
    "/card/hand-over": ("/card/hand-over", 303, STAFF),
    "/card/photos/<uid>": ("/card/photos/x", 404, None),
    "/contacts/<int(max=2147483647):id>": ("/contacts/{contact}", 200, STAFF - {"sun", "ma"}),
    "/privacy": ("/privacy", 200, None),
    "/verify": ("/verify", 200, None),
    "/photos/<uid>": ("/photos/{photo}", 200, STAFF - {"sun", "ma"}),
    "/card/close": ("/card/close", 303, None),
    "/card/<step>": ("/card/rate", 303, None),
    "/login": ("/login", 200, None),
    "/activate": ("/activate", 200, None),
    "/logout": ("/logout", 405, None),
    "/admin/": ("/admin/", 200, {"admin"}),
    "/admin/calendar": ("/admin/calendar", 200, {"admin"}),
    "/admin/<path>/": ("/admin/units/", 200, {"admin"}),
    "/admin/<path>/new": ("/admin/units/new", 200, {"admin"}),
    "/admin/<path>/<int(max=2147483647):id>": ("/admin/units/1", 200, {"admin"}),
    "/admin/accounts/codes": ("/admin/accounts/codes", 200, {"admin"}),
    "/admin/<path>/<int(max=2147483647):id>/<act>": ("/admin/units/1/remove", 405, None),
    "/admin/accounts/<int(max=2147483647):id>/portrait": ("/admin/accounts/1/portrait", 200, {"admin"}),
    "/admin/days/<day>/delete": ("/admin/days/2027-02-20/delete", 405, None),
    "/admin/import/": ("/admin/import/", 200, {"admin"}),
    "/admin/import/<kind>": ("/admin/import/plates", 200, {"admin"}),
    "/admin/import/<kind>/template": ("/admin/import/plates/template", 200, {"admin"}),
    "/admin/import/<kind>/<uid>": ("/admin/import/plates/{setup}", 200, {"admin"}),
    "/admin/import/<kind>/<uid>/faults": ("/admin/import/plates/{setup}/faults", 200, {"admin"}),
    "/admin/import/<kind>/<uid>/bring-in": ("/admin/import/plates/x/bring-in", 405, None),
    "/queue": ("/queue", 200, STAFF),
    "/queue/news": ("/queue/news", 200, STAFF),
    "/matters/": ("/matters/", 200, STAFF),
    "/matters/new": ("/matters/new", 200, STAFF),
    "/review/sign-off": ("/review/sign-off", 405, None),
    "/review/assign": ("/review/assign", 405, None),
    "/review/hand-over": ("/review/hand-over", 200, HEADS),
    "/campaigns/": ("/campaigns/", 200, HEADS),
    "/campaigns/<int(max=2147483647):id>": ("/campaigns/{campaign}", 200, HEADS - {"ma"}),
    "/orders/": ("/orders/", 200, STAFF),
    "/review/digest": ("/review/digest", 200, HEADS),
    "/stats": ("/stats", 200, HEADS),
    "/stats/formula": ("/stats/formula", 405, None),
    "/callbacks/": ("/callbacks/", 200, STAFF),
    "/messages/": ("/messages/", 200, KEEPERS),
    "/messages/stop": ("/messages/stop", 405, None),
    "/messages/go-on": ("/messages/go-on", 405, None),
    "/messages/pace": ("/messages/pace", 405, None),
    "/messages/words/<occasion>": ("/messages/words/answered", 200, {"gao"}),
    "/messages/report": ("/messages/report", 405, None),
    "/messages/reply": ("/messages/reply", 405, None),
    "/review": ("/review", 200, HEADS),
    "/talks/": ("/talks/", 200, STAFF - {"he"}),
    "/talks/new": ("/talks/new", 200, STAFF - {"he", "gao"}),
    "/talks/<int(max=2147483647):id>/points": ("/talks/{talk}/points", 200, STAFF - {"he", "sun", "ma"}),
    "/sides/<int(max=2147483647):id>/contact": ("/sides/{side}/contact", 200, STAFF - {"he", "sun", "ma"}),  # no call is open
    "/appointments/": ("/appointments/", 200, STAFF),
    "/appointments/<int(max=2147483647):id>/contact": (
        "/appointments/{appointment}/contact",
        200,
        STAFF - {"gao", "sun", "ma"},
    ),
    "/visits/": ("/visits/", 200, STAFF),
    "/visits/plan": ("/visits/plan", 200, STAFF - {"he", "gao"}),
    "/visits/<int(max=2147483647):id>/phone": ("/visits/{visit}/phone", 200, STAFF - {"he", "gao", "sun", "ma"}),
    "/visits/today": ("/visits/today", 200, STAFF - {"he", "gao"}),
    "/visits/today/turn": ("/visits/today/turn", 405, None),
    "/visits/diary": ("/visits/diary", 200, STAFF - {"he", "gao"}),
    "/visits/report": ("/visits/report", 200, STAFF),
    "/visits/sites": ("/visits/sites", 200, {"wang", "liu", "he", "ma"}),
    "/visits/sites/<int(max=2147483647):id>": ("/visits/sites/{site}", 200, {"wang", "liu", "he"}),
    "/visits/sites/<int(max=2147483647):id>/off": ("/visits/sites/{site}/off", 405, None),
    "/visits/tiers": ("/visits/tiers", 200, STAFF),
    "/visits/tiers/change": ("/visits/tiers/change?place=10101", 200, {"wang", "liu"}),
    "/visits/topics": ("/visits/topics", 200, HEADS),
    "/visits/topics/plan": ("/visits/topics/plan", 303, HEADS - {"gao"}),
    "/roster": ("/roster", 200, STAFF - {"gao"}),
    "/roster/add": ("/roster/add", 200, KEEPERS - {"gao"}),
    "/roster/sheet": ("/roster/sheet", 200, KEEPERS - {"gao"}),
    "/roster/sheet/add": ("/roster/sheet/add", 405, None),
    "/roster/copy": ("/roster/copy", 405, None),
    "/roster/<int(max=2147483647):id>/swap": ("/roster/1/swap", 405, None),
    "/roster/<int(max=2147483647):id>/take-off": ("/roster/1/take-off", 405, None),
    "/gatherings/": ("/gatherings/", 200, STAFF),
    "/gatherings/new": ("/gatherings/new", 200, STAFF - {"he", "gao"}),
    "/gatherings/held": ("/gatherings/held", 200, STAFF - {"he", "gao"}),
    "/gatherings/ideas": ("/gatherings/ideas", 200, STAFF),
    "/gatherings/<string(length=32):uid>": ("/gatherings/{gathering}", 200, None),
    "/gatherings/<string(length=32):uid>/coming": ("/gatherings/{gathering}/coming", 405, None),
    "/notices/": ("/notices/", 200, STAFF),
    "/notices/new": ("/notices/new", 200, STAFF - {"zhou"}),
    "/c/<code>/notices": ("/c/10101/notices", 200, None),
    "/teams/": ("/teams/", 200, STAFF),
    "/teams/new": ("/teams/new", 200, STAFF - {"zhou", "gao"}),
    "/incidents/": ("/incidents/", 200, KEEPERS),
    "/incidents/imports/<int(max=2147483647):id>": ("/incidents/imports/{sheet}", 200, {"wang", "liu", "he", "gao"}),
    "/incidents/imports/<int(max=2147483647):id>/progress": (
        "/incidents/imports/{sheet}/progress",
        200,
        {"wang", "liu", "he", "gao"},
    ),
    "/incidents/<int(max=2147483647):id>/phone": ("/incidents/{incident}/phone", 200, {"wang", "liu", "he", "gao"}),
    "/incidents/approval": ("/incidents/approval", 200, {"gao"}),
    "/incidents/approval/off": ("/incidents/approval/off", 405, None),
    "/pairings/": ("/pairings/", 200, PAIRED),
    "/pairings/begin": ("/pairings/begin", 200, PAIRED),
    "/pairings/<int(max=2147483647):id>/phone": ("/pairings/{pairing}/phone", 200, {"li", "wang", "liu"}),
    "/phrases/": ("/phrases/", 200, KEEPERS),
    "/phrases/<int(max=2147483647):id>": ("/phrases/{phrase}", 200, {"wang", "liu", "he"}),
    "/phrases/<int(max=2147483647):id>/delete": ("/phrases/{phrase}/delete", 405, None),
    "/surveys/": ("/surveys/", 200, STAFF),
    "/surveys/questions": ("/surveys/questions", 200, {"wang", "liu", "ma"}),
    "/surveys/questions/<int(max=2147483647):id>": ("/surveys/questions/{question}", 200, {"wang", "liu"}),
    "/surveys/questions/<int(max=2147483647):id>/retire": ("/surveys/questions/{question}/retire", 405, None),
    "/surveys/questions/<int(max=2147483647):id>/up": ("/surveys/questions/{question}/up", 405, None),
    "/<shelf:shelf>/<int(max=2147483647):id>": ("/matters/{matter}", 200, STAFF - {"sun", "ma"}),
    "/<shelf:shelf>/<int(max=2147483647):id>/<step>": (
        "/matters/{matter}/accept",
        200,
        {"li", "zhao", "wang", "liu", "he", "zhou"},
    ),
}
NO_HEADS, NO_KEEPERS = {"li", "zhao", "qian", "he", "zhou", "sun"}, {"li", "zhao", "qian", "zhou", "sun"}
SHUT = {  # rule: the staff whose role may not enter at all
    "/paper/": NO_KEEPERS,
    "/paper/posts/<int(max=2147483647):id>": NO_KEEPERS,
    "/paper/posts/<int(max=2147483647):id>/sign": NO_KEEPERS,
    "/paper/plates/<code>": NO_KEEPERS,
    "/paper/batches/<int(max=2147483647):id>": NO_KEEPERS,
    "/incidents/": NO_KEEPERS,
    "/incidents/imports/<int(max=2147483647):id>": NO_KEEPERS,
    "/incidents/imports/<int(max=2147483647):id>/progress": NO_KEEPERS,
    "/incidents/<int(max=2147483647):id>/phone": NO_KEEPERS,
    "/incidents/approval": STAFF - {"gao"},
    "/pairings/": STAFF - PAIRED,
    "/pairings/begin": STAFF - PAIRED,
    "/pairings/<int(max=2147483647):id>/phone": STAFF - PAIRED,
    **{
        f"/admin/{rule}": STAFF
        for rule in ("", "import/", *(f"import/<kind>{rest}" for rest in ("", "/template", "/<uid>", "/<uid>/faults")))
    },
    "/admin/calendar": STAFF,
    "/admin/accounts/<int(max=2147483647):id>/portrait": STAFF,
    "/admin/<path>/": STAFF,
    "/admin/<path>/new": STAFF,
    "/admin/<path>/<int(max=2147483647):id>": STAFF,
    "/admin/accounts/codes": STAFF,
    "/talks/": {"he"},
    "/talks/new": {"he", "gao"},
    "/talks/<int(max=2147483647):id>/points": {"he"},
    "/appointments/<int(max=2147483647):id>/contact": {"gao"},
    "/visits/plan": {"he", "gao"},
    "/visits/sites": STAFF - {"wang", "liu", "he", "ma"},
    "/visits/sites/<int(max=2147483647):id>": STAFF - {"wang", "liu", "he", "ma"},
    "/visits/tiers/change": NO_HEADS,
    "/visits/<int(max=2147483647):id>/phone": {"he", "gao"},
    "/visits/today": {"he", "gao"},
    "/visits/diary": {"he", "gao"},
    "/visits/topics": NO_HEADS,
    "/visits/topics/plan": NO_HEADS | {"gao"},
    "/roster": {"gao"},
    "/roster/add": NO_KEEPERS | {"gao"},
    "/roster/sheet": NO_KEEPERS | {"gao"},
    "/gatherings/new": {"he", "gao"},
    "/gatherings/held": {"he", "gao"},
    "/notices/new": {"zhou"},
    "/teams/new": {"zhou", "gao"},
    "/review": NO_HEADS,
    "/review/hand-over": NO_HEADS,
    "/review/digest": NO_HEADS,
    "/stats": NO_HEADS,
    "/campaigns/": NO_HEADS,
    "/campaigns/<int(max=2147483647):id>": NO_HEADS,
    "/messages/": NO_KEEPERS,
    "/messages/words/<occasion>": STAFF - {"gao"},
    "/phrases/": NO_KEEPERS,
    "/phrases/<int(max=2147483647):id>": NO_KEEPERS,
    "/surveys/questions": NO_HEADS | {"gao"},
    "/surveys/questions/<int(max=2147483647):id>": NO_HEADS | {"gao"},
}
OUT_OF_SIGHT = {"sun", "ma"}  # of what lies at Li's station
# (shelf, step): who may take it on what lies at Li's station; all others of the station are refused in words
STEPS = {
    ("matters", "accept"): {"li", "zhao", "wang", "liu", "he", "zhou"},
    ("matters", "thank"): {"li", "zhao", "wang", "liu"},
    ("matters", "answer"): {"li", "wang", "liu"},
    ("matters", "ask"): {"li"},
    ("matters", "decline"): {"wang", "liu", "he"},
    ("matters", "alarm"): {"wang", "liu", "he"},
    ("matters", "contact"): {"li", "zhou", "wang", "liu"},
    ("matters", "split"): {"li"},
    ("matters", "refer"): {"wang", "liu", "he"},
    ("matters", "transfer"): {"wang", "liu", "he"},
    ("matters", "escalate"): {"li", "wang", "liu"},
    ("matters", "return"): set(),
    ("matters", "sort"): {"li", "wang", "liu"},
    ("matters", "review"): {"wang", "liu"},
    ("matters", "extend"): {"wang", "liu"},
    ("matters", "send_back"): {"wang", "liu"},
    ("matters", "resume"): {"li"},
    ("matters", "settle"): {"li", "zhao", "wang", "liu", "he", "zhou"},
    ("matters", "rate"): set(),
    ("matters", "add"): set(),
    ("matters", "reach"): set(),
    ("matters", "erase"): set(),
    ("matters", "withdraw"): set(),
    ("matters", "reissue"): {"zhao", "qian", "wang", "liu", "he", "zhou", "gao"},
    ("matters", "sign_off"): {"wang", "liu", "gao"},
    ("matters", "order"): {"wang", "liu", "gao"},
    ("matters", "visit"): {"li", "zhou", "wang", "liu"},
    ("visits", "schedule"): {"li", "zhou", "wang", "liu"},
    ("visits", "start"): {"li", "zhou"},
    ("visits", "record"): {"li", "zhou"},
    ("visits", "survey"): {"li", "zhou"},
    ("visits", "leave_slip"): {"li", "zhou"},
    ("visits", "call"): {"li", "zhou"},
    ("visits", "pick"): set(),
    ("visits", "ask_call"): set(),
    ("visits", "spare"): set(),
    ("visits", "correct"): {"li", "zhou"},
    ("visits", "pass_on"): {"li", "zhou", "wang", "liu"},
    ("visits", "call_off"): {"wang", "liu"},
    ("visits", "check"): {"wang", "liu", "gao"},
    ("matters", "show"): {"wang", "liu"},
    ("gatherings", "announce"): {"li", "zhou", "wang", "liu"},
    ("gatherings", "change"): {"li", "zhou", "wang", "liu"},
    ("gatherings", "pass_on"): {"li", "zhou", "wang", "liu"},
    ("gatherings", "call_off"): {"li", "zhou", "wang", "liu"},
    ("gatherings", "record"): {"li", "zhou", "wang", "liu"},
    ("gatherings", "sum_up"): {"li", "zhou", "wang", "liu"},
    ("gatherings", "publish_results"): {"wang", "liu"},
    ("gatherings", "withhold"): {"wang", "liu"},
    ("notices", "publish"): {"wang", "liu", "gao"},
    ("notices", "change"): {"li", "zhao", "qian", "wang", "liu", "he", "gao"},
    ("notices", "take_down"): {"wang", "liu", "he", "gao"},
    ("matters", "send_team"): {"li", "wang", "liu", "he"},
    ("teams", "record"): {"li", "zhou", "wang", "liu", "he"},
    ("teams", "pass_on"): {"li", "wang", "liu"},
    ("teams", "call_off"): {"li", "wang", "liu"},
    ("orders", "measure"): {"li", "zhou"},
    ("orders", "check"): {"wang", "liu"},
    ("messages", "mark_sent"): {"wang", "liu", "he"},
    ("messages", "call_off"): {"wang", "liu", "he"},
    ("callbacks", "pass_on"): {"wang", "liu"},
    ("callbacks", "put_back"): {"qian"},
    ("recalls", "record"): {"zhao", "qian", "wang", "liu", "he", "zhou", "gao"},
    ("callbacks", "record"): {"zhao", "qian", "wang", "liu", "he", "zhou", "gao"},
    ("incidents", "record"): {"wang", "liu", "he", "gao"},
    ("incidents", "close"): {"wang", "liu", "gao"},
    ("incidents", "pass_on"): {"wang", "liu", "gao"},
    ("pairings", "end"): {"li", "wang", "liu"},
    ("pairings", "pass_on"): {"wang", "liu"},
    ("duties", "record"): {"li", "zhou"},
    ("duties", "pass_on"): {"wang", "liu"},
    ("talks", "join"): {"li", "zhou", "wang", "liu"},
    ("talks", "agree"): {"li", "zhou", "wang", "liu"},
    ("talks", "read_back"): {"li", "zhou", "wang", "liu"},
    ("talks", "close"): {"li", "zhou", "wang", "liu"},
    ("talks", "reopen"): {"li", "zhou", "wang", "liu"},
    ("talks", "pass_on"): {"li", "wang", "liu"},
    ("talks", "take_on"): {"li", "zhao", "qian", "wang", "liu"},
    ("talks", "escalate"): {"li", "wang", "liu"},
    ("talks", "return"): set(),
    ("sides", "confirm"): {"li", "zhou", "wang", "liu"},
    ("sides", "object"): {"li", "zhou", "wang", "liu"},
    ("sides", "tell"): set(),
    ("sides", "erase"): set(),
    ("sides", "reissue"): {"zhao", "qian", "wang", "liu", "zhou", "gao"},
    ("look_backs", "record"): {"li", "zhao", "qian", "zhou", "he", "wang", "liu"},
    ("look_backs", "pass_on"): {"wang", "liu"},
    ("look_backs", "put_back"): {"qian"},
    ("appointments", "pick"): set(),
    ("appointments", "cancel"): set(),
    ("appointments", "erase"): set(),
    ("appointments", "take_up"): {"li", "zhao", "qian", "zhou", "wang", "liu"},
    ("appointments", "miss"): {"li", "zhou", "he", "wang", "liu"},
    ("appointments", "move"): {"li", "zhou", "he", "wang", "liu"},
    ("appointments", "pass_on"): {"li", "zhou", "he", "wang", "liu"},
    ("appointments", "call_off"): {"li", "zhou", "he", "wang", "liu"},
    ("cards", "hand_out"): {"wang", "liu", "he"},
    ("cards", "void"): {"wang", "liu", "he"},
}
TALKED = ("talks", "sides", "look_backs")
UNSEEN = {  # (shelf, step): who else of the station sees nothing of it
    ("incidents", "record"): {"li", "zhao", "qian", "zhou"},
    ("incidents", "close"): {"li", "zhao", "qian", "zhou", "he"},
    ("incidents", "pass_on"): {"li", "zhao", "qian", "zhou"},
    ("pairings", "end"): {"zhao", "qian", "zhou", "he", "gao"},
    ("pairings", "pass_on"): {"zhao", "qian", "zhou", "he", "gao"},
    ("duties", "record"): {"zhao", "qian", "he", "gao"},
    ("duties", "pass_on"): {"zhao", "qian", "he", "gao"},
    ("cards", "hand_out"): {"li", "zhao", "qian", "zhou", "gao"},
    ("cards", "void"): {"li", "zhao", "qian", "zhou", "gao"},
    **{(shelf, name): {"he"} for shelf, name in STEPS if shelf in ("talks", "sides")},
}
FIELDS = {
    "accept": {"summary": "路灯不亮", "category": "traffic"},
    "thank": {"text": "应该的。"},
    "answer": {"point": "1", "outcome": "done", "text": "修好了。"},
    "decline": {"text": "供电归供电所管，请打95598。"},
    "alarm": {"text": "已转值班民警，回执到值班室拿。"},
    "contact": {"how": "here", "text": "明天来看。"},
    "split": {"points": "灯不亮\n井盖翘"},
    "refer": {"agency": "交警", "how": "told", "text": "红绿灯归交警管，请打122。"},
    "transfer": {"handler": "qian", "text": "老钱管这一片的路灯。"},
    "escalate": {"text": "牵涉两个镇，所里定不了。"},
    "return": {"station": "102", "text": "地点在河东。"},
    "sort": {"kind": "question", "text": "只是想问一问。"},
    "review": {"verdict": "confirm", "text": "复核过，确实不归派出所管。"},
    "extend": {"days": "5", "text": "要等厂家来人。"},
    "send_back": {"points": "1", "text": "请再去看一次。"},
    "ask": {"text": "哪一盏灯？"},
    "resume": {"words": "南门那盏。"},
    "settle": {"outcome": "done", "text": "说清了。"},
    "rate": {"rating": "satisfied", "solved": "all"},
    "add": {"words": "还有一件。"},
    "reach": {"reply_by": "card"},
    "erase": {},
    "withdraw": {},
    "reissue": {},
    "sign_off": {},
    "order": {"points": "1", "text": "灯还是不亮，请换灯。"},
    "measure": {"text": "周二和供电所一起去看了。"},
    "check": {"verdict": "passed"},
    "pass_on": {"handler": "zhao"},
    "put_back": {},
    "visit": {"day": str(beijing_date(now()) + ONE_DAY), "daypart": "morning"},
    "schedule": {"day": str(beijing_date(now()) + ONE_DAY), "daypart": "evening", "reason": "早上要开会。"},
    "start": {"carried": ["card", "survey", "leaflets"]},
    ("visits", "record"): {"households": "1"},
    "survey": {"q1": "安全"},
    "leave_slip": {"place": "幸福里3幢402"},
    "call": {},
    "pick": {},
    "ask_call": {"phone": "13900001234", "consent": "y"},
    "spare": {},
    "correct": {"households": "2", "went": "", "left": ""},
    ("visits", "check"): {"remark": "问了两户，都说来过。"},
    ("visits", "call_off"): {"reason": "那里今天停电。"},
    "show": {"text": "楼道里加了灯。"},
    "announce": {},
    "change": {"day": str(beijing_date(now()) + ONE_DAY), "begins": "14:00", "ends": "15:00", "reason": "下大雨。"},
    ("gatherings", "record"): {"residents": "12"},
    ("gatherings", "call_off"): {"reason": "下大雨。"},
    "sum_up": {"asked": "灯什么时候修", "did": "修好了"},
    "publish_results": {"lines": "1"},
    "withhold": {"reason": "没有什么要说的。"},
    "publish": {},
    ("notices", "change"): {
        "kind": "news",
        "title": "近30天的警情",
        "body": "电动车被盗4起，比上个月少。",
        "communities": "-",
        "shown_until": str(beijing_date(now()) + ONE_DAY),
    },
    "take_down": {"reason": "写错了。"},
    "send_team": {"title": "清旧自行车", "day": str(beijing_date(now()) + ONE_DAY), "place": "3号楼", "volunteers": "3"},
    ("teams", "record"): {"outcome": "done", "result": "清走了。", "came": "4", "leader": "li"},
    ("teams", "call_off"): {"reason": "下大雨。"},
    "cancel": {},
    "take_up": {},
    "miss": {},
    "move": {"reason": "下午要开会。"},
    ("appointments", "call_off"): {"reason": "那里今天停电。"},
    "mark_sent": {},
    "call_off": {},
    ("incidents", "pass_on"): {"handler": "liu"},
    "end": {"wanted": "household"},
    ("duties", "record"): {"how": "call", "text": "都好。"},
    "join": {"called": "物业"},
    "agree": {"text": "互相不再吵。"},
    "read_back": {},
    "take_on": {},
    ("talks", "return"): {"text": "两家就住在所边上。"},
    ("talks", "close"): {"outcome": "settled"},
    "reopen": {},
    "confirm": {"agreements": "1"},
    "object": {"agreement": "1", "words": "不是这样说的。"},
    "tell": {"rating": "satisfied"},
    ("look_backs", "record"): {"result": "reached", "rating": "satisfied"},
    "close": {"text": "上门道了歉。"},
    "hand_out": {},
    "void": {},
    "record": {"result": "reached", "rating": "satisfied", "solved": "all"},
}


def _recall(cast):
    """A closed matter that a campaign asks about once more."""
    matter = cast.answered(now(), contact=Reachable("陈静", "0000-5550142"))
    cast.step(matter, "rate", matter.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
    cast.step(matter, "sign_off", cast.wang, now())
    today = beijing_date(now())
    Campaign.launch(cast.session, cast.wang, now(), title="回头看", since=today, until=today)
    cast.session.commit()
    return matter.askings[0]


def _visit(cast, step=None):
    """A visit that Li is to make just now, on which the step is open; by a part of the day, which leaves room for more."""
    visit = cast.slip(now()) if step in ("pick", "ask_call", "spare", "call") else cast.visit(now(), daypart=Daypart.MORNING)
    if step == "survey" and not questions_of(cast.session, cast.station):
        _question(cast)
    if step in ("survey", "leave_slip"):
        cast.step(visit, "start", cast.li, now(), carried=list(Carried))
    if step == "call":
        cast.step(visit, "ask_call", visit.card, now(), phone="13900001234", consent=True)
    if step == "correct":
        cast.step(visit, "record", cast.li, now(), households=1)
    cast.session.commit()
    return visit


def _gathering(cast, step="change"):
    """A gathering of Li's on which the step is open; there is no other that Li is to hold."""
    for other in cast.session.scalars(select(Gathering).where(Gathering.ended_at.is_(None))):
        cast.step(other, "call_off", cast.wang, now(), reason="下大雨。")
    is_over = step in ("record", "sum_up", "publish_results", "withhold")
    gathering = cast.gathering(now() - 4 * ONE_HOUR if is_over else now(), announced=step != "announce")
    if step in ("sum_up", "publish_results", "withhold"):
        cast.step(gathering, "record", cast.li, now(), residents=3)
        cast.step(gathering, "sum_up", cast.li, now(), asked="灯什么时候修", did="修好了")
    cast.session.commit()
    return gathering


def _ready_for(cast, step, community=None, shelf=None):
    """A record on which the step is open, as committed rows; returns its id and version."""
    if shelf == "gatherings":
        return (gathering := _gathering(cast, step)).id, gathering.version
    if shelf == "notices":
        notice = cast.notice(now())
        cast.session.commit()
        return notice.id, notice.version
    if shelf == "teams":
        task = cast.team_task(now())
        cast.session.commit()
        return task.id, task.version
    if step == "show":
        idea = cast.idea(at=now())
        cast.session.commit()
        return idea.id, idea.version
    if shelf == "visits":
        visit = _visit(cast, step)
        if step == "check":
            cast.step(visit, "record", cast.li, now(), households=1)
            cast.session.commit()
        return visit.id, visit.version
    if shelf in ("pairings", "duties"):
        return _pairing(cast, shelf)
    if shelf == "cards":
        return (card := _batch(cast).cards[0]).id, card.version
    if shelf in TALKED:
        return _talk(cast, shelf, step)
    if shelf == "appointments":
        return _appointment(cast, step)
    if shelf == "recalls":
        return (recall := _recall(cast)).id, recall.version
    if step in ("accept", "settle", "decline", "alarm", "thank", "add", "reach", "erase", "withdraw"):
        kind = Kind.PRAISE if step == "thank" else Kind.REQUEST
        personal = {"photos": [Drawn(b"a photo", 4, 3)], "contact": Reachable("陈静", "0000-5550142")}
        record = cast.make.card(community or cast.gangnan, kind=kind, at=now(), **personal).matter
    elif step in (
        "answer",
        "ask",
        "resume",
        "extend",
        "contact",
        "split",
        "refer",
        "transfer",
        "escalate",
        "return",
        "sort",
        "visit",
        "send_team",
    ):
        record = cast.accepted(now())
        if step == "resume":
            cast.step(record, "ask", cast.li, now(), text="哪一盏灯？")
    else:
        record = cast.answered(now(), outcome=Outcome.CANNOT if step == "review" else Outcome.DONE)
        if step == "review":
            cast.step(record, "rate", record.cards[0], now(), rating=Rating.UNSATISFIED, solved=[])
        if step in ("mark_sent", "call_off"):
            texted = cast.accepted(now(), contact=Reachable("陈静", "0000-5550142"), reply_by=Channel.SMS)
            cast.step(texted, "ask", cast.li, now(), text="哪一盏灯？")
            record = texted.messages[0]
        if step == "sign_off":
            cast.step(record, "rate", record.cards[0], now(), rating=Rating.SATISFIED, solved=[1])
        if step in ("record", "pass_on", "put_back"):
            record = record.open_callback
        if step in ("measure", "check"):
            cast.step(record, "order", cast.wang, now(), points=[1], text="灯还是不亮。")
        if step == "check":
            cast.step(record, "answer", cast.li, now(), point=1, outcome=Outcome.DONE, text="换了新灯。")
        if step in ("measure", "check"):
            record = record.orders[0]
        if step in ("pass_on", "put_back"):
            record.taken_by(cast.qian)
    cast.session.commit()
    return record.id, record.version


def _incident(cast, step="record"):
    """A call about an incident in Li's community on which the step is open; returns its id and version."""
    callback = cast.incident(now())
    if step == "close":
        cast.step(callback, "record", cast.he, now(), result=Reach.REACHED, rating=Rating.UNSATISFIED)
    if step == "pass_on":
        cast.step(callback, "record", cast.he, now(), result=Reach.UNREACHED)
    cast.session.commit()
    return callback.id, callback.version


def _pairing(cast, shelf="pairings"):
    """A pairing of Li's, or what it asks for this week; returns its id and version."""
    pairing = cast.pairing(now() - 20 * DAY)
    pairing.raise_duties(now())
    cast.session.flush()
    monday, _end = span(Duty.CONTACT, beijing_date(now()))
    record = pairing if shelf == "pairings" else next(duty for duty in pairing.open_duties if duty.since == monday)
    cast.session.commit()
    return record.id, record.version


def _talk(cast, shelf, step):
    """A talk of Li's, a side of it, or a call to one that is due today, on which the step is open; returns its id and version."""
    talk = cast.talk(at := now() - 7 * DAY)
    if step not in ("join", "agree"):
        cast.step(talk, "agree", cast.li, at, text="互相道歉。")
    if shelf == "sides":
        cast.step(talk, "read_back", cast.li, at)
    if step == "reopen" or shelf == "look_backs":
        cast.step(talk, "close", cast.li, at, outcome=Ending.SETTLED)
    if step == "take_on":
        cast.step(talk, "escalate", cast.li, at, text="两家都要县局来谈。")
        cast.step(talk, "return", cast.gao, at, text="两家就住在所边上。")
        talk.officer = talk.open_handling.assignee = None  # as where the first receiver has gone elsewhere
    record = {"talks": talk, "sides": talk.sides[0]}.get(shelf) or talk.callbacks[0]
    if step in ("put_back", "pass_on") and shelf == "look_backs":
        record.taken_by(cast.qian)
    cast.session.commit()
    return record.id, record.version


def _appointment(cast, step="contact"):
    """An appointment of Li's, with a phone, on which the step is open; returns its id and version."""
    at = now() - DAY if step == "miss" else now()
    appointment = cast.appointment(at, contact=Reachable(phone="0000-5550142"), consent=True)
    if step == "take_up":
        let_go(cast.session, cast.li, at)
    cast.session.commit()
    return appointment.id, appointment.version


def _batch(cast):
    """Two blank cards of Li's station."""
    batch = CardBatch.number(cast.session, cast.he, now(), 2)
    cast.session.commit()
    return batch


def _phrase(cast):
    """An answer that Li's station often gives."""
    phrase = AnswerTemplate.add(
        cast.session, cast.wang, now(), title="修好了", text="【哪天】修好了。", kind=None, outcome=None
    )
    cast.session.commit()
    return phrase


def _question(cast):
    """What Li's station asks at the door."""
    question = Question.add(cast.session, cast.wang, now(), "您觉得安全吗？", ["安全", "不安全"])
    cast.session.commit()
    return question


def test_the_table_of_routes_is_complete(app):
    assert {rule.rule for rule in app.url_map.iter_rules()} == set(ROUTES)


def test_the_table_of_steps_is_complete():
    assert {(shelf_of(step), step.name) for step in FORMS} == set(STEPS)


def shelf_of(step):
    return next(shelf for shelf, record in SHELVES.items() if record.steps.get(step.name) is step)


def test_every_form_asks_for_just_the_parameters_of_its_step(app):
    with app.test_request_context():
        for step, form in FORMS.items():
            asked = {*step.parameters, "version", "csrf_token"} | ({"hint_seen"} if "text" in step.parameters else set())
            assert {field.name for field in form()} == asked, step.name


def test_every_route_lets_in_whom_the_table_says(app, cast, session):
    matter, _version = _ready_for(cast, "accept")
    photo, contact = session.get(Matter, matter).photos[0].uid, session.get(Matter, matter).contact.id
    phrase, campaign, (incident, _version) = _phrase(cast).id, _recall(cast).campaign_id, _incident(cast)
    pairing, _version = _pairing(cast)
    question, gathering = _question(cast).id, _gathering(cast).uid
    sheet, visit = session.scalar(select(IncidentImport.id)), _visit(cast).id
    site = cast.make.site(cast.gangnan, "港南小学").id
    session.add(ContactCard(post=cast.gangnan.post))
    batch = _batch(cast).id
    session.commit()
    (talk, _version), (side, _version) = (_talk(cast, shelf, "confirm") for shelf in ("talks", "sides"))
    (appointment, _version), room = _appointment(cast), cast.hall().id
    setup = SetupSheet.keep(session, KINDS["plates"], cast.admin, now(), PLATES).uid
    session.commit()
    visitors = {name: Visitor(app, getattr(cast, name)) for name in sorted(ALL)}
    stranger = Visitor(app)
    known = {
        "appointment": appointment,
        "room": room,
        "matter": matter,
        "photo": photo,
        "contact": contact,
        "phrase": phrase,
        "campaign": campaign,
        "question": question,
    }
    for rule, (path, status, may) in ROUTES.items():
        more = {"pairing": pairing, "visit": visit, "site": site, "gathering": gathering, "talk": talk, "side": side}
        more |= {"setup": setup, "post": cast.gangnan.post_id, "batch": batch}
        path = path.format(**known, **more, incident=incident, sheet=sheet)
        answers = {name: visitor.get(path).status_code for name, visitor in visitors.items()}
        if may is None:
            assert stranger.get(path).status_code == status and set(answers.values()) == {status}, rule
            continue
        refused = stranger.get(path)
        assert refused.status_code == 303 and refused.location.startswith("/login?next="), rule
        assert stranger.get(path, htmx="").status_code == 401, rule
        assert {name for name, got in answers.items() if got == status} == may, rule
        assert {name for name, got in answers.items() if got == 403} == (OTHERS - (may or set())) | SHUT.get(rule, set()), rule


@pytest.mark.parametrize(("shelf", "name"), STEPS)
@pytest.mark.parametrize("htmx", [None, ""], ids=["plain", "htmx"])
def test_every_step_is_taken_by_whom_the_table_says(app, cast, session, any_hour, shelf, name, htmx):
    """Everybody plainly, on SQLite; with htmx, which only changes the form of the answer, and on PostgreSQL, one of each sort."""
    done = 303 if htmx is None else 200
    may, unseen = STEPS[shelf, name], OUT_OF_SIGHT | UNSEEN.get((shelf, name), set())
    refused = STAFF - may - unseen
    everybody = htmx is None and session.get_bind().dialect.name == "sqlite"
    tried = ALL if everybody else {"admin", "sun", *sorted(may)[:1], *sorted(refused)[:1]}
    statuses, ready = {}, None
    for who in sorted(tried, key=lambda who: (who in may, who)):
        visitor = Visitor(app, getattr(cast, who))
        if ready is None:  # a record serves until somebody took the step: who is refused leaves it as it was for the next
            ready = _incident(cast, name) if shelf == "incidents" else _ready_for(cast, name, shelf=shelf)
        id, version = ready
        with visitor.client:
            fields = FIELDS.get((shelf, name), FIELDS[name]) | {"version": version, "csrf_token": _token(visitor)}
            fields |= {"free_time": _free_time(cast)} if shelf == "appointments" else {}
            answer = visitor.client.post(
                f"/{shelf}/{id}/{name}", data=fields, headers={} if htmx is None else {"HX-Request": "true"}
            )
        statuses[who] = answer.status_code
        ready = None if answer.status_code == done else ready
        session.rollback()
    found = {code: {who for who, status in statuses.items() if status == code} for code in (done, 403, 404, 409)}
    # an auxiliary sees what the officer who leads has; Sun and Ma work elsewhere
    assert found == {done: may & tried, 403: OTHERS & tried, 404: unseen & tried, 409: refused & tried}


def _free_time(cast):
    """The code of a time at which Chen could come instead."""
    free = free_times(cast.session, [cast.hall(now())], now())
    cast.session.commit()
    return code_of(free[-1])


def _token(visitor):
    """A token of the visitor's own, such as any page bears."""
    with visitor.app.test_request_context(), visitor.client.session_transaction() as cookie:
        token, cookie["csrf_token"] = generate_csrf(), cookies["csrf_token"]
    return token


def test_the_bureau_takes_every_step_of_what_lies_with_it(app, cast, session):
    gao, matter = Visitor(app, cast.gao), cast.make.card(None, at=now()).matter
    session.commit()
    assert gao.post(f"/matters/{matter.id}/accept", FIELDS["accept"]).status_code == 303
    assert gao.post(f"/matters/{matter.id}/answer", FIELDS["answer"]).status_code == 303
    assert Visitor(app, cast.wang).get(f"/matters/{matter.id}").status_code == 404


POSTS = {  # what a POST without a token answers a stranger, and Li: never anything done
    "/suggest": ("/suggest", 422, 422),
    "/card": ("/card", 422, 422),
    "/paper/posts/<int(max=2147483647):id>": ("/paper/posts/1", 303, 403),
    "/paper/batches": ("/paper/batches", 303, 403),
    "/paper/batches/<int(max=2147483647):id>/print": ("/paper/batches/1/print", 303, 403),
    "/paper/batches/<int(max=2147483647):id>/hand-out": ("/paper/batches/1/hand-out", 303, 403),
    "/card/<step>": ("/card/rate", 303, 303),
    "/verify": ("/verify", 422, 422),
    "/login": ("/login", 422, 422),
    "/activate": ("/activate", 422, 422),
    "/logout": ("/logout", 303, 422),
    "/matters/new": ("/matters/new", 303, 422),
    "/campaigns/": ("/campaigns/", 303, 403),
    "/campaigns/<int(max=2147483647):id>": ("/campaigns/{campaign}", 303, 403),
    "/callbacks/": ("/callbacks/", 303, 422),
    "/hall/<int(max=2147483647):room>/book": ("/hall/{room}/book", 422, 422),
    "/appointments/<int(max=2147483647):id>/contact": ("/appointments/{appointment}/contact", 303, 422),
    "/talks/new": ("/talks/new", 303, 422),
    "/sides/<int(max=2147483647):id>/contact": ("/sides/{side}/contact", 303, 422),
    "/visits/plan": ("/visits/plan", 303, 422),
    "/visits/sites": ("/visits/sites", 303, 403),
    "/visits/sites/<int(max=2147483647):id>": ("/visits/sites/1", 303, 403),
    "/visits/sites/<int(max=2147483647):id>/off": ("/visits/sites/1/off", 303, 403),
    "/visits/tiers/change": ("/visits/tiers/change?place=10101", 303, 403),
    "/visits/<int(max=2147483647):id>/phone": ("/visits/{visit}/phone", 303, 422),
    "/visits/today/turn": ("/visits/today/turn", 303, 422),
    "/visits/topics": ("/visits/topics", 303, 403),
    "/visits/topics/plan": ("/visits/topics/plan", 303, 403),
    "/roster/add": ("/roster/add", 303, 403),
    "/roster/sheet": ("/roster/sheet", 303, 403),
    "/roster/sheet/add": ("/roster/sheet/add", 303, 403),
    "/roster/copy": ("/roster/copy", 303, 403),
    "/roster/<int(max=2147483647):id>/swap": ("/roster/1/swap", 303, 403),
    "/roster/<int(max=2147483647):id>/take-off": ("/roster/1/take-off", 303, 403),
    "/gatherings/new": ("/gatherings/new", 303, 422),
    "/gatherings/held": ("/gatherings/held", 303, 422),
    "/notices/new": ("/notices/new", 303, 422),
    "/teams/new": ("/teams/new", 303, 422),
    "/gatherings/<string(length=32):uid>/coming": ("/gatherings/{gathering}/coming", 422, 422),
    "/admin/calendar": ("/admin/calendar", 303, 403),
    "/admin/accounts/<int(max=2147483647):id>/portrait": ("/admin/accounts/1/portrait", 303, 403),
    "/admin/<path>/new": ("/admin/units/new", 303, 403),
    "/admin/<path>/<int(max=2147483647):id>": ("/admin/units/1", 303, 403),
    "/admin/<path>/<int(max=2147483647):id>/<act>": ("/admin/units/1/remove", 303, 403),
    "/admin/accounts/codes": ("/admin/accounts/codes", 303, 403),
    "/admin/days/<day>/delete": ("/admin/days/2027-02-20/delete", 303, 403),
    "/admin/import/<kind>": ("/admin/import/plates", 303, 403),
    "/admin/import/<kind>/<uid>/bring-in": ("/admin/import/plates/x/bring-in", 303, 403),
    "/review/sign-off": ("/review/sign-off", 303, 403),
    "/review/assign": ("/review/assign", 303, 403),
    "/review/hand-over": ("/review/hand-over?officer=zhao", 303, 403),
    "/stats/formula": ("/stats/formula", 303, 403),
    "/contacts/<int(max=2147483647):id>": ("/contacts/{contact}", 303, 422),
    "/messages/stop": ("/messages/stop", 303, 403),
    "/messages/go-on": ("/messages/go-on", 303, 403),
    "/messages/pace": ("/messages/pace", 303, 403),
    "/messages/words/<occasion>": ("/messages/words/answered", 303, 403),
    "/messages/report": ("/messages/report", 403, 403),  # these two come from a gateway and are signed instead
    "/messages/reply": ("/messages/reply", 403, 403),
    "/incidents/": ("/incidents/", 303, 403),
    "/incidents/<int(max=2147483647):id>/phone": ("/incidents/1/phone", 303, 403),
    "/incidents/approval": ("/incidents/approval", 303, 403),
    "/incidents/approval/off": ("/incidents/approval/off", 303, 403),
    "/pairings/begin": ("/pairings/begin", 303, 422),
    "/pairings/<int(max=2147483647):id>/phone": ("/pairings/{pairing}/phone", 303, 422),
    "/phrases/": ("/phrases/", 303, 403),
    "/phrases/<int(max=2147483647):id>": ("/phrases/{phrase}", 303, 403),
    "/phrases/<int(max=2147483647):id>/delete": ("/phrases/{phrase}/delete", 303, 403),
    "/surveys/questions": ("/surveys/questions", 303, 403),
    "/surveys/questions/<int(max=2147483647):id>": ("/surveys/questions/{question}", 303, 403),
    "/surveys/questions/<int(max=2147483647):id>/retire": ("/surveys/questions/{question}/retire", 303, 403),
    "/surveys/questions/<int(max=2147483647):id>/up": ("/surveys/questions/{question}/up", 303, 403),
    "/<shelf:shelf>/<int(max=2147483647):id>/<step>": ("/matters/{matter}/accept", 303, 422),
}


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_every_post_goes_through_a_form(app, cast, session, htmx):
    matter, _version = _ready_for(cast, "accept")
    contact, phrase = session.get(Matter, matter).contact.id, _phrase(cast).id
    campaign, (pairing, _version), question = _recall(cast).campaign_id, _pairing(cast), _question(cast).id
    visit, gathering = _visit(cast).id, _gathering(cast).uid
    side, _version = _talk(cast, "sides", "confirm")
    (appointment, _version), room = _appointment(cast), cast.hall().id
    headers = {"HX-Request": "true"} if htmx else {}
    assert {rule.rule for rule in app.url_map.iter_rules() if "POST" in rule.methods} == set(POSTS)
    for path, stranger, li in POSTS.values():
        known = {"matter": matter, "contact": contact, "phrase": phrase, "campaign": campaign, "room": room}
        path = path.format(
            **known, appointment=appointment, pairing=pairing, question=question, visit=visit, gathering=gathering, side=side
        )
        got = Visitor(app).client.post(path, data=FIELDS["accept"] | {"version": 1}, headers=headers).status_code
        assert got == (stranger if not htmx or stranger != 303 else 200 if "card" in path else 401), path
        got = Visitor(app, cast.li).client.post(path, data=FIELDS["accept"] | {"version": 1}, headers=headers).status_code
        assert got == (200 if htmx and li == 303 else li), path
    session.rollback()
    assert session.get(Matter, matter).version == 1


def test_a_stranger_takes_no_step(app, cast, session):
    id, version = _ready_for(cast, "accept")
    stranger = Visitor(app)
    fields = FIELDS["accept"] | {"version": version, "csrf_token": _token(stranger)}
    answer = stranger.client.post(f"/matters/{id}/accept", data=fields)
    assert (answer.status_code, answer.location) == (303, f"/login?next=/matters/{id}/accept")
    answer = stranger.client.post(f"/matters/{id}/accept", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 401 and answer.headers["HX-Retarget"] == "#signed-out"


def test_what_is_out_of_sight_answers_like_what_does_not_exist(app, cast, session):
    id, _version = _ready_for(cast, "accept")
    sun = Visitor(app, cast.sun)
    for path in ("/matters/{}", "/matters/{}/accept", "/matters/{}/nonsense"):
        hidden, missing = sun.get(path.format(id)), sun.get(path.format(99999))
        assert (hidden.status_code, hidden.data) == (404, missing.data)
        assert "<form" not in hidden.text and "csrf" not in hidden.text
    number = cast.make.card(cast.gangnan).number
    session.commit()
    assert sun.get(f"/matters/?number={number}").data == sun.get("/matters/?number=99999999999").data


def test_a_pairing_of_somebody_else_answers_like_one_that_does_not_exist(app, cast):
    pairing, duty = _pairing(cast)[0], _pairing(cast, "duties")[0]
    for who in (cast.zhao, cast.he, cast.zhou, cast.gao, cast.sun, cast.ma):
        visitor = Visitor(app, who)
        for path, id in (
            ("/pairings/{}", pairing),
            ("/pairings/{}/end", pairing),
            ("/pairings/{}/phone", pairing),
            ("/duties/{}", duty),
        ):
            hidden, missing = visitor.get(path.format(id)), visitor.get(path.format(99999))
            if who is cast.zhou and "duties" in path:  # whom Li leads
                assert hidden.status_code == 200
            else:
                assert (hidden.status_code, hidden.data) == (missing.status_code, missing.data) and "J-0" not in hidden.text
                assert missing.status_code == (403 if "phone" in path and who in (cast.he, cast.zhou, cast.gao) else 404)


def test_a_route_without_a_policy_stops_the_start(another_app, monkeypatch):
    monkeypatch.setattr(start.views.healthz, "policy", None)
    with pytest.raises(Unguarded):
        another_app()


def test_a_policy_is_what_the_view_declares():
    @policy(PUBLIC)
    def view():
        """Nothing."""

    assert view.policy is access.PUBLIC
