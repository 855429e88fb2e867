"""Ideas 金点子: what became of one, and the step that puts the station's own line about it on the community's page."""

from models.base import N_, Word
from models.life import Kind, State
from models.publishing import check_bare
from models.steps import Fault, Refused, Told, step
from models.who import HEAD

ENDED = (State.ANSWERED, State.CALLED_BACK, State.SIGNED_OFF)


class Adoption(Word):
    """What became of an idea: read off its points, of which each has its answer and its reason."""

    ADOPTED = N_("采纳了"), "done"
    PARTLY = N_("采纳了一部分"), "soon"
    NOT_ADOPTED = N_("没有采纳")


class Shown(Word):
    """Whether the line stands on the page of the community from now on."""

    ON = N_("把这个金点子写到了社区的页面上：")
    OFF = N_("把这个金点子从社区的页面上拿下来了")


def _is_an_answered_idea(matter, by, at):
    if matter.adoption is None or matter.community_id is None:
        return Refused(N_("只有答复过的、社区里的金点子才能写到社区的页面上。"))


class Showing:
    """What a matter knows of being an idea."""

    @property
    def adoption(self) -> Adoption | None:
        """What became of it; None of what is no idea, or not answered yet."""
        if self.kind is not Kind.IDEA or any(point.is_open for point in self.points):
            return None
        refused = [point.was_refused for point in self.points]
        return Adoption.NOT_ADOPTED if all(refused) else Adoption.PARTLY if any(refused) else Adoption.ADOPTED

    @step(
        N_("写到社区页面上"),
        says=N_("%(who)s%(how)s"),
        frm=ENDED,
        to=ENDED,
        by=[HEAD],
        why_not=_is_an_answered_idea,
        aside=True,
    )
    def show(self, by, at, text=""):
        """A head has the station's own line about the idea stand on the community's page; without one it goes from there."""
        if not (text or self.shown_as):
            raise Fault("text", N_("请写一句话：出了什么点子，后来怎么样了。"))
        check_bare(self.station, text=text)
        self.shown_as = text or None
        return Told(text=text or None, values={"how": Shown.ON if text else Shown.OFF})
