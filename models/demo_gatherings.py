"""The gatherings of the demo: two held, one of them with its results published, and two to come. All of it is invented."""

from dataclasses import dataclass, field

from models.demo_month import did
from models.gathering import GatheringKind


@dataclass(frozen=True)
class Meeting:
    """One gathering, told as the stories of the month: planned `when`; on the day of `held`, or so many days ahead; and its steps."""

    when: str
    officers: tuple[str, ...]
    community: str
    sort: GatheringKind
    title: str
    place: str
    hours: tuple[int, int]
    held: str | None = None
    ahead: int = 0
    steps: list = field(default_factory=list)
    coming: tuple[int, ...] = ()


MEETINGS = (
    Meeting("12 09:10", ("head1", "officer1a"), "10101", GatheringKind.APPRAISAL, "请大家给派出所打分", "港南社区居委会二楼", (18, 20), held="8 18:00", steps=[
        did("announce", "head1", "12 09:20"),
        did("record", "head1", "8 20:10", residents=31, cadres=4, traders=3, satisfied=24, fairly=6, unsatisfied=2, reported="通报了这个月的警情：少了三起电瓶车被盗，多了两起冒充客服的诈骗。", diary="说得最多的是早高峰和快递点，回去两件一起办。"),
        did("sum_up", "officer1a", "5 10:05", asked="菜市场南门早上堵，能不能有人管", did="划了停车线，早上六点到九点有辅警在南门疏导"),
        did("sum_up", "officer1a", "5 10:08", asked="快递点凌晨卸货吵人", did="和负责人说定六点以后卸货，社区民警每周清早去看一次"),
        did("sum_up", "officer1a", "5 10:12", asked="老人记不住民警电话", did="电梯里都贴了大字的电话，窗口还能领一张带回家"),
        did("publish_results", "head1", "4 09:10", lines=[1, 2, 3]),
    ], coming=(2, 1, 4, 1, 2)),
    Meeting("9 15:10", ("head3", "officer3a"), "10301", GatheringKind.REPORT, "向山前的乡亲报告一年的工作", "山前镇文化站", (18, 20), held="6 18:00", steps=[
        did("announce", "head3", "9 15:20"),
        did("record", "head3", "6 20:20", residents=42, cadres=6, deputies=3, supervisors=2, reported="报告了一年里办的事和没办好的事，石料车、老影院两件讲得最细。"),
        did("sum_up", "officer3a", "3 10:10", asked="石料车早上五点就过村", did="厂里改到七点以后发车，每车洗轮胎、盖篷布"),
    ], coming=(3, 1)),
    Meeting("2 10:10", ("deputy1", "officer1a"), "10101", GatheringKind.AT_THE_ROOM, "来警务室坐坐：年底怎么防盗防骗", "", (17, 18), ahead=3, steps=[
        did("announce", "deputy1", "2 10:20"),
    ], coming=(1, 2, 2, 1)),
    Meeting("2 14:10", ("officer2a",), "10202", GatheringKind.TALK, "柳湾村恳谈会：河堤、路灯和夜里的狗", "柳湾村祠堂前", (9, 11), ahead=6, steps=[
        did("announce", "officer2a", "2 14:15"),
    ], coming=(2,)),
)  # fmt: skip
