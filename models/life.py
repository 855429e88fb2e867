"""The words of a matter's life: what is wanted, the door it came in by, and where it stands."""

from models.base import N_, Word


class Kind(Word):
    """What the resident wants."""

    QUESTION = N_("想问个事")
    REQUEST = N_("想请帮忙")
    SUGGESTION = N_("提个建议")
    COMPLAINT = N_("对民警、辅警或派出所有意见")
    PRAISE = N_("表扬")
    IDEA = N_("金点子")


SAID_BY_RESIDENTS = tuple(kind for kind in Kind if kind is not Kind.IDEA)  # only staff may mark a suggestion as an idea


class Door(Word):
    """The way a matter came in."""

    FORM = N_("网上表格")
    PLATE = N_("门牌二维码")
    CONTACT_CARD = N_("联系卡二维码")
    ECHO_CARD = N_("空白回音卡")
    GROUP_LINK = N_("居民群里的链接")
    PHONE = N_("打电话来说的")
    COUNTER = N_("到所里来说的")
    VISIT = N_("走访时说的")
    GROUP = N_("居民群里说的")
    FIRM = N_("单位反映的")
    TALK = N_("说事时说的")
    GATHERING = N_("活动上说的")
    CADRE = N_("村居干部说的")
    COLLEAGUE = N_("同事提的")


BY_RESIDENTS = (Door.FORM, Door.PLATE, Door.CONTACT_CARD, Door.ECHO_CARD, Door.GROUP_LINK)
BY_STAFF = tuple(door for door in Door if door not in BY_RESIDENTS)  # what is told to staff, who write it down
LINKED = {"group": Door.GROUP_LINK}  # the doors that a link names, by the word for it in its address: `by`


class State(Word):
    """Where a matter stands."""

    RECEIVED = N_("已收到"), "soon"
    IN_HAND = N_("办理中"), "soon"
    WAITING = N_("等群众补充"), "soon", N_("等您补充")
    ANSWERED = N_("已答复"), "done"
    CALLED_BACK = N_("已回访"), "done"
    SIGNED_OFF = N_("已销号"), "done", N_("已办结")
    THANKED = N_("已致谢"), "done"
    WITHDRAWN = N_("已撤回")
