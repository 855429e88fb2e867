"""The questionnaire as a part of a form: one field for each question of a station."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from blueprints.forms import Picked
from models.steps import Fault
from models.survey import ANSWER_ANEW, Question


class SurveyFields:
    """`answers` of a step, asked as the fields q17, q18 …: by the ids of the questions, so that none is taken for another."""

    answers = HiddenField()  # stands for them, until it is known what is asked
    note = _l("照着问，选群众说的；哪一题不想答，空着就行。只算每个答案有多少份，不记是谁答的。")
    asked: Sequence[Question] = ()

    def ask(self, questions: Sequence[Question]) -> None:
        """Have a field for each of these, in their order; called before validation."""
        del self.answers
        self.asked, sent = questions, request.form if self.is_submitted() else None
        for question in questions:
            name = f"q{question.id}"
            field = self._fields[name] = Picked(question.text, name=name, id=f"f-{name}", _form=self)
            field.offer([*((answer, answer) for answer in question.answers), ("", _("不答"))])
            field.process(sent)

    def validate(self, extra_validators=None):
        """Nothing that was chosen is lost where the questions were changed meanwhile."""
        fits = super().validate(extra_validators)
        gone = {name for name in request.form if name.startswith("q")} - {field.name for field in self}
        if gone:
            self.add_fault(Fault("answers", ANSWER_ANEW), _(ANSWER_ANEW))
        return fits and not gone

    def add_fault(self, fault, sentence):
        """What concerns all answers stands beside the first question."""
        first = self[f"q{self.asked[0].id}"] if self.asked else self.csrf_token
        if fault.field == "answers":
            first.errors = [*first.errors, sentence]
        else:
            super().add_fault(fault, sentence)

    def fields(self, step):
        """The place of each answer, by the id of its question."""
        picked = {question: self[f"q{question.id}"].data for question in self.asked}
        return {"answers": {question.id: question.answers.index(answer) for question, answer in picked.items() if answer}}
