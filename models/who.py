"""Who may take steps: each a name for tables, a title for sentences, and a question about row and person."""

from models.base import N_
from models.card import EchoCard
from models.officer import GOERS, STAFF, TAKERS, WRITERS, Officer, Role
from models.steps import Who


def _is_staff(*roles):
    return lambda matter, by, at: isinstance(by, Officer) and by.role in roles and by.unit_id == matter.station_id


def _is_responsible(matter, by, at):
    return (
        isinstance(by, Officer)
        and by.role is Role.OFFICER
        and by.unit_id == matter.station_id
        and (by.id == matter.handler_id or by.serves(matter.community_id, at))
    )


def _is_led(matter, by, at):
    return isinstance(by, Officer) and by.role is Role.AUXILIARY and _is_responsible(matter, by.led_by, at)


def _is_handler(matter, by, at):
    return isinstance(by, Officer) and by.id == matter.handler_id and by.unit_id == matter.station_id


def _of_its_matter(question):
    return lambda record, by, at: question(record.matter, by, at)


def _goes(visit, by, at):
    if not isinstance(by, Officer):
        return False
    if visit.assignee_id is None:
        return by.role in GOERS and by.unit_id == visit.station_id
    going = {officer.id for officer in visit.officers}
    return by.id in going or (by.role is Role.AUXILIARY and by.led_by_id in going)


def _checks(order, by, at):
    return isinstance(by, Officer) and by.role is order.level and (by.role is Role.BUREAU or by.unit_id == order.station_id)


def _may_claim(matter, by, at):
    return matter.handler_id is None and _is_staff(Role.OFFICER)(matter, by, at)


def _signs_off(matter, by, at):
    return _is_staff(Role.HEAD)(matter, by, at) or (isinstance(by, Officer) and by.role is Role.BUREAU)


def _is_of_the_staff(matter, by, at):
    return _is_staff(*STAFF)(matter, by, at) or (isinstance(by, Officer) and by.role is Role.BUREAU)


def _writes(notice, by, at):
    return _is_staff(*WRITERS)(notice, by, at) or (isinstance(by, Officer) and by.role is Role.BUREAU)


def _is_its_card(record, by, at):
    return isinstance(by, EchoCard) and by.subject is record


def _has_it(task, by, at):
    return isinstance(by, Officer) and by.id == task.assignee_id


def _is_led_by_whoever_has_it(task, by, at):
    return isinstance(by, Officer) and by.role is Role.AUXILIARY and by.led_by_id == task.assignee_id


def _holds(record, by, at):
    return isinstance(by, Officer) and by.id == record.told_in.officer_id


def _is_led_by_holder(record, by, at):
    return isinstance(by, Officer) and by.role is Role.AUXILIARY and by.led_by_id == record.told_in.officer_id


HANDLER = Who("handler", N_("经办人"), _of_its_matter(_is_handler))
RESPONSIBLE = Who("responsible officer or stand-in", N_("责任民警"), _is_responsible)
LED = Who("auxiliary led by that officer", N_("责任民警带的辅警"), _of_its_matter(_is_led))
ANY_OFFICER = Who("unclaimed: any officer of the station", N_("本所民警（没人认领时）"), _may_claim)
DESK = Who("desk", N_("综合指挥室"), _is_staff(Role.DESK))
HEAD = Who("head", N_("所领导"), _is_staff(Role.HEAD))
BUREAU = Who("bureau, of what lies with it", N_("县局（在县局的事）"), _is_staff(Role.BUREAU))
REVIEWER = Who("head, then the bureau", N_("所领导，之后是县局"), _signs_off)
ORDERING_HEAD = Who("head, or bureau", N_("所领导或者县局"), _signs_off)
CHECKER = Who("head, or bureau where it is the bureau's", N_("开交办单的一级"), _checks)
SIGNING_HEAD = Who("head or bureau, not a handler", N_("没有经办这件事的所领导"), _signs_off)
COLLEAGUE = Who("staff, not a handler", N_("没有经办这件事的同事"), _is_of_the_staff)
VISITOR = Who("whoever goes, or takes it up", N_("去走访的人"), _goes)
HOST = Who("whoever holds it", N_("办活动的人"), _goes)
ISSUER = Who("whoever issued it", N_("管这张任务单的人"), _has_it)
LED_BY_ISSUER = Who("auxiliary led by whoever issued it", N_("这位民警带的辅警"), _is_led_by_whoever_has_it)
RECEIVER = Who("whoever receives her, or takes it up", N_("接待的同事"), _goes)
HOLDER = Who("officer of the talk", N_("接这次说事的人"), _holds)
LED_BY_HOLDER = Who("auxiliary led by the talk's officer", N_("这位民警带的辅警"), _is_led_by_holder)
TAKER = Who("officer or head where it lies, or the bureau", N_("所在单位的民警或者领导"), _is_staff(*TAKERS))
WRITER = Who("officer, desk or head of its station, or bureau", N_("本所民警、综合指挥室、所领导或者县局"), _writes)
CARD = Who("card", N_("持回音卡的群众"), _is_its_card)

ACCEPTORS = (RESPONSIBLE, LED, ANY_OFFICER, HEAD, DESK, BUREAU)
