"""What a template uses, queries and prints, and what will go wrong when the alert fires."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.gotemplate.errors import TemplateError
from sloctl.gotemplate.facts import facts
from sloctl.gotemplate.parse import parse
from sloctl.gotemplate.records import Use
from tests.gotemplate.marked import unmark

LABELS = [
    ("{{ $labels.«job» }} on {{ .Labels.«instance» }}", ["job", "instance"]),
    ('{{ index $labels "«cluster-name»" }}', ["cluster-name"]),
    ('{{ "«pod»" | index .Labels }}', ["pod"]),
    ("{{ $.Labels.«job» }}", ["job"]),
    ("{{ with .Labels }}{{ .«job» }}{{ end }}", ["job"]),
    ("{{ with $labels.«job» }}{{ $labels.«pod» }}{{ else }}{{ .Labels.«node» }}{{ end }}", ["job", "pod", "node"]),
    ("{{ $l := $labels }}{{ $l.«job» }}", ["job"]),
    ('{{ range query "up" }}{{ .Labels.instance }}{{ $labels.«job» }}{{ $.Labels.«pod» }}{{ end }}', ["job", "pod"]),
    ('{{ range query "up" }}x{{ else }}{{ .Labels.«job» }}{{ end }}', ["job"]),
    ('{{ with query "up" | first }}{{ .Labels.instance }}{{ end }}', []),
    ('{{ with query "up" }}{{ . | first | label "instance" }}{{ end }}', []),
    ('{{ $s := query "up" | first }}{{ $s.Labels.instance }}', []),
    ('{{ range $i, $s := query "up" }}{{ $s.Labels.instance }}{{ end }}', []),
    ("{{ if $labels.«job» }}x{{ end }}", ["job"]),
    ("{{ or $labels.«pod» $labels.«node» }}", ["pod", "node"]),
    ('{{ define "t" }}{{ .Labels.«job» }}{{ end }}{{ template "t" . }}', ["job"]),
    ('{{ define "t" }}{{ .Labels.job }}{{ end }}', []),
    ('{{ define "t" }}{{ .«job» }}{{ end }}{{ template "t" $labels }}{{ template "t" .Labels }}', ["job"]),
    ('{{ define "t" }}{{ .arg1.«job» }}{{ end }}{{ template "t" (args $value $labels) }}', ["job"]),
    ('{{ block "b" . }}{{ $.Labels.«job» }}{{ end }}', ["job"]),
    ("{{/* $labels.job */}}{{ `$labels.job` }}", []),
]

QUERIES = [
    ('{{ query «"up == 0"» | first | value }}', [("up == 0", True)]),
    ('{{ range query «`up{job="api"}`» }}{{ end }}', [('up{job="api"}', True)]),
    (r'{{ with «"up{job=\"api\"}"» | query }}{{ end }}', [('up{job="api"}', True)]),
    ("{{ with printf «\"up{job='%s'}\"» $labels.job | query }}{{ end }}", [("up{job='x'}", False)]),
    ('{{ query (printf «"up{job=%q} > %f"» .Labels.job $value) }}', [('up{job="x"} > 1', False)]),
    ('{{ query (printf «"rate(x[%s])"» $labels.window) }}', [("rate(x[5m])", False)]),
    ('{{ query (printf «"%s > 5"» "up") }}', [("up > 5", True)]),
    ('{{ $q := «"up"» }}{{ query $q }}', [("up", True)]),
    ('{{ query (print «"up{job=\'"» $labels.job "\'}") }}', [("up{job='x'}", False)]),
    ("{{ query $labels.query }}", []),
]

PRINTED = [
    ("{{ «$value» }}", "", False),
    ("{{ «.Value» }}%", "", True),
    ("{{ «$value» }} % of requests", "", True),
    ("https://example.com/?q={{ «$value» }}%20", "", False),
    ("{{ «$value | humanizePercentage» }}", "humanizePercentage", True),
    ("{{ «humanize $value» }}%", "humanize", True),
    ("{{ «$value | humanizeDuration» }}", "humanizeDuration", False),
    ('{{ «printf "%.2f%%" $value» }}', "printf", True),
    ('{{ «printf "%.2f" $value» }}%', "printf", True),
    ('{{ «$value | printf "%.2f of 100%% used"» }}', "printf", False),
    ('{{ «$value | humanize | printf "%s%%"» }}', "humanize", True),
    ("{{ with $value }}{{ «. | humanize» }}{{ end }}", "humanize", False),
    ("{{ $v := humanizePercentage $value }}{{ «$v» }}", "humanizePercentage", True),
]

MISTAKES = [
    ("{{ .«Values» }}", "the alert's data has no field `Values`", "did you mean `.Value`?"),
    ("{{ .«Label».job }}", "the alert's data has no field `Label`", "did you mean `.Labels`?"),
    ("{{ .«Annotations» }}", "the alert's data has no field `Annotations`", "its fields are `.Labels`,"),
    ("{{ $labels.app.«name» }}", "a text has no field `name`", "a label with dots in its name is read by `index"),
    (
        '{{ range query "up" }}{{ .«ExternalURL» }}{{ end }}',
        "a sample has no field `ExternalURL`",
        "`with` and `range`",
    ),
    ('{{ with query "up" }}{{ .«Value» }}{{ end }}', "a list of samples has no field `Value`", "take one sample by"),
    ("{{ with $labels.job }}{{ .«Labels».pod }}{{ end }}", "a text has no field `Labels`", "`with` and `range` move"),
    ("{{ «value» }}", "`value` takes 1 argument, not 0", "the alert's value is `$value`"),
    ("{{ «humanize» }}", "`humanize` takes 1 argument, not 0", ""),
    ('{{ $labels.job | «reReplaceAll» "a" }}', "`reReplaceAll` takes 3 arguments, not 2", ""),
    ("{{ «gt» 1 2 3 }}", "`gt` takes 2 arguments, not 3", ""),
    ("{{ «eq» 1 }}", "`eq` takes at least 2 arguments, not 1", ""),
    ('{{ «slice» "abc" 1 2 3 4 }}', "`slice` takes at most 4 arguments, not 5", ""),
    ('{{ «query "up"» | value }}', "`value` takes a sample, not a list of samples", "take one by `first`"),
    ('{{ query "up" | «first» | humanize }}', "`humanize` takes a float, not a sample", "take its number by `value`"),
    ("{{ toUpper «$value» }}", "`toUpper` takes a text, not a float", "turn the number into text"),
    ("{{ if gt $value «5» }}x{{ end }}", "`gt` cannot compare a float with an integer", "write the number with a dec"),
    ('{{ eq $labels.code «500» "x" }}', "`eq` cannot compare a text with an integer", ""),
    ('{{ printf «"%d"» $value }}', "`%d` is not for a float: it prints `%!d(float64=…)`", "use a verb for floats"),
    ('{{ printf «"%f"» 5 }}', "`%f` is not for an integer: it prints `%!f(int=…)`", "use `%d` for an integer"),
    ('{{ printf «"%d"» $labels.code }}', "`%d` is not for a text: it prints `%!d(string=…)`", "use `%s` or `%q`"),
    ('{{ printf «"%s %s"» $labels.job }}', "`%s` has no argument", "give one argument for every verb"),
    ('{{ printf «"high"» $value }}', "`printf` has more arguments than verbs", "give one verb for every argument"),
    ('{{ printf «"%.1f%"» $value }}', "the format ends with a lone `%`", "a percent sign is written `%%`"),
    ("{{ «$value» 2 }}", "only a function takes arguments", ""),
    ('«{{ template "t" . }}»', "template `t` is not defined", ""),
    ("{{ «$x = 1» }}", "variable `$x` is not defined", "declare it first: `$x := …`"),
    ("{{ if true }}{{ $z := 1 }}{{ else }}{{ «$z» }}{{ end }}", "variable `$z` is not defined in this branch", ""),
    ("{{ range «$labels.job» }}x{{ end }}", "`range` goes through lists, not a text", ""),
]

FINE = [
    '{{ (toTime $value).Format "15:04" }}',
    "{{ if gt $value 5.0 }}x{{ end }}",
    '{{ if and (gt $value 0.1) (eq $labels.job "api") }}x{{ end }}',
    "{{ range $k, $v := $labels }}{{ $k }}={{ $v }}{{ end }}",
    '{{ printf "%[1]s %[1]s" $labels.job }}{{ printf "%*d" 5 6 }}',
    '{{ printf "%v %5.1f %-10s %% %x" $value $value $labels.job 5 }}',
    "{{ humanize $labels.job }}{{ toTime 5 }}",
    "{{ $value.Count }}",
    '{{ $x := 1 }}{{ if true }}{{ $x = "a" }}{{ end }}{{ humanize $x }}{{ toUpper $x }}',
    '{{ define "loop" }}{{ template "loop" . }}{{ end }}{{ template "loop" . }}',
]


@pytest.mark.parametrize(("marked", "names"), LABELS)
def test_labels_of_the_alert_are_found_where_they_stand(marked: str, names: list[str]) -> None:
    """Labels of the alert count wherever they are read from, labels of a query's samples do not."""
    text, spans = unmark(marked)
    assert [Use(name, *span) for name, span in zip(names, spans, strict=True)] == list(facts(parse(text)).labels)


@pytest.mark.parametrize(("marked", "queries"), QUERIES)
def test_queries_are_recovered(marked: str, queries: list[tuple[str, bool]]) -> None:
    """A query's text is known as far as constants spell it; the rest is filled in and marked as such."""
    text, spans = unmark(marked)
    found = facts(parse(text)).queries
    assert queries == [(query.text, query.exact) for query in found]
    assert spans == [(query.start, query.end) for query in found]


@pytest.mark.parametrize(("marked", "function", "percent"), PRINTED)
def test_printed_values_say_how(marked: str, function: str, percent: bool) -> None:
    """Every printed value is found with the function that formats it and whether a percent sign follows."""
    text, [span] = unmark(marked)
    [value] = facts(parse(text)).printed_values
    assert (function, percent, span) == (value.function, value.percent_sign, (value.start, value.end))
    assert facts(parse(text)).uses_value


@pytest.mark.parametrize("text", ['{{ query "up" | first | value | humanize }}', "{{ $labels.value }}", "{{ now }}"])
def test_other_numbers_are_not_the_value(text: str) -> None:
    """A sample's value and a label of that name are not the alert's value."""
    found = facts(parse(text))
    assert (found.uses_value, found.printed_values) == (False, ())


@pytest.mark.parametrize(("marked", "message", "advice"), MISTAKES)
def test_mistakes_that_only_show_when_the_alert_fires(marked: str, message: str, advice: str) -> None:
    """What Prometheus loads but prints as an error is found with place, reason and, where there is one, cure."""
    text, [span] = unmark(marked)
    [mistake] = facts(parse(text)).mistakes
    assert (message, span) == (mistake.message, (mistake.start, mistake.end))
    assert mistake.help.startswith(advice)
    assert bool(advice) == bool(mistake.help)


@pytest.mark.parametrize("text", FINE)
def test_what_works_is_no_mistake(text: str) -> None:
    """Unusual but right templates raise no suspicion."""
    assert facts(parse(text)).mistakes == ()


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("{{ $labels }}", True),
        ("{{ . }}", True),
        ("{{ range $k, $v := $labels }}{{ $k }}{{ end }}", True),
        ("{{ $name := `a` | toUpper }}{{ index $labels $name }}", True),
        ("{{ $labels.job }}{{ len $labels }}{{ $externalLabels }}", False),
        ("{{ with $labels }}{{ .job }}{{ end }}", False),
    ],
)
def test_labels_used_as_a_whole(text: str, whole: bool) -> None:
    """Printing, ranging over or indexing by a computed name uses all labels."""
    assert whole == facts(parse(text)).all_labels


def test_external_labels_are_kept_apart() -> None:
    """External labels are not labels of the alert."""
    found = facts(parse("{{ $externalLabels.cluster }}{{ .ExternalLabels.region }}"))
    assert ((), (Use("cluster", 19, 26), Use("region", 48, 54))) == (found.labels, found.external_labels)


def test_functions_are_listed_with_their_places() -> None:
    """Every call is listed once, also an argument that is a call."""
    found = facts(parse('{{ printf "%s" externalURL | toUpper }}'))
    assert {Use("printf", 3, 9), Use("externalURL", 15, 26), Use("toUpper", 29, 36)} == set(found.functions)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("High error rate", "High error rate"),
        ("a {{- /* note */ -}} b", "ab"),
        ('{{ "{{" }} x }}', "{{ x }}"),
        ('{{ $x := "a" }}{{ printf "%s-%s" $x "b" }}', "a-b"),
        ('{{ define "t" }}x{{ end }}{{ template "t" }}{{ template "t" }}', "xx"),
        ("{{ $labels.job }}", None),
        ("{{ if $value }}x{{ end }}", None),
        ('{{ printf "%.1f" $value }}', None),
    ],
)
def test_static_text_is_what_every_alert_prints(text: str, printed: str | None) -> None:
    """A template without variable parts has one text; comments and constants do not make it vary."""
    assert printed == facts(parse(text)).static_text


def test_templates_that_double_their_text_end() -> None:
    """Sixty definitions, each including the one before twice, are read without growing a text of 2^60 letters."""
    step = '{{{{ define "{0}" }}}}{{{{ template "{1}" }}}}{{{{ template "{1}" }}}}{{{{ end }}}}'
    steps = "".join(step.format(number, number - 1) for number in range(1, 60))
    assert facts(parse('{{ define "0" }}x{{ end }}' + steps + '{{ template "59" }}')).static_text is None


ACTIONS = st.sampled_from(
    [
        "$labels.job",
        "$value",
        ".Value",
        ".Labels",
        "`up`",
        "query `up`",
        "first",
        "value",
        "| humanize",
        "| printf `%s`",
        "printf `%d%%`",
        "index $labels",
        "(args . $value)",
        "5",
        "1.5",
        "| query",
        "toUpper",
        "$x := 1",
        "$x = 2",
        ".",
    ]
)
BLOCKS = st.sampled_from(["{{ end }}", "{{ else }}", "{{ if .Value }}", "{{ with $labels }}", "{{ range query `up` }}"])
TEMPLATES = st.lists(BLOCKS | st.lists(ACTIONS, min_size=1).map(lambda words: f"{{{{ {' '.join(words)} }}}}%"))


@given(TEMPLATES.map("".join))
def test_every_fact_has_a_place(text: str) -> None:
    """Whatever parses can be read, and every fact points into the text."""
    try:
        found = facts(parse(text))
    except TemplateError:
        return
    placed = (*found.labels, *found.functions, *found.queries, *found.printed_values, *found.mistakes)
    assert all(0 <= item.start < item.end <= len(text) for item in placed)
    assert all(use.name == text[use.start : use.end] for use in (*found.labels, *found.functions))
