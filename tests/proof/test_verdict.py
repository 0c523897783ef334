"""What promtool prints, turned into checks that failed."""

from sloctl.core.duration import Duration
from sloctl.model.rules import Alerting
from sloctl.proof.case import Case, Labels, Script, Texts
from sloctl.proof.verdict import failures
from sloctl.proof.watch import Watch

RULE = Alerting(alert="Loud", expr="x > 1", labels=(("slo_service", "shop"),))
MINUTE = Duration.of(minutes=1)
WATCH = Watch("Loud", RULE)
QUIET = WATCH.quiet("stays quiet at the level", MINUTE)
FIRES = WATCH.fires("fires above the level", MINUTE)
TEXTS = Texts(subject="Loud", claim="texts", at=MINUTE, alert="Loud",
              alerts=((Labels.of({"slo_service": "shop"}), (("summary", 'a "b"\n'),)),))  # fmt: skip
CASE = Case(name="a case", reason="Why.", step=MINUTE, series=(), checks=(QUIET, FIRES, TEXTS))
SCRIPT = Script(name="s", title="t", group="g", evaluation=MINUTE, cases=(CASE,))
HEAD = "Unit Testing:  test.yml\n  FAILED:\n"


def test_nothing_failed_when_promtool_says_so() -> None:
    """An exit code of 0 needs no reading."""
    assert [] == failures(SCRIPT, "SUCCESS", passed=True)


def test_a_wrong_answer_fails_its_check_alone() -> None:
    """The expression tells the check; what was got becomes a sentence."""
    asked = CASE.asked(QUIET).replace('"', '\\"')
    output = f'{HEAD}    expr: "{asked}", time: 1m,\n        exp: nil\n        got: {{__name__="ALERTS"}} 1E+00\n\n'
    assert [(QUIET, "it fires")] == [(each.check, each.happened) for each in failures(SCRIPT, output, passed=False)]


def test_an_alert_that_is_missing_is_said() -> None:
    """An empty answer means that nothing fires."""
    asked = CASE.asked(FIRES).replace('"', '\\"')
    output = f'{HEAD}    expr: "{asked}", time: 1m,\n        exp: {{}} 1E+00\n        got: nil\n\n'
    assert [(FIRES, "nothing fires")] == [
        (each.check, each.happened) for each in failures(SCRIPT, output, passed=False)
    ]


def test_a_text_that_differs_is_shown_beside_the_wanted_one() -> None:
    """Quotes and line breaks are read back from the way Go writes them."""
    got = r'Labels:{alertname="Loud", slo_service="shop"} Annotations:{summary="a \"c\""}'
    output = f"{HEAD}    name: a case,\n    alertname: Loud, time: 1m, \n        exp:[\n        ], \n        got:[\n"
    output += f"            0:\n              {got}\n            ]\n\n"
    found = failures(SCRIPT, output, passed=False)
    assert [(TEXTS, '`summary` is "a "c"" instead of "a "b"\n"')] == [(each.check, each.happened) for each in found]


def test_another_complaint_fails_every_check() -> None:
    """Rules that cannot be loaded prove nothing: no check counts as met."""
    found = failures(SCRIPT, f'{HEAD}rules.json: group "g", rule 1: could not parse expression\n', passed=False)
    said = 'promtool says: rules.json: group "g", rule 1: could not parse expression'
    assert [(check, said, True) for check in CASE.checks] == [
        (each.check, each.happened, each.is_general) for each in found
    ]


def test_an_evaluation_error_beside_a_wrong_answer_is_not_lost() -> None:
    """A check without an answer of its own does not pass while promtool complains about something else."""
    asked = CASE.asked(QUIET).replace('"', '\\"')
    answer = f'    expr: "{asked}", time: 1m,\n        exp: nil\n        got: {{}} 1E+00\n'
    output = f"{HEAD}{answer}\n    rule: x, err: many-to-many\n"
    happened = [each.happened for each in failures(SCRIPT, output, passed=False)]
    assert ["it fires", *["promtool says: rule: x, err: many-to-many"] * 2] == happened
