"""The questionnaire 走访调查表 (002: visit checklist): what a station asks at the door. Of the answers only sums are kept."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from models import audit, rules
from models.base import AUTOINCREMENT, N_, Base, Values, beijing_date, insert_of
from models.officer import Officer
from models.steps import Fault, Stale
from models.task import units_below
from models.unit import Unit, UnitKind


class Question(Base):
    """One question and the answers to choose from. It never changes: what is asked differently is another question."""

    __tablename__ = "question"
    __table_args__ = (CheckConstraint("ordinal > 0", name="counted_from_one"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    ordinal: Mapped[int]  # its place among those that are asked, or were when it was given up
    text: Mapped[str] = mapped_column(String(rules.QUESTION_MAX))
    answers: Mapped[list[str]] = mapped_column(Values)
    retired_at: Mapped[datetime | None]

    @classmethod
    def seen_by(cls, by: Officer):
        """The condition on questions of the own station; the bureau's on those of all its stations."""
        return cls.station_id.in_(units_below(by))

    @classmethod
    def add(cls, session: Session, by: Officer, at: datetime, text: str, answers: list[str]) -> "Question":
        """One more at the end, for the station of `by`, inside a write that holds it. Fault where it has enough."""
        asked = questions_of(session, by.unit)
        if len(asked) >= rules.SURVEY_QUESTIONS:
            raise Fault("text", N_("已经有%(n)s题了，请先停用一题。"), n=rules.SURVEY_QUESTIONS)
        _check(text, answers, asked)
        return cls(station_id=by.unit_id, ordinal=len(asked) + 1, text=text, answers=answers)._begin(session, by, at)

    def change(self, by: Officer, at: datetime, text: str, answers: list[str]) -> "Question":
        """Ask another in its place, inside a write that holds the station: the sums of this one stay what they were."""
        self._is_asked()
        if (text, answers) == (self.text, self.answers):
            return self
        session = object_session(self)
        _check(text, answers, [other for other in questions_of(session, by.unit) if other is not self])
        self._end(by, at)
        return Question(station_id=self.station_id, ordinal=self.ordinal, text=text, answers=answers)._begin(session, by, at)

    def retire(self, by: Officer, at: datetime) -> None:
        """Ask it no more, inside a write that holds the station; its sums stay."""
        self._is_asked()
        self._end(by, at)
        for ordinal, question in enumerate(questions_of(object_session(self), by.unit), 1):
            question.ordinal = ordinal

    def move_up(self, ordinal: int, by: Officer, at: datetime) -> None:
        """Ask it before the one in front, inside a write that holds the station. Stale if it is no longer at `ordinal`."""
        self._is_asked()
        if ordinal != self.ordinal:
            raise Stale(MEANWHILE)
        in_front = [other for other in questions_of(object_session(self), by.unit) if other.ordinal == ordinal - 1]
        if in_front:
            self.ordinal, in_front[0].ordinal = ordinal - 1, ordinal
            self._note(by, at, "move_question")

    def _is_asked(self):
        if self.retired_at:
            raise Stale(MEANWHILE)

    def _begin(self, session, by, at):
        session.add(self)
        session.flush()
        self._note(by, at, "ask_question")
        return self

    def _end(self, by, at):
        self.retired_at = at
        self._note(by, at, "retire_question")

    def _note(self, by, at, action):
        audit.note(object_session(self), at=at, by=by, action=action, detail=str(self.id))


MEANWHILE = N_("调查表刚才有人改过。下面是现在的题，请看看再决定。")
ANSWER_ANEW = N_("调查表刚才有人改过，请照现在的题再选一次。")


class QuestionSum(Base):
    """How often an answer was given in a month; `answer` is its place in the question. Nothing else is kept of any answer."""

    __tablename__ = "question_sum"
    __table_args__ = (CheckConstraint("answer >= 0 AND count > 0", name="counts_something"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day, in Beijing
    answer: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


def _check(text: str, answers: list[str], others: list[Question]) -> None:
    fewest, most = rules.SURVEY_ANSWERS
    if text in [other.text for other in others]:
        raise Fault("text", N_("这一题已经有了。"))
    if not fewest <= len(answers) <= most:
        raise Fault("answers", N_("请写%(fewest)s到%(most)s个答案，一行一个。"), fewest=fewest, most=most)
    if len(set(answers)) < len(answers):
        raise Fault("answers", N_("有两个答案一样，请改一个。"))
    if max(map(len, answers)) > rules.SURVEY_ANSWER_MAX:
        raise Fault("answers", N_("每个答案请写在%(n)s个字以内。"), n=rules.SURVEY_ANSWER_MAX)


def questions_of(session: Session, station: Unit) -> list[Question]:
    """What the station asks, in its order."""
    asked = select(Question).where(Question.station_id == station.id, Question.retired_at.is_(None))
    return list(session.scalars(asked.order_by(Question.ordinal, Question.id)))


def fill_in(session: Session, station: Unit, answers: Mapping[int, int | None], at: datetime) -> None:
    """Add one questionnaire to the sums of the Beijing month of `at`, inside a write.

    `answers`: the place of what was chosen, by the id of the question; what was not answered is left out. Fault where
    nothing is left, or where the station does not ask this.
    """
    choices = {question.id: len(question.answers) for question in questions_of(session, station)}
    chosen = sorted((id, answer) for id, answer in answers.items() if answer is not None)  # so that no two wait for each other
    if not chosen:
        raise Fault("answers", N_("一题都没有选。请至少选一题，再交上来。"))
    if any(not 0 <= answer < choices.get(id, 0) for id, answer in chosen):
        raise Fault("answers", ANSWER_ANEW)
    month = beijing_date(at).replace(day=1)
    rows = [{"question_id": id, "month": month, "answer": answer, "count": 1} for id, answer in chosen]
    first = insert_of(session, QuestionSum).values(rows)
    session.execute(
        first.on_conflict_do_update(
            index_elements=["question_id", "month", "answer"], set_={"count": QuestionSum.count + first.excluded.count}
        )
    )


@dataclass(frozen=True)
class Answered:
    """A question, and how often each of its answers was given."""

    question: Question
    counts: list[int]

    @property
    def n(self) -> int:
        """How many answered it."""
        return sum(self.counts)

    @property
    def is_enough(self) -> bool:
        """Whether there are shares, and not only counts."""
        return self.n >= rules.RATE_FROM

    def share(self, count: int) -> int:
        """Of all that answered, in tenths of a percent, rounded down."""
        return rules.WHOLE * count // self.n

    def length(self, count: int) -> int:
        """The same for a bar: where too few answered for shares it is short, so that one voice does not look like all."""
        return rules.WHOLE * count // max(self.n, rules.RATE_FROM)


def sums(session: Session, by: Officer, since: date, until: date) -> list[tuple[Unit, list[Answered]]]:
    """What was answered from the month of `since` to that of `until`, at each station that `by` looks after.

    Its questions in their order; then what is no longer asked, the last first, where anything was answered.
    """
    of_question = Question.id == QuestionSum.question_id
    these = QuestionSum.month.between(since.replace(day=1), until.replace(day=1))
    total = select(QuestionSum.question_id, QuestionSum.answer, func.sum(QuestionSum.count))
    counted = session.execute(total.join(Question).where(Question.seen_by(by), these).group_by(*total.selected_columns[:2]))
    found = defaultdict(dict)
    for id, answer, count in counted:
        found[id][answer] = count
    answered = select(QuestionSum).where(of_question, these).exists()
    shown = select(Question).where(Question.seen_by(by), or_(Question.retired_at.is_(None), answered))
    in_order = Question.retired_at.is_not(None), Question.retired_at.desc(), Question.ordinal, Question.id
    at_station = defaultdict(list)
    for question in session.scalars(shown.order_by(*in_order)):
        counts = [found[question.id].get(place, 0) for place in range(len(question.answers))]
        at_station[question.station_id].append(Answered(question, counts))
    stations = select(Unit).where(Unit.id.in_(units_below(by)), Unit.kind == UnitKind.STATION).order_by(Unit.number)
    return [(station, at_station[station.id]) for station in session.scalars(stations)]


def first_month(session: Session, by: Officer) -> date | None:
    """The first month that `by` finds an answer in."""
    return session.scalar(select(func.min(QuestionSum.month)).join(Question).where(Question.seen_by(by)))
