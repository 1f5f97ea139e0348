"""How many presses it takes: each link, button and choice counts as one, what is typed as none."""

from skanderborg.domain import suspicions
from skanderborg.kinds import Answer, CitizenRole
from skanderborg.store.cases import Case
from skanderborg.store.work import Meeting, Request
from tests.made import a_request
from tests.scenarios.made import Seen


class Hand:
    """Somebody who presses: the page before them, and how often they have pressed."""

    def __init__(self, visitor, who: str, path: str):
        self.visitor, self.who, self.presses = visitor, who, 0
        self.open(path)

    def open(self, path: str) -> None:
        """Be on a page, without a press of one's own."""
        answer = self.visitor.get(path)
        self.page = Seen(self.who, path, answer.status_code, answer.text)

    def follow(self, label: str) -> None:
        self.presses += 1
        self.open(self.page.link(label))

    def unfold(self, label: str) -> None:
        """A summary: what it opens is on the page already."""
        assert label in self.page.text
        self.presses += 1

    def press(self, button: str, **said: str) -> None:
        """Fill the form of the button in, each choice a press, and send it."""
        form, (_, name, value) = self.page.form(button)
        self.presses += 1 + sum(form.values[field] != [said[field]] for field in said if field in form.options)
        form.fill(**said)
        values = form.values | ({name: [value]} if name else {})
        answer = self.visitor.post(form.action, **{field: given for field, given in values.items() if given})
        assert answer.status_code == 303, Seen(self.who, form.action, answer.status_code, answer.text).main[:300]
        self.open(answer.location)


def test_from_an_untaken_suspicion_to_a_sent_request_and_a_planned_meeting_takes_eighteen(cast, visit, clock):
    """With all that must be done on the way: the tovholder is asked and says yes, and safety is assessed."""
    said = suspicions.Report("Står udenfor", CitizenRole.EXPOSED, None, "Ring på jobbet", Answer.NO, Answer.NO)
    suspicions.report(cast["solveig"], said, None)
    code = Case.get().code
    rikke = Hand(visit("rikke"), "rikke", "/")

    rikke.press(f"Jeg tager den: mistanke {code}")
    solveig = Hand(visit("solveig"), "solveig", "/")
    solveig.follow("Læs og svar")
    solveig.press("Ja, jeg er tovholder")
    rikke.open(rikke.page.path)
    rikke.follow("Vurdér: ")
    rikke.unfold("Vurdér")
    rikke.press("Gem", note="Ingen trusler.")
    rikke.follow(code)
    rikke.follow("Bed en afdeling om hjælp")
    rikke.press("Send anmodning", department="Jobcenter", ask="Kan mødet flyttes?", who="M. H.", basis="consent",
                consent_scope="At mødet er et problem", party_works_there="no")  # fmt: skip
    rikke.follow(code)
    rikke.follow("Aftal møde")
    rikke.press("Aftal møde", on="26.11.2026", at="10.00", until="11.00")

    assert (Request.select().count(), Meeting.select().count()) == (1, 1)
    assert rikke.presses + solveig.presses <= 18


def test_a_department_answers_from_the_mail_in_four(cast, case, visit):
    asked = a_request(cast["solveig"], case)
    jonas = Hand(visit("jonas"), "jonas", "/")

    jonas.presses += 1  # the link of the letter
    jonas.open(f"/a/{asked.ref}")
    jonas.unfold("Svar")
    jonas.press("Send svar", outcome="done", answer="Ja, fra mandag.")

    assert Request.get().status == "answered"
    assert jonas.presses <= 4
