"""The month of the demo: what residents raised, what was done, and the numbers to ring. All of it is invented.

Every moment is told from the day on which the demo is made: "3 14:05" is that hour of the third working day before it,
"3+1 10:00" a calendar day later, "0-1 20:15" yesterday evening, "0 11:20" today (played only if it is later than that).
"""

from dataclasses import dataclass, field
from datetime import time

from models.answering import Contacted, Referred
from models.asking import Rating, Reach
from models.contact import Channel, Daypart, Reachable
from models.echoing import Verdict
from models.life import Door, Kind
from models.order import Check
from models.point import Outcome


@dataclass(frozen=True)
class Story:
    """One thing raised and its steps: verb, by, when, fields.

    `community` is a code, or None where she did not know it. `told_to` is the user name of the officer who wrote it down,
    `about` words, or the code of a community whose post's contact card she means; `photos` are names in SCENES.
    """

    when: str
    community: str | None
    kind: Kind
    place: str
    text: str
    steps: list = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    door: Door = Door.FORM
    grid: int | None = None
    told_to: str | None = None
    contact: Reachable | None = None
    reply_by: Channel = Channel.CARD
    daypart: Daypart | None = None
    about: str = ""
    photos: tuple[str, ...] = ()


def did(verb, by, when, **fields):
    """Somebody takes a step: a user name, `card` or `clock`."""
    return verb, by, when, fields


def accepted(by, when, summary, category):
    """Somebody accepts."""
    return did("accept", by, when, summary=summary, category=category)


def answered(by, when, text, outcome=Outcome.DONE, point=1, days=None):
    """Somebody answers a point; `days` is how far a promised date lies ahead."""
    return did("answer", by, when, point=point, outcome=outcome, text=text, until=days)


def rated(when, rating, solved=(1,), words=None):
    """The resident rates by card."""
    return did("rate", "card", when, rating=rating, solved=solved, words=words)


def rang(by, when, rating=None, solved=(1,), words=None):
    """Somebody asks back and reaches the resident; without a rating nobody is reached."""
    if rating is None:
        return did("record", by, when, result=Reach.UNREACHED)
    return did("record", by, when, result=Reach.REACHED, rating=rating, solved=solved, words=words)


CANNOT, NOT_OURS, UNDER_WAY = Outcome.CANNOT, Outcome.NOT_OURS, Outcome.UNDER_WAY
SATISFIED, FAIRLY, UNSATISFIED = Rating
MORNING, NOON, EVENING = Daypart
PHONE, SMS, VISIT = ({"reply_by": channel} for channel in (Channel.PHONE, Channel.SMS, Channel.VISIT))
QUESTION, REQUEST, SUGGESTION, COMPLAINT, PRAISE, IDEA = Kind

STORIES = (
    # ── 港南社区: officer1a
    Story("21 09:12", "10101", REQUEST, "菜市场南门", "菜市场南门口早上六点到九点全是三轮车，接孩子的车也停，人只能走到马路中间去，老人摔过一回了。能不能管管？", [
        accepted("officer1a", "21 11:40", "菜市场南门早高峰拥堵", "traffic"),
        answered("officer1a", "19 15:32", "我和市场管理方看了两个早上，南门外划了停车线，六点到九点有辅警在那里疏导。从今天起三轮车改走西门。"),
        rated("18 20:05", SATISFIED, words="早上好走多了。"),
        did("sign_off", "head1", "17 09:20"),
    ], door=Door.PLATE, grid=1),
    Story("20 20:31", "10101", REQUEST, "港南小区7号楼", "楼下棋牌室夜里十二点还在打麻将，吵得睡不着，跟他们说过两次没用。另外楼道里堆的纸箱也没人管。", [
        accepted("officer1a", "19 09:05", "棋牌室夜里吵、楼道堆纸箱", "noise"),
        answered("officer1a", "18 21:40", "今晚九点我和社区网格员去了棋牌室，老板答应十点关门，写了保证贴在门口。要是过了十点又吵，当时就打110。"),
        answered("officer1a", "17 10:15", "物业今天贴了通知，请各家自己搬走，十天内没搬的由物业清掉。到时候我上楼看一遍。", UNDER_WAY, 2, days=10),
        rated("16 21:03", FAIRLY, words="这两天十点是关了，再看看。"),
        answered("officer1a", "14 16:20", "下午我一层一层看过，三楼到五楼的纸箱都搬走了，楼道通了。", point=2),
        rated("13 20:10", SATISFIED, solved=(2,)),
        did("sign_off", "head1", "12 09:40"),
    ], ["棋牌室夜里太吵", "楼道里堆纸箱"]),
    Story("19 15:02", "10101", QUESTION, "", "孩子刚出生，户口想报在妈妈这边，要带什么？爸爸是外地户口。", [
        did("settle", "auxiliary1", "19 15:08", outcome=Outcome.DONE, summary="给新生儿报户口要带什么", text="电话里说清了：带出生医学证明、父母身份证、户口簿和结婚证，到所里户籍窗口当场办。外地户口不用另开证明。"),
        rated("18 12:40", SATISFIED),
        did("sign_off", "head1", "17 09:22"),
    ], door=Door.PHONE, told_to="auxiliary1"),
    Story("18 19:20", "10101", PRAISE, "", "上周我妈在公交站找不着家了，李警官陪她坐了一个多钟头，一直等到我们来接，真心谢谢。", [
        did("thank", "officer1a", "17 10:30", text="老人家平安就好。给她衣服里缝一张写着您电话的布条，比卡片管用。"),
    ]),
    Story("16 18:45", "10101", REQUEST, "港南小区3号楼东侧", "有好几家从窗户里扯电线下来给电瓶车充电，线就搭在晾衣绳上，下雨天看着吓人。", [
        accepted("auxiliary1", "15 09:30", "3号楼飞线充电", "safety"),
        answered("officer1a", "13 17:10", "我和物业挨家上门，六根线今天全收了。物业在车棚里加了八个充电口，昨天通的电，扫码就能用。"),
        rated("12 19:33", FAIRLY, words="线是收了，充电口再多几个就好。"),
    ], door=Door.PLATE, grid=2, photos=("wires",)),
    Story("15 21:20", "10101", SUGGESTION, "", "电梯里广告那么多，能不能留一块，用大字印上咱们这片民警的电话？我妈记不住号码，有事只会打给我，我又在外地。", [
        accepted("officer1a", "14 09:20", "电梯里用大字印上民警电话", "other"),
        did("sort", "officer1a", "14 09:26", kind=IDEA, text="这个办法别的小区也用得上，按金点子来办。"),
        answered("officer1a", "10 16:30", "广告公司同意每部电梯留一块，十二部昨天都贴好了。印的是港南社区责任岗的电话，换了人号码也不变。"),
        rated("9 19:12", SATISFIED, words="我妈说不戴眼镜也看得清。"),
        did("show", "head1", "6 09:20", text="有居民说：老人记不住民警的电话。现在每部电梯里都用大字贴着，换了民警号码也不变。"),
    ]),
    Story("13 10:20", "10101", IDEA, "", "居委会想：谁家要出远门，跟楼长说一声，夜里巡逻多绕一圈，好不好？", [
        accepted("officer1a", "13 11:00", "出远门跟楼长说一声，夜巡多绕一圈", "safety"),
        answered("officer1a", "9 16:05", "这样做了：十一位楼长轮着听，说一声就行，不记名字。从这周起，夜里两趟巡逻都会绕过去。"),
        rated("8 20:15", SATISFIED),
        did("show", "head1", "6 09:24", text="居委会出的点子：出远门跟楼长说一声，夜里巡逻多绕一圈。已经这样做了。"),
    ], door=Door.CADRE, told_to="officer1a"),
    Story("12 15:40", "10101", IDEA, "", "窗口旁边放一台旧平板，教老人自己看回音卡；最好一直有人守着教。", [
        accepted("officer1a", "12 16:10", "窗口放平板，教老人看回音卡", "other"),
        answered("officer1a", "10 10:10", "平板昨天摆上了，字调到最大，旁边贴了四步图。"),
        answered("officer1a", "10 10:14", "一直守着的人手不够，先定每周二上午有辅警在那里教。", CANNOT, 2),
        rated("9 12:20", SATISFIED, solved=(1, 2)),
        did("show", "head1", "6 09:28", text="所里同事出的点子：窗口放一台大字的平板，教老人看回音卡。人手不够，先每周二上午有人教。"),
    ], ["窗口放一台平板", "一直有人守着教"], door=Door.COLLEAGUE, told_to="auxiliary1"),
    Story("8 20:20", "10101", REQUEST, "港南路口公交站", "公交站牌前面老停着拉客的车，公交只好停到路中间去。", [
        accepted("officer1a", "7 09:30", "公交站前停着拉客的车", "traffic"),
        answered("officer1a", "5 18:20", "和交警连着两天早晚在站前劝走，站牌两边今天划了黄线。再有停的，交警会罚。"),
        rated("4 20:30", SATISFIED, words="会上说的，真有人管了。"),
    ], door=Door.GATHERING, told_to="officer1a"),
    Story("8 20:35", "10101", QUESTION, "", "孙子来上学，要不要先办居住证？", [
        did("settle", "officer1a", "8 20:38", outcome=Outcome.DONE, category="papers", summary="孙子来上学要不要办居住证", text="会上当场说清了：孩子跟着您住，不用居住证，带户口簿和房产证到学校报名就行。"),
        rated("7 12:10", SATISFIED),
    ], door=Door.GATHERING, told_to="officer1a"),
    Story("8 20:50", "10101", PRAISE, "", "夜里巡逻的民警帮我把落在楼下的钥匙送了上来，一定要记一笔。", [
        did("thank", "officer1a", "7 09:40", text="谢谢您当面说。钥匙上挂个带楼号的牌子，下回更好找。"),
    ], door=Door.GATHERING, told_to="head1"),
    Story("13 14:10", "10101", SUGGESTION, "港南小区后门", "后门晚上十点就锁，我下夜班要绕一公里。能不能给上夜班的配把钥匙？", [
        accepted("officer1a", "13 16:00", "夜班住户想要后门钥匙", "other"),
        answered("officer1a", "11 15:45", "后门几点锁由业主委员会定，派出所改不了。我把您的话带给了物业的方经理，电话0000-5550210，业委会下次开会会谈。", NOT_OURS),
        rated("10 06:50", FAIRLY, solved=(), words="推来推去，门还是锁着。"),
        did("review", "head1", "8 10:20", verdict=Verdict.CONFIRM, text="我给业委会主任打过电话，他们担心丢车，暂时不配钥匙。这件事我们确实定不了，已请他们把结果贴在后门上。"),
    ], door=Door.PLATE, grid=3),
    Story("12 08:20", "10101", SUGGESTION, "港南小学西门", "西门那条路太窄，能不能早晚各留半个钟头，车只许往一个方向走？家长都说好。", [
        accepted("officer1a", "12 10:10", "小学西门早晚单行", "traffic"),
        did("contact", "officer1a", "10 16:40", how=Contacted.HERE, text="在西门口听了几位家长的说法，早上七点二十到五十最堵。"),
        did("extend", "head1", "6 16:20", days=10, text="要和学校、交警一起试走几天，才知道行不行。"),
        did("contact", "officer1a", "3 18:05", how=Contacted.MESSAGE, text="今天试走了一次，单行的时候十五分钟就散完了。还要试两天，等交警看过再定。"),
    ]),
    Story("10 09:50", "10101", REQUEST, "港南小区北门", "北门口想装个红绿灯，过马路要等七八分钟才有空当。", [
        accepted("officer1a", "10 11:20", "北门口想装红绿灯", "traffic"),
        answered("officer1a", "8 17:00", "我和交警来量过，北门离十字路口只有六十米，按规定这里不能再设灯。斑马线下周重画，早晚各有一名辅警带着过。", CANNOT),
        rated("7 20:30", FAIRLY, solved=(), words="理由说得明白，可辅警一走还是过不去。"),
    ]),
    Story("9 22:15", "10101", REQUEST, "港南路58号楼下", "快递点凌晨四五点卸货，卷帘门哗啦哗啦，一家人都被吵醒。", [
        accepted("officer1a", "8 09:20", "快递点凌晨卸货吵人", "noise"),
        answered("officer1a", "6 18:30", "今早五点我到快递点等着，负责人答应六点以后才卸货，卷帘门上午也上了油。"),
        rated("4 21:10", UNSATISFIED, solved=(), words="就好了两天，今天又是四点半。"),
    ], door=Door.ECHO_CARD),
    Story("9 11:30", "10101", REQUEST, "港南小区5号楼东侧", "5号楼东头的路面塌了一块，盖了块木板，晚上看不见，绊倒过人。", [
        accepted("officer1a", "9 15:10", "5号楼东侧路面塌陷", "safety"),
        answered("officer1a", "7 16:40", "物业昨天用砂石垫平了，木板也撤了。"),
        rated("3 19:05", UNSATISFIED, solved=(), words="下了一场雨，又陷下去了。"),
        did("measure", "officer1a", "2 10:15", text="叫物业把坑挖开看了，是下面的污水管裂了。物业报了维修，先围了起来。"),
        answered("officer1a", "0 08:40", "管子昨天换好了，今早浇了水泥，围栏留到后天再撤。我会再来看一次。"),
    ]),
    Story("8 08:55", "10101", REQUEST, "健身广场", "广场上跳舞的音响一放就是两个钟头，孩子写作业都听得见词。能不能小点声？", [
        accepted("officer1a", "8 10:30", "健身广场音响太响", "noise"),
        answered("officer1a", "6 20:10", "今晚和领舞的几位说好，先把音响开到最小。社区去借一台能限音的，三天内换上。", UNDER_WAY, days=3),
    ]),
    Story("5 07:50", "10101", REQUEST, "港南小区2号楼前", "一辆面包车堵在消防通道口，按喇叭也没人下来。", [
        accepted("officer1a", "5 08:30", "2号楼前消防通道被堵", "traffic"),
        did("withdraw", "card", "5 09:15", words="车主下来开走了，不用麻烦了。"),
    ], door=Door.PLATE, grid=1),
    Story("5 10:40", "10101", REQUEST, "港南老街16号", "后院墙塌了一截，夜里总听见动静，我一个人住，睡不踏实。", [
        accepted("officer1a", "5 14:10", "老街16号后院墙塌了一截", "safety"),
        did("contact", "auxiliary1", "5 16:30", how=Contacted.VISIT, text="到院里看过，塌了两米多宽，说好明天先拦上。"),
        answered("officer1a", "3 15:20", "昨天我和网格员用铁网把塌的地方拦上了，房管所今天来砌好了墙。这几天夜里巡逻还是从老街多走两趟。"),
    ], door=Door.VISIT, told_to="officer1a", contact=Reachable("徐奶奶", "5550144", "港南老街16号"), **VISIT, daypart=MORNING),
    Story("4 18:20", "10101", REQUEST, "港南小区5号楼二单元", "二单元的楼道灯全不亮，我爸眼睛不好，晚上下楼摸着墙走。", [
        accepted("officer1a", "3 09:15", "5号楼二单元楼道灯不亮", "safety"),
        answered("officer1a", "2 16:40", "我和物业电工上楼查了，是总线老化，不是灯泡。物业已经买了线，两周内换好，今晚先在每层挂上充电灯。", UNDER_WAY, days=14),
        did("add", "card", "1 20:15", words="充电灯挂上了，三楼那盏一闪一闪的。"),
    ], door=Door.PLATE, grid=2, photos=("stairs",)),
    Story("3 18:20", "10101", REQUEST, "港南小区地下车库", "我的车位老被别人占，找物业没用，来回说了半个月。", [
        accepted("officer1a", "2 09:40", "地下车库占车位", "neighbours"),
        did("visit", "officer1a", "1 10:05", day=5, begins=time(18, 30), ends=time(19, 30), reason="两家车主约到一起谈"),
        did("add", "card", "1 21:40", words="刚才又为车位吵，差点打起来，明天早上要用车我都不敢下去。", danger_seen=True),
    ]),
    Story("3 11:16", "10101", REQUEST, "港南路与文昌路口", "路口那盏红绿灯对着老年人太快了，走到一半就变灯，能不能反映一下？", [
        accepted("officer1a", "3 14:05", "路口绿灯太短，老人过不完", "traffic"),
        did("contact", "officer1a", "2 10:20", how=Contacted.PHONE, text="说好我先去路口看一早一晚，数数绿灯几秒。"),
        answered("officer1a", "0 11:20", "我数了三次，绿灯只有十八秒。信号灯归交警管，我已经把数交给城南交警中队，电话0000-5550212，他们这周来调。", NOT_OURS),
    ], door=Door.CONTACT_CARD, contact=Reachable("秦师傅", "5550145"), **PHONE, daypart=EVENING),
    Story("3 09:25", "10101", REQUEST, "港南小区9号楼", "单元门口共享单车堆成山，老伴坐轮椅，推不出去。", [
        accepted("officer1a", "3 10:50", "9号楼门口单车堵路", "order"),
        did("contact", "officer1a", "2 09:05", how=Contacted.PHONE, text="问清了，早上八点前后堵得最厉害。"),
        answered("officer1a", "1 16:50", "今天我和单车公司的人一起挪开了，门口地上画了不许停的格子。他们每天早晚各来清一次，没清您就打格子旁边的电话。"),
    ], contact=Reachable("冯阿姨", "5550146"), **PHONE, daypart=NOON),
    Story("2 12:35", "10101", QUESTION, "", "我在港南租房子，在厂里做活，小孩想转到这边来上学。居住证怎么办？要房东一起来吗？", [
        accepted("officer1a", "2 15:20", "办居住证要不要房东来", "papers"),
        did("contact", "officer1a", "2 15:30", how=Contacted.MESSAGE, text="先回了您一条短信：房东不用来。"),
        did("ask", "officer1a", "1 10:30", text="您在现在的房子住了多久？有没有签租房合同？"),
    ], contact=Reachable("小罗", "5550147"), **SMS),
    Story("2 20:10", "10101", REQUEST, "港南小区业主群", "群里有人发了个码，说扫码补交物业费，我妈扫了，填到一半停下了。这个码是真的吗？", [
        accepted("officer1a", "1 09:00", "群里的物业费收款码是真是假", "fraud"),
        answered("officer1a", "0-1 17:30", "我问了物业，这个码不是他们发的，已经请群主删掉，也在群里提醒了大家。请您母亲改一下支付密码，没点付款就不会扣钱。"),
    ], door=Door.GROUP, told_to="officer1a", contact=Reachable("吴女士", "5550149"), **SMS),
    Story("1 13:42", "10101", REQUEST, "港南小区11号楼", "楼上漏水，我家厨房顶都泡了。跟他家说了三回都说找物业，物业又说是他家的事，两头推。", [
        accepted("auxiliary1", "1 16:10", "楼上漏水，两家说不拢", "neighbours"),
    ], contact=Reachable("彭先生", "5550150"), **PHONE, daypart=NOON),
    Story("0-1 20:50", "10101", SUGGESTION, "", "能不能在小区里多讲讲怎么防诈骗？我们楼里已经有两位老人差点把钱转出去。"),
    Story("19 09:15", "10101", COMPLAINT, "", "来登记电动车，排了四十分钟，轮到我说下班了，叫我明天再来。", [
        accepted("head1", "18 09:30", "提前停号，白排了队", "other"),
        answered("head1", "14 17:20", "我看了那天的叫号记录，四点五十就停了号，早了十分钟，是我们不对。从这周起停号时间贴在门口，您再来不用排队，直接找何警官。"),
        rated("13 20:40", FAIRLY),
        did("sign_off", "deputy1", "12 10:10"),
    ], about="10101"),

    # ── 光华社区: officer1b
    Story("21 13:30", "10102", REQUEST, "光华新村2栋", "顶楼养鸽子，毛和屎天天落在我家阳台上，被子都不敢晒。", [
        accepted("officer1b", "21 15:10", "楼顶养鸽子弄脏阳台", "neighbours"),
        answered("officer1b", "19 17:20", "我上楼看过，鸽子有养殖登记，数目也没超，我们不能叫他不养。他答应每天早上放飞前扫一遍，阳台上方装一道挡网。", CANNOT),
        rated("18 20:15", UNSATISFIED, solved=(), words="扫了也是白扫。"),
        did("review", "head1", "16 10:00", verdict=Verdict.CONFIRM, text="我又去看了一次，挡网装上了。养鸽子手续是全的，派出所不能叫人不养。"),
        did("review", "bureau", "13 15:30", verdict=Verdict.CONFIRM, text="看了两次现场的记录，答复没有错。您要是还不同意，可以向社区申请调解，也可以去法院。"),
        did("sign_off", "head1", "12 09:42"),
    ]),
    Story("19 16:40", "10102", REQUEST, "光华路22号", "门口的井盖车一压就咣当响，一晚上没完。", [
        accepted("officer1b", "19 17:30", "光华路22号井盖响", "noise"),
        answered("officer1b", "17 10:40", "井盖是自来水公司的，昨天他们垫了胶圈，我夜里十一点去听过，车压上去没声了。"),
        did("record", "officer1a", "16 10:30", result=Reach.REFUSED),
        did("sign_off", "head1", "15 09:15"),
    ], contact=Reachable("龚先生", "5550151"), **PHONE),
    Story("18 11:05", "10102", REQUEST, "", "客户拖了我两万多货款，半年不给。能不能请民警去帮我要回来？", [
        did("decline", "desk1", "18 15:30", summary="请民警帮忙要货款", text="欠货款是合同上的事，派出所不能上门去要。带着欠条可以到法院起诉，不会写状子就打12348，有人免费教。"),
        did("sign_off", "head1", "8 09:30"),
    ]),
    Story("17 08:30", "10102", SUGGESTION, "光华路小学门口", "建议放学的时候在小学门口拉一段隔离带，电动车和孩子混在一起太危险。", [
        accepted("officer1b", "17 13:20", "小学门口放学时段人车混行", "traffic"),
        did("contact", "officer1b", "16 18:20", how=Contacted.PHONE, text="听您说了放学那二十分钟的情况，约好去看两天。"),
        answered("officer1b", "12 16:45", "学校从昨天起在门口摆隔离桩，孩子走里侧，电动车走外侧。放学那半小时我们派一名辅警到场。"),
        rang("auxiliary1", "11 11:20"),
        rang("auxiliary1", "11 19:10", SATISFIED, words="接孩子不用一路喊小心了。"),
    ], door=Door.CONTACT_CARD, contact=Reachable("陈静", "5550142"), **PHONE, daypart=EVENING),
    Story("17 10:25", "10102", REQUEST, "光华新村5栋", "信箱被人撬了，里面的水费单老丢。", [
        accepted("officer1b", "17 11:50", "5栋信箱被撬", "safety"),
        answered("officer1b", "15 16:20", "我和物业换了5栋一层的十二把信箱锁，门厅的摄像头转了个方向，正对着信箱。新钥匙在物业前台领。"),
        rang("auxiliary1", "14 10:20"),
        rang("auxiliary1", "14 16:10"),
        did("pass_on", "head1", "13 08:50", handler="desk1", text="周辅警这两天轮休。"),
        rang("desk1", "13 10:40"),
        did("sign_off", "head1", "11 09:30"),
    ], contact=Reachable("老耿", "5550152"), **PHONE),
    Story("16 19:44", "10102", REQUEST, "光华新村12栋", "楼上装修从早上七点敲到晚上八点，周末也不停，家里有要考试的孩子。", [
        accepted("officer1b", "15 09:20", "12栋装修吵人，有学生要考试", "noise"),
        answered("officer1b", "13 19:30", "晚上我上门说了，装修的答应只在早八点到晚六点干活，周末不用电锤。"),
        rated("12 08:15", UNSATISFIED, solved=(), words="昨晚七点多照样敲。"),
        did("measure", "officer1b", "10 16:20", text="和物业查了装修登记，业主在外地，活全包给了一家公司。约明天下午和公司的人当面谈。"),
        answered("officer1b", "9 17:50", "我和物业一起找了装修公司，电锤的活这两天一次干完，剩下的活都在下午做。时间表贴在了电梯口。"),
        did("check", "head1", "8 09:05", verdict=Check.PASSED, text="电梯口的时间表看到了，也问了对门。"),
        rated("8 20:26", SATISFIED, words="清静了，孩子能坐得住了。"),
        did("sign_off", "head1", "7 09:15"),
    ]),
    Story("15 09:30", "10102", REQUEST, "光华新村7栋", "隔壁单元的大狗不拴绳，小孩吓哭好几次，我绕着走它还追。", [
        accepted("officer1b", "15 10:40", "7栋大狗不拴绳", "order"),
        did("ask", "officer1b", "14 10:10", text="是几层的狗？一般什么时候出来遛？"),
        did("resume", "card", "14 20:30", words="三层东户的，晚上八点左右出来。"),
        answered("officer1b", "12 21:10", "今晚八点我在楼下等到了狗主人，他答应出门拴绳、进电梯收短，明天去办狗证。"),
        rang("desk1", "11 10:05"),
        rang("desk1", "11 19:30", SATISFIED, words="这两天都拴着。"),
        did("sign_off", "head1", "10 09:12"),
    ], contact=Reachable("沈先生", "5550148"), **PHONE, daypart=EVENING),
    Story("14 10:10", "10102", REQUEST, "光华幼儿园", "园里反映：接送的时候门口老有货车停着卸货，司机看不见孩子。", [
        did("accept", "desk1", "14 10:25", summary="幼儿园门口货车卸货", category="traffic", handler="officer1b"),
        answered("officer1b", "12 09:50", "我找了旁边三家店的老板，说好早上九点前、下午四点到五点半不在园门口卸货。园门两边各摆了三个锥桶。"),
        did("record", "desk1", "11 15:20", result=Reach.REACHED, rating=SATISFIED, solved=(1,), words="园长说这几天没有货车了。"),
        did("sign_off", "head1", "10 09:10"),
    ], door=Door.FIRM, told_to="desk1"),
    Story("12 17:10", "10102", QUESTION, "", "老人过世了，户口什么时候来销？要带什么？", [
        did("accept", "desk1", "12 17:15", summary="老人过世后怎么销户口", category="papers", handler="officer1b"),
        answered("officer1b", "11 09:20", "一个月内来就行，不急这几天。带老人的户口簿、身份证和医院开的死亡证明，户籍窗口当场办。"),
        did("reissue", "desk1", "9 09:50"),
        rated("9 10:30", SATISFIED),
        did("sign_off", "head1", "8 09:32"),
    ], door=Door.COUNTER, told_to="desk1"),
    Story("11 15:15", "10102", QUESTION, "", "我想租到光华新村，房东说不用登记。到底要不要去派出所登记？", [
        accepted("officer1b", "11 16:05", "租房要不要登记", "papers"),
        answered("officer1b", "10 09:40", "要登记，房东或者您自己来都行，手机上也能办。带身份证和租房合同，三分钟的事，不收钱。"),
        rated("10 12:30", SATISFIED),
        did("erase", "card", "10 12:32"),
        did("sign_off", "deputy1", "9 09:05"),
    ], contact=Reachable("小万", "5550153"), **SMS),
    Story("9 07:40", "10102", REQUEST, "光华新村6栋车棚", "早上起来电瓶车没了，车棚的锁好好的。", [
        did("alarm", "desk1", "9 08:20", summary="车棚里电瓶车不见了", text="这要按警情来办，值班民警已经登记。请带身份证和购车票到值班室拿接报案回执，凭上面的编号查进展。"),
        rated("8 12:10", FAIRLY),
        did("sign_off", "head1", "7 09:18"),
    ]),
    Story("7 16:20", "10102", SUGGESTION, "光华社区活动室", "活动室门口的宣传栏还是去年的，能不能换点有用的，比如租房、快递里碰到的真事？", [
        accepted("officer1b", "7 17:30", "活动室宣传栏该换了", "fraud"),
    ]),
    Story("6 14:30", "10102", QUESTION, "", "无犯罪记录证明在哪里开？厂里下周就要。", [
        did("transfer", "desk1", "6 15:10", handler="officer1a", text="赵警官这两天在县里培训，请李警官来答。"),
        accepted("officer1a", "6 16:00", "无犯罪记录证明在哪开", "papers"),
        answered("officer1a", "5 11:00", "带身份证到所里户籍窗口，当场开，不收钱。没空来，在手机政务大厅里搜“无犯罪记录”也能办，两天寄到。"),
        rated("5 20:00", SATISFIED),
    ]),
    Story("6 20:05", "10102", REQUEST, "光华夜市口", "夜市口那家烧烤，烟直往我们楼里灌，窗户都不敢开。", [
        did("refer", "desk1", "5 09:40", agency="城管执法中队 0000-5550211", how=Referred.PASSED_ON, consent=True, summary="夜市口烧烤油烟", text="油烟归城管管。您在群里同意了，我已经把地点和时间转给中队的值班员，他们三天内去看。"),
        rated("3 21:20", FAIRLY, words="来过两个人，烟小了些。"),
    ], door=Door.GROUP, told_to="officer1b"),
    Story("6 13:15", "10102", REQUEST, "光华新村9栋", "楼上天天晚上拍球，十点多了还拍，我血压高，受不了。", [
        accepted("officer1b", "6 15:00", "9栋楼上夜里拍球", "noise"),
        did("contact", "officer1b", "5 10:15", how=Contacted.PHONE, text="问清了是几点、哪间屋。"),
        answered("officer1b", "3 17:30", "昨晚我和楼长上楼坐了坐，孩子家长买了地垫，答应八点以后不在家里拍。楼长这周每天晚上听一听。"),
    ], contact=Reachable("崔阿姨", "5550154"), **PHONE),
    Story("5 16:10", "10102", REQUEST, "光华新村3栋", "老人说：门锁坏了关不严，儿子在外地，不知道找谁换。", [
        did("settle", "officer1b", "5 16:50", outcome=Outcome.DONE, category="safety", summary="老人家门锁关不严", text="我联系了社区登记过的开锁师傅，四点半来换好了锁芯，三把新钥匙当面交给了老人。"),
    ], door=Door.VISIT, told_to="officer1b"),
    Story("4 08:10", "10102", REQUEST, "光华新村北墙外", "墙外废品站天天烧电线皮，味道呛人，一开窗就咳嗽。", [
        accepted("officer1b", "4 10:10", "北墙外废品站烧电线皮", "order"),
    ]),
    Story("4 17:40", "10102", COMPLAINT, "", "昨天下午去窗口，光华社区的民警只顾看手机，问三句答一句。", [
        accepted("deputy1", "3 10:30", "窗口接待态度不好", "other"),
    ], about="10102"),
    Story("4 14:20", "10102", REQUEST, "光华路41号", "隔壁店把冰柜摆到人行道上，盲道都占了。", [
        accepted("officer1b", "4 15:40", "冰柜占了盲道", "order"),
        did("reach", "card", "2 12:05", reply_by=Channel.VISIT, daypart=MORNING, name="贺师傅", phone="5550155", address="光华路43号修鞋摊", consent=True),
        answered("officer1b", "1 10:50", "店主昨天把两台冰柜搬进去了，我今早去看过，盲道空出来了。他的电话留在社区，再摆出来社区先去说。"),
        rang("officer1a", "1 17:20"),
    ], contact=Reachable("贺师傅", "5550156"), **PHONE),
    Story("4 19:50", "10102", REQUEST, "光华新村10栋", "一楼把公共绿地围起来种菜，浇粪，夏天冬天都是味。", [
        accepted("officer1b", "3 09:00", "10栋一楼围绿地种菜", "neighbours"),
        answered("officer1b", "3 17:10", "已经跟一楼说过了。"),
        did("send_back", "deputy1", "2 09:30", points=[1], text="只写了说过，没写说好了什么。请再去一趟，写清楚哪天拆、谁去看。"),
    ]),
    Story("3 19:30", "10102", REQUEST, "光华新村", "门口路坑坑洼洼，晚上灯也暗，还有人养鸡，四点多就打鸣，一件一件都烦。", [
        accepted("officer1b", "2 09:00", "门口路坑、灯暗、公鸡打鸣", "other"),
        did("split", "officer1b", "2 09:20", points=["大门口路面有坑", "大门口路灯太暗", "四点多公鸡打鸣"]),
        answered("officer1b", "1 17:40", "下午我去了养鸡的那家，两只公鸡当着我的面装笼，晚上送回乡下。", point=3),
        answered("officer1b", "1 17:50", "大门外的路归城南街道养护，我打了他们的电话0000-5550213，坑的位置和照片都交过去了，说这个月补。", NOT_OURS),
    ], door=Door.PLATE, grid=1),
    Story("2 18:50", "10102", QUESTION, "", "电动车买了半年没上牌，发票丢了还能上吗？", [
        accepted("officer1b", "1 08:50", "没有发票怎么上电动车牌", "traffic"),
        answered("officer1b", "1 09:30", "能上。带身份证和车上的合格证，在店里补一张购车证明，到社区警务室就能装牌，下午四点前来都行。"),
        rated("1 20:20", SATISFIED, words="下班顺路就办了，谢谢。"),
    ], door=Door.PLATE, grid=3),
    Story("3 16:05", "10102", REQUEST, "光华新村快递柜", "快递柜前面老停满车，取件要侧着身子挤。", [
        accepted("officer1b", "3 17:00", "快递柜前停满车", "order"),
        answered("officer1b", "1 15:40", "柜子前面今天画了黄格，物业装了两根矮桩，人能直着走进去了。"),
        did("record", "desk1", "1 19:20", result=Reach.UNREACHED),
        did("put_back", "desk1", "1 19:21"),
    ], contact=Reachable("小姚", "5550157"), **SMS),

    Story("5 17:30", "10102", REQUEST, "光华新村4栋", "两家坐下来谈过了还是不行：二楼空调外机的水滴在一楼棚子上，整夜嗒嗒响，滴水管要物业来接。", [
        accepted("officer1b", "5 17:40", "空调外机滴水，要物业接管子", "neighbours"),
        answered("officer1b", "3 16:10", "物业今天把四栋二单元六台外机的滴水管都接进了雨水管，我在楼下看着试的水，棚子上听不见响了。"),
        rated("3 21:10", SATISFIED, words="夜里终于安静了。"),
        did("sign_off", "head1", "2 09:12"),
    ], door=Door.TALK, told_to="officer1b"),

    # ── 日新社区: nobody's post
    Story("13 07:30", "10103", REQUEST, "日新巷12号对面", "巷子里一根电线杆歪了，风一吹就晃，底下是孩子上学的路。", [
        accepted("officer1b", "13 08:40", "日新巷电线杆歪了", "safety"),
        answered("officer1b", "11 11:10", "杆子是通信公司的，昨天他们来换了新杆，旧杆今早拖走了。换杆那天我在巷口看着，没让孩子从底下走。"),
        rated("11 18:45", SATISFIED, words="快，前后三天。"),
        did("sign_off", "head1", "10 09:14"),
    ]),
    Story("7 09:20", "10103", REQUEST, "日新巷理发店", "开店的来说：隔壁空屋的门一直敞着，晚上有人进进出出，怕出事。", [
        did("accept", "desk1", "7 09:30", summary="空屋的门一直敞着", category="safety", handler="officer1a"),
        answered("officer1a", "5 16:30", "我找到了房东，他昨天换了门锁，窗户也钉上了。这周夜里巡逻每晚去推一次门。"),
        rated("4 19:05", SATISFIED),
    ], door=Door.COUNTER, told_to="desk1"),
    Story("1 20:40", "10103", REQUEST, "日新巷口", "巷口的井盖翘起来一角，晚上骑车很容易摔。", door=Door.GROUP_LINK, photos=("manhole",)),
    Story("0-1 19:15", "10103", QUESTION, "", "放假想带孩子来派出所看看，可以吗？要不要先约？"),
    Story("0-1 21:25", "10103", REQUEST, "日新里4号楼顶", "楼顶平台上又有人烧纸箱，火星子乱飞，旁边就是热水器，真怕着火。"),

    # ── 河东派出所
    Story("20 19:10", "10201", REQUEST, "河东镇中心广场", "广场上两伙跳舞的抢地方，音响一个比一个响，谁也不让谁。", [
        accepted("officer2a", "19 09:40", "两伙人抢广场，音响太响", "noise"),
        answered("officer2a", "17 20:30", "今晚和两边领队坐下来说定：一三五归东边，二四六归西边，九点都关。写在一张纸上，两边都签了名。"),
        rated("16 21:15", SATISFIED, words="头一回九点就安静了。"),
        did("sign_off", "head2", "15 10:05"),
    ], door=Door.CONTACT_CARD),
    Story("16 12:20", "10202", REQUEST, "柳湾村口", "收粮的大车把村口堵死了，出村看病都出不去。", [
        accepted("officer2a", "16 14:00", "收粮车堵村口", "traffic"),
        answered("officer2a", "14 11:30", "和收粮的老板、村主任说好，大车停到晒谷场，村口只许卸货的小车停十分钟。昨天起村里有人看着。"),
        did("sign_off", "head2", "4 10:30"),
    ], grid=1),
    Story("15 17:25", "10202", REQUEST, "柳湾村卫生室", "村卫生室门口的药渣倒了一地，猫狗都来扒。", [
        accepted("officer2a", "14 09:00", "卫生室门口倒药渣", "order"),
        answered("officer2a", "12 15:10", "这归卫生院管，我打了电话，对方说按规定每周只收一次药渣，现在改不了。我先请村里放了一只带盖的桶。", CANNOT),
        rated("11 19:40", UNSATISFIED, solved=(), words="桶第二天就满了。"),
        did("review", "head2", "9 09:50", verdict=Verdict.ORDER, text="一只桶不够，每周收一次也该再去商量。请孙警官和卫生院、村里一起定个办法。"),
        answered("officer2a", "6 16:40", "卫生院同意改成一周收三次，村里又添了两只大桶，卫生室每天关门前自己扫一遍。"),
        rated("5 20:00", SATISFIED),
    ]),
    Story("12 10:05", "10202", REQUEST, "柳湾村东头", "邻居浇地的水老漫到我家院子里。", [
        accepted("officer2a", "12 13:40", "浇地的水漫进院子", "neighbours"),
        did("contact", "officer2a", "12 14:20", how=Contacted.PHONE, text="说好过两天去院里看看。"),
        did("ask", "officer2a", "11 09:30", text="这几天哪天下午您在家？我想和两家一起看看水沟。"),
        answered("officer2a", "4 15:40", "没等到您的话，我自己去看了，是水沟让草堵了。邻居昨天把沟清了，村里答应浇地前先来查一遍沟。"),
        rang("head2", "3 10:30", FAIRLY, words="水不漫了，前阵子没看手机。"),
        did("sign_off", "head2", "2 09:10"),
    ], contact=Reachable("老葛", "5550160"), **PHONE),
    Story("11 14:20", "10201", REQUEST, "滨河路夜市", "夜市收摊以后油污倒在人行道上，滑得很，早上送孩子差点摔倒。", [
        accepted("officer2a", "11 16:30", "夜市油污倒在人行道", "order"),
        answered("officer2a", "10 16:10", "倒油污归城管管。我把地点和时间告诉了河东镇城管中队，电话0000-5550220，他们答应每晚收摊时来一趟。", NOT_OURS),
        rang("head2", "9 10:20", FAIRLY, words="去的那几晚是干净的。"),
    ], contact=Reachable("唐女士", "5550161"), **PHONE),
    Story("10 20:15", "10201", REQUEST, "河东路歌厅楼上", "楼下歌厅的低音震得床都动，一点多才停。", [
        accepted("officer2a", "9 09:10", "歌厅低音震楼", "noise"),
        answered("officer2a", "7 22:10", "今晚我在您家楼道和歌厅里各听了一回，声音没有超过规定，现在不能让它停业。老板答应十二点关低音炮，墙上加一层棉。", CANNOT),
        rated("6 12:30", FAIRLY, solved=(), words="人来得倒是快，可床还是震。"),
    ]),
    Story("9 19:30", "10201", SUGGESTION, "滨河路河堤", "河堤从桥头到水文站那一段，晚上黑得很，栏杆也松了，能不能一起修修？", [
        accepted("officer2a", "8 10:10", "河堤路灯不亮、栏杆松", "safety"),
        did("escalate", "officer2a", "6 15:20", text="河堤归水利和住建两家，要县局出面请他们一起来看。"),
        accepted("bureau", "5 10:00", "河堤路灯不亮、栏杆松", "safety"),
        did("extend", "bureau", "3 16:00", days=10, text="两家约好了下周一起看现场，看完才说得准先修哪一段。"),
    ]),
    Story("5 09:15", "10201", REQUEST, "河东中学东门", "东门的流动摊一放学就堵成一片，汽车按喇叭也过不去。", [
        accepted("officer2a", "5 11:00", "中学东门流动摊堵路", "order"),
        did("contact", "officer2a", "3 17:30", how=Contacted.MESSAGE, text="已经去看了两个下午，正和学校、镇里商量让摊子挪到北边空地。"),
    ]),
    Story("5 13:50", "10202", REQUEST, "柳湾村三组", "两家为地界上的一棵枣树争，枝子伸过来的枣该谁打，吵了好几年了。", [
        accepted("officer2a", "5 15:30", "两家争地界上的枣树", "neighbours"),
        did("contact", "officer2a", "4 10:00", how=Contacted.VISIT, text="两家都去坐了坐，约好后天一起量。"),
        answered("officer2a", "2 11:20", "今天和村里的调解员一起量了地界，树在两家正中间。说好了各打各那边的枣，树谁也不砍，两家按了手印。"),
    ], door=Door.VISIT, told_to="officer2a", contact=Reachable("邱大爷", "5550162", "柳湾村三组"), **VISIT),
    Story("4 16:15", "10202", QUESTION, "", "身份证丢了，人在外地打工，能不能不回来补？", [
        accepted("officer2a", "4 17:00", "在外地怎么补身份证", "papers"),
        answered("officer2a", "3 09:20", "能。带户口簿到您现在住的地方，随便哪个派出所都能补，大约二十天，也可以寄到家里。"),
        rated("3 12:45", SATISFIED),
    ]),
    Story("4 11:30", "10202", REQUEST, "柳湾村口水塘", "村口水塘边没有护栏，孩子放学都从那里走。", [
        accepted("officer2a", "4 14:20", "水塘边没有护栏", "safety"),
        answered("officer2a", "2 17:00", "我和村里今天先拉了警示带，插了两块牌子。镇里拨了钱装护栏，两周内装完，装好我来拍照给您看。", UNDER_WAY, days=15),
    ], photos=("pond",)),
    Story("4 09:40", "10201", REQUEST, "河东菜站", "菜站半夜进货，货车倒车喇叭响个不停。", [
        accepted("officer2a", "4 10:30", "菜站半夜倒车喇叭", "noise"),
        answered("officer2a", "2 20:20", "今晚和菜站老板说好，夜里倒车用人指挥，不用喇叭，十二点到五点不进货。我这周夜里再去听两回。"),
        rang("head2", "1 11:40"),
    ], contact=Reachable("方师傅", "5550163"), **PHONE),
    Story("12 09:10", "10202", QUESTION, "", "在村里办个小卖部，要不要到派出所备案？", [
        accepted("officer2a", "12 09:40", "村里小卖部要不要备案", "papers"),
        answered("officer2a", "12 10:00", "不用到派出所备案，到镇上便民中心办营业执照就行，带身份证和房子的证明。"),
        did("sign_off", "head2", "7 09:10"),
    ], contact=Reachable("小庄", "5550172"), **SMS),
    Story("3 08:10", "10201", REQUEST, "河东镇车站", "车站外面拉客的喊着抢人，拽着行李不放，老人吓得不敢出站。", [
        accepted("officer2a", "3 09:30", "车站外拉客的拽行李", "order"),
        did("contact", "officer2a", "3 10:10", how=Contacted.MESSAGE, text="回了您的短信，问清了是哪几趟车的时候。"),
        answered("officer2a", "0 10:40", "昨天下午和今早我在站口守了四趟车，和车站划好了候客区，出租车排队进，出站口不许拉客。这个月每天有辅警在。"),
    ], contact=Reachable("小曹", "5550164"), **SMS),
    Story("2 20:25", "10201", COMPLAINT, "", "夜市那边的辅警让我把摊挪三回，别人不用挪，问为什么也不说，这样公平吗？", about="夜市执勤的辅警，不知道姓名"),
    Story("1 08:40", "10201", REQUEST, "河东社区3网格", "隔壁养的大狗不拴绳，小孩吓哭好几次了，请民警去说说。", grid=3,
          contact=Reachable("周大爷", "5550143"), **VISIT, daypart=MORNING),
    Story("1 18:30", "10202", PRAISE, "", "我家的牛跑到公路上，是派出所的人帮着赶回来的，天都黑了，一身泥。谢谢。"),

    # ── 山前派出所
    Story("18 10:22", "10301", REQUEST, "山前街", "店门口的路灯坏了半个月，晚上一片黑，下夜班的女工都绕着走。", [
        accepted("officer3a", "18 14:00", "山前街路灯不亮", "safety"),
        answered("officer3a", "15 19:40", "供电所今天下午换了六盏灯，我晚上走了一趟，从店门口到桥头都亮了。夜里的巡逻也加了两趟。"),
        rated("14 20:20", SATISFIED, words="亮了，谢谢。"),
        rated("13 20:15", FAIRLY, words="桥头那盏今晚又不亮了，别的都好。"),
        did("sign_off", "head3", "12 09:00"),
    ], door=Door.PLATE, grid=1),
    Story("17 14:45", "10302", REQUEST, "松岭村进山路口", "进山路口的路牌倒了，外地来的车老开到我家院子里掉头。", [
        accepted("officer3a", "17 16:20", "进山路口路牌倒了", "traffic"),
        answered("officer3a", "15 10:10", "今早我和公路段的人把牌子立起来了，往前五十米又加了一块“前方无路”。"),
        rated("14 08:05", SATISFIED, words="再没人开进来了。"),
        did("sign_off", "head3", "13 09:00"),
    ]),
    Story("14 11:05", "10301", REQUEST, "山前石料厂路口", "拉石料的车早上五点就从村里过，路面全是石子，骑车扎胎。", [
        accepted("officer3a", "14 13:30", "石料车早起过村、路上掉石子", "traffic"),
        answered("officer3a", "12 16:00", "厂里答应七点以后才发车，每车盖篷布。路面的石子他们出人扫，十天内装好洗轮胎的水槽。", UNDER_WAY, days=4),
        answered("officer3a", "10 17:20", "水槽的水管要等自来水公司来接，厂里说再要几天。我每隔一天早上去路口看一次。", UNDER_WAY, days=4),
        answered("officer3a", "7 10:30", "水槽昨天用上了，今早我数了十二辆车，都洗过轮胎、盖着篷布。"),
        rated("6 07:40", SATISFIED),
    ]),
    Story("13 19:25", "10301", REQUEST, "山前镇老影院", "老影院门口晚上聚着人喝酒，摔瓶子，第二天一地玻璃碴。", [
        did("accept", "head3", "12 09:20", summary="老影院门口喝酒摔瓶子", category="order", handler="head3"),
        answered("head3", "10 16:00", "老影院产权在县里，大门不能由我们封。我请镇上每天早上扫玻璃，夜里十点、十二点各巡一趟。", CANNOT),
        rated("9 21:00", FAIRLY, solved=(), words="扫是扫了，人还在那里喝。"),
    ]),
    Story("12 15:35", "10301", REQUEST, "山前街粮店", "店里的招牌灯晃得对面睡不着，让他关他说是开门做生意。", [
        did("accept", "head3", "12 16:10", summary="招牌灯晃眼", category="neighbours", handler="head3"),
        answered("head3", "10 10:20", "招牌灯多亮没有规定，我们不能叫他关。他同意晚上十一点以后自己关。", CANNOT),
        rated("9 19:50", FAIRLY, solved=(), words="十一点太晚了，孩子九点睡。"),
        did("review", "bureau", "5 11:10", verdict=Verdict.ORDER, text="没有规定也可以商量。请再谈一次关灯的时间，或者换一块不晃的灯箱。"),
        did("contact", "head3", "3 14:30", how=Contacted.HERE, text="和店主看了两种灯箱，他愿意换，正在问价。"),
    ]),
    Story("8 09:35", "10301", SUGGESTION, "山前镇中心小学", "能不能请民警一个月来学校一次，教孩子过马路、记电话？", [
        accepted("officer3a", "8 11:00", "请民警每月到学校讲一课", "other"),
    ], door=Door.FIRM, told_to="officer3a"),
    Story("8 13:10", "10101", REQUEST, "老国道上山那段", "我住港南，每天去山前上班。上山那段弯道没有反光镜，对面来车看不见。", [
        accepted("officer1a", "8 15:00", "上山弯道没有反光镜", "traffic"),
        did("escalate", "officer1a", "7 10:20", text="那段路在山前镇，请县局转给山前派出所。"),
        did("return", "bureau", "7 15:40", station="103", text="这段弯道在山前派出所的地界，由他们去看。"),
        accepted("officer3a", "6 09:10", "上山弯道没有反光镜", "traffic"),
        answered("officer3a", "5 16:30", "今天公路段在两个弯道各装了一面反光镜，我从两头都开了一遍，对面来车看得清。"),
    ]),
    Story("6 18:10", None, REQUEST, "两镇交界的养蜂场", "我这里不知道归哪边管。路过的车老停在蜂箱边上，蜂一惊就蜇人。", [
        did("return", "bureau", "5 09:00", station="103", text="看地图是松岭村的地方，归山前派出所。"),
        accepted("officer3a", "4 10:40", "养蜂场边上老停车", "order"),
        did("contact", "officer3a", "2 11:00", how=Contacted.VISIT, text="到蜂场看过，路边能停车的地方只有一处，打算和村里拉一道绳。"),
    ]),
    Story("6 10:00", "10301", REQUEST, "山前街幸福院", "老人说：院门口下坡，车开得快，过马路心慌。", [
        did("settle", "officer3a", "6 11:15", outcome=NOT_OURS, category="traffic", summary="幸福院门口车开得快", text="当场说清了：减速带归公路段装，电话0000-5550230，我已经替老人报了。装好以前，早晚接送时门口有辅警举牌。"),
    ], door=Door.VISIT, told_to="officer3a"),
    Story("5 14:25", "10301", REQUEST, "山前街34号", "儿子在外打工，我眼睛不好，家里电话老有人打来说我中奖。", [
        accepted("officer3a", "5 15:50", "老人常接到中奖电话", "fraud"),
        did("contact", "officer3a", "5 16:40", how=Contacted.PHONE, text="说好去家里帮您看看电话。"),
        answered("officer3a", "3 10:30", "我到家里给座机设了只接认识的号码，您儿子的排第一个。墙上贴了一张大字条：说中奖的都挂掉。"),
    ], contact=Reachable("田奶奶", "5550170", "山前街34号"), **VISIT),
    Story("3 09:50", "10301", REQUEST, "山前街农贸店", "店里连着两天少了货，门口的摄像头也坏着，想请民警来看看怎么防。", [
        accepted("officer3a", "3 11:30", "农贸店两次少货，想看看怎么防", "safety"),
        answered("officer3a", "2 10:00", "今天到店里看过，货架挪到收银台看得见的一边，门上装了铃。"),
    ], ["少货怎么防", "摄像头坏了找谁"]),
    Story("11 08:40", "10301", QUESTION, "", "孩子满十六岁了，身份证没到期，要不要换？", [
        accepted("officer3a", "11 09:30", "孩子满十六岁要不要换身份证", "papers"),
        answered("officer3a", "11 09:50", "没到期就不用换。到期前三个月带旧证来，周六上午也办。"),
        rang("head3", "11+2 10:10", SATISFIED),
        did("sign_off", "head3", "8 09:15"),
    ], contact=Reachable("小莫", "5550171"), **SMS),
    Story("2 15:15", "10301", QUESTION, "", "女儿嫁到外县了，户口可以不迁走吗？", [
        accepted("officer3a", "2 16:40", "出嫁后户口能不能不迁", "papers"),
        answered("officer3a", "1 11:00", "可以不迁，没有规定一定要迁。以后想迁，带结婚证和两边的户口簿，到那边派出所一次办完。"),
    ]),
    Story("2 21:00", "10301", COMPLAINT, "", "报了修路灯，山前的民警说知道了，过了三天也没个回话。", about="10301"),
    Story("1 17:50", "10302", SUGGESTION, "松岭村口", "村口要是能装个减速带就好了，拉石料的车开得太快。"),
    Story("1 19:25", "10301", REQUEST, "山前街42号", "隔壁盖房把沙子水泥堆到路中间，三轮车过不去，说了也不挪。"),

    # ── 县局
    Story("11 16:45", None, QUESTION, "", "我是外地来的，想考驾照，要先办居住证吗？去哪个派出所？", [
        did("settle", "bureau", "11 17:20", outcome=Outcome.DONE, category="papers", summary="外地人考驾照要不要居住证", text="不用。带身份证直接到县里的驾考服务站报名，地址在人民路60号。以后要办别的，住哪里就去哪里的派出所。"),
        rated("10 19:20", SATISFIED),
    ]),
    Story("6 08:45", "10101", REQUEST, "派出所户籍窗口", "窗口那位让我回去补材料，回来又说不用补，白跑一趟，孩子还在家等着。", [
        did("sort", "head1", "6 10:15", kind=COMPLAINT, text="您说的是我们窗口的工作，按投诉来办，由县局来查，不由我们自己查。"),
        accepted("bureau", "5 14:30", "办事白跑一趟", "other"),
    ]),
    Story("0-1 12:30", None, QUESTION, "", "我住在两个社区交界的地方，也不知道归哪个派出所。养狗证到哪里办？"),
)  # fmt: skip

AGENCIES = {  # station: names and phones of its own list
    "101": (
        ("港南小区物业", "0000-5550210"),
        ("城管执法中队", "0000-5550211"),
        ("城南交警中队", "0000-5550212"),
        ("城南街道办事处", "0000-5550213"),
        ("城南司法所（调解）", "0000-5550214"),
    ),
    "102": (
        ("河东镇城管中队", "0000-5550220"),
        ("河东镇政府", "0000-5550221"),
        ("河东交警中队", "0000-5550222"),
        ("河东卫生院", "0000-5550223"),
    ),
    "103": (
        ("山前公路段", "0000-5550230"),
        ("山前镇政府", "0000-5550231"),
        ("山前供电所", "0000-5550232"),
    ),
}

SCENES = {  # a picture: the colour behind, then shapes with their boxes (of 800 by 600) and colours
    "wires": ("#b9c4cf", (
        ("rectangle", (90, 60, 480, 560), "#9a8f86"),
        *(("rectangle", (x, y, x + 70, y + 90), "#3f4a57") for x in (140, 260, 380) for y in (110, 260, 400)),
        ("line", (330, 200, 560, 330, 610, 500), "#1c1c1c"),
        ("line", (450, 350, 580, 420, 640, 505), "#a02822"),
        ("ellipse", (560, 480, 640, 560), "#222222"),
        ("ellipse", (690, 480, 770, 560), "#222222"),
        ("rectangle", (590, 470, 740, 510), "#2d5f8b"),
    )),
    "stairs": ("#15181d", (
        *(("rectangle", (120 + 80 * n, 500 - 70 * n, 800, 570 - 70 * n), f"#{grey}") for n, grey in enumerate(("3a3d42", "34373c", "2e3136", "282b30", "222529"))),
        ("rectangle", (380, 40, 420, 70), "#555555"),
        ("ellipse", (370, 66, 430, 120), "#4a4a40"),
        ("rectangle", (60, 120, 90, 600), "#4b3b2f"),
    )),
    "manhole": ("#6f7275", (
        ("rectangle", (0, 0, 800, 130), "#8c8f86"),
        ("ellipse", (240, 250, 580, 470), "#16171a"),
        ("ellipse", (270, 200, 610, 400), "#43474c"),
        ("ellipse", (310, 226, 570, 374), "#565b61"),
    )),
    "pond": ("#cfe0ea", (
        ("rectangle", (0, 230, 800, 600), "#8fa36b"),
        ("ellipse", (200, 290, 900, 620), "#47748a"),
        ("polygon", (0, 600, 0, 470, 330, 330, 400, 350, 180, 600), "#c9b48a"),
        ("rectangle", (90, 90, 120, 300), "#6a4d33"),
        ("ellipse", (30, 30, 190, 180), "#5d8046"),
    )),
}  # fmt: skip
