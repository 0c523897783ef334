"""Templates that Prometheus loads parse; for the others the error says where, what and how to go on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sloctl.gotemplate.errors import TemplateError
from sloctl.gotemplate.nodes import Access, Action, Branch, Command, Function, Include, Pipeline, Template, Text
from sloctl.gotemplate.parse import parse
from tests.gotemplate.marked import unmark

ACCEPTED = [
    "",
    "plain text with } and { and }}",
    "{{ $labels.job }} {{.Value}} {{ $ }} {{ . }}",
    "{{ $labels.job | title }}",
    '{{ index $labels "job" }}',
    '{{ printf "%.2f" $value | printf "%s!" }}',
    "{{ \"}}\" }}{{ `{{` }}{{ 'x' }}",
    '{{ "a" | }}',
    "{{/* a comment with {{ braces }} */}}",
    "a {{- /* trimmed */ -}} b",
    "{{- 1 -}}",
    "{{ 0x1F }}{{ 1_000 }}{{ .5 }}{{ -3 }}{{ 1e3 }}{{ 017 }}",
    "{{ $x := 1 }}{{ $x = 2 }}{{ $x }}",
    "{{ if true }}a{{ else if false }}b{{ else }}c{{ end }}",
    "{{ with $labels.job }}{{ . }}{{ else with $labels.pod }}{{ . }}{{ end }}",
    '{{ range $i, $s := query "up" }}{{ $i }}{{ $s.Value }}{{ break }}{{ continue }}{{ end }}',
    '{{ (query "up" | first).Labels.job }}',
    '{{ define "t" }}{{ .Labels.job }}{{ $.Value }}{{ end }}{{ template "t" . }}',
    '{{ block "b" . }}{{ .Value }}{{ end }}',
    '{{ define "t" }} {{ end }}{{ define "t" }}second{{ end }}',
    "{{ if true }}{{ $z := 1 }}{{ else }}{{ $z }}{{ end }}",
    "{{ $labels\n.job }}",
]

REJECTED = [
    ("{{ «humanise» $value }}", "function `humanise` does not exist", "did you mean `humanize`?"),
    ("{{ «labels».job }}", "function `labels` does not exist", "the variable is `$labels`"),
    ("{{ «Value» }}", "function `Value` does not exist", "a field starts with a dot: `.Value`"),
    ("{{ «Annotations».x }}", "function `Annotations` does not exist", "only Alertmanager's templates know that"),
    ('{{ «tmpl» "x" . }}', "function `tmpl` does not exist", "`tmpl` works in console pages only; here, use"),
    ("{{ «$label».job }}", "variable `$label` is not defined", "did you mean `$labels`?"),
    ("{{ «$nothing» }}", "variable `$nothing` is not defined", ""),
    ("{{ if true }}{{ $x := 1 }}{{ end }}{{ «$x» }}", "variable `$x` is not defined", ""),
    (
        '{{ define "t" }}{{ «$labels».job }}{{ end }}',
        "variable `$labels` is not defined",
        "inside `define` and `block`",
    ),
    ("value «{{ $value, too high for» {{ $labels.job }}", "the action is never closed", "end it with `}}`"),
    ("value «{{ $value,»\ntoo high", "the action is never closed", "end it with `}}`"),
    ("value «{{ $value»", "the action is never closed", "end it with `}}`"),
    ("value {{ $value «}» too high", "unexpected brace in an action", "an action ends with `}}`"),
    ('{{ query «"up }}, high»\nand more', "the text in double quotes is never closed", 'close it with `"`'),
    ("{{ query «`up }}»", "the text in back-quotes is never closed", "close it with a back-quote"),
    ("{{ printf «'%s'» $labels.job }}", "single quotes hold one character", "text takes double quotes"),
    (r'{{ reReplaceAll «"\d"» "" $labels.job }}', "the text has an escape that Go does not know", "write `\\\\`"),
    (r"{{ «'\"'» }}", "single quotes hold one character", "text takes double quotes"),
    ("«{{}}»", "nothing to evaluate", ""),
    ("{{ («)» }}", "nothing to evaluate", ""),
    ("«{{ if }}»x{{ end }}", "`if` needs a value", ""),
    ("«{{ if $value }}»x", "`if` is never closed", "add `{{ end }}`"),
    ('«{{ range query "up" }}»{{ if true }}x{{ end }}', "`range` is never closed", "add `{{ end }}`"),
    ("x«{{ end }}»", "`end` closes nothing", "no block is open here"),
    ("x«{{ else }}»", "`else` closes nothing", "no block is open here"),
    ("{{ if true }}{{ else }}«{{ else }}»{{ end }}", "a second `else`", "only one is allowed"),
    ("{{ if true }}{{ end «now» }}", "unexpected `now` after `end`", ""),
    ('{{ range query "up" }}{{ else «if» true }}{{ end }}', "unexpected `if` after `else`", ""),
    ('{{ define "t" }}{{ if true }}{{ end }}«{{ else }}»{{ end }}', "`else` in `define`", ""),
    ("«{{ break }}»", "`break` outside `range`", ""),
    ('{{ range query "up" }}{{ block "b" . }}«{{ break }}»{{ end }}{{ end }}', "`break` outside `range`", ""),
    ('{{ if true }}«{{ define "t" }}»{{ end }}{{ end }}', "`define` stands inside another block", "move it to"),
    ('{{ define "t" }}a{{ end }}«{{ define "t" }}»b{{ end }}', "template `t` is defined twice", ""),
    ("{{ template «t» }}", "`template` needs a name in quotes", ""),
    ('{{ define "t" «.» }}{{ end }}', "unexpected `.` after `define`", ""),
    ("{{ (humanize $value«  }}»", "a bracket is never closed", "add `)`"),
    ("{{ humanize $value«)» }}", "unexpected `)`", "no bracket is open here"),
    ("{{ «$value*»100 }}", "unexpected operator", "a template has no arithmetic and no operators"),
    ("{{ $value «*» 100 }}", "unexpected operator", "a template has no arithmetic and no operators"),
    ("{{ if $value «==» 1.0 }}x{{ end }}", "unexpected operator", "a template has no arithmetic and no operators"),
    ("{{ .Value «=» 1 }}", "unexpected `=`", "only a variable can be set"),
    ("{{ $labels«.cluster-name» }}", "a field's name has no dash", 'read such a label by `index $labels "the-label"`'),
    ("{{ $labels«.job-}}» x", "`-}}` needs a space before it", "write ` -}}`"),
    ("{{ «/*» comment */ }}", "a comment must touch the braces", "write `{{/* … */}}`"),
    ("«{{/* comment */» }}", "a comment must fill its action", "write `{{/* … */}}`"),
    ("x «{{/*» comment }}", "the comment is never closed", "end it with `*/}}`"),
    ('{{ "a"«"b"» }}', 'unexpected `"b"`', "put a space between the two"),
    ('{{ "a"«.b» }}', '`"a"` has no fields', ""),
    ('{{ $labels.job | «"x"» }}', "a pipe must lead to a function", ""),
    ("{{ $value | «end» }}", "unexpected `end`", "`end` must come first in an action"),
    ("{{ «$a,» $b := 1 }}", "too many variables", "only `range` sets two"),
    ("{{ «089» }}", "malformed number", ""),
    ("{{ «99999999999999999999» }}", "the number is too large", ""),
    ("{{ «1e999» }}", "the number is too large", ""),
    ("{{ $labels.x«²» }}", "`²` in a name", "names take letters, digits and `_`"),
    ("{{ $value «§» }}", "unexpected `§` in an action", ""),
]


def span_of(text: str) -> tuple[str, str, tuple[int, int]]:
    """Return message, help and place of the error that `text` raises."""
    with pytest.raises(TemplateError) as caught:
        parse(text)
    return caught.value.message, caught.value.help, (caught.value.start, caught.value.end)


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_prometheus_loads_parses(text: str) -> None:
    """A template that Prometheus loads gives a tree that remembers its text."""
    assert text == parse(text).text


@pytest.mark.parametrize(("marked", "message", "advice"), REJECTED)
def test_what_prometheus_refuses_is_explained(marked: str, message: str, advice: str) -> None:
    """A template that Prometheus refuses raises an error with a message, a place and, where there is one, a cure."""
    text, [span] = unmark(marked)
    got_message, got_help, got_span = span_of(text)
    assert (message, span) == (got_message, got_span)
    assert got_help.startswith(advice)
    assert bool(advice) == bool(got_help)


def test_the_tree_keeps_positions() -> None:
    """Every node knows where it stands in the text."""
    text = "Job {{ $labels.job | title }}!"
    access = Access(root="$labels", path=("job",), start=7, end=18)
    commands = (Command((access,), 7, 18), Command((Function("title", 21, 26),), 21, 26))
    pipeline = Pipeline(commands=commands, variables=(), declares=True, start=7, end=26)
    assert (Text("Job ", 0, 4), Action(pipeline, 4, 29), Text("!", 29, 30)) == parse(text).body


def test_else_if_is_an_if_inside_else() -> None:
    """`else if` needs one `end` only and hangs under the first `if`."""
    first = parse("{{ if true }}a{{ else if false }}b{{ else }}c{{ end }}d").body[0]
    assert isinstance(first, Branch)
    [second] = first.otherwise
    assert isinstance(second, Branch)
    assert ((Text("b", 33, 34),), (Text("c", 44, 45),)) == (second.body, second.otherwise)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a {{- 1 -}} b", ["a", "b"]),
        ("a {{ 1 }} b", ["a ", " b"]),
        ("a\n\t{{- /* c */}} b", ["a", " b"]),
        (" {{- 1 -}} ", []),
        ("a {{ 1 -}} \n b", ["a ", "b"]),
    ],
)
def test_trim_markers_eat_the_spaces_beside_them(text: str, kept: list[str]) -> None:
    """The text nodes hold what is left, with the place of what is left."""
    texts = [node for node in parse(text).body if isinstance(node, Text)]
    assert kept == [node.text for node in texts]
    assert kept == [text[node.start : node.end] for node in texts]


def test_a_block_is_a_definition_and_its_use() -> None:
    """`block` defines a template and includes it on the spot."""
    template = parse('{{ block "b" . }}x{{ end }}')
    [include] = template.body
    assert isinstance(include, Include)
    assert ("b", (Text("x", 17, 18),)) == (include.name, template.definitions["b"])


@pytest.mark.parametrize("deep", ["{{" + "(" * 60 + "1" + ")" * 60 + "}}", "{{if 1}}" * 60 + "{{end}}" * 60])
def test_absurd_nesting_is_an_error_and_no_crash(deep: str) -> None:
    """What nobody writes by hand ends in an error of ours, not in Python's recursion limit."""
    assert "inside each other" in span_of(deep)[0]


WORDS = """{{ }} {{/* */}} $labels .job $x := = | ( ) , . " ` ' \\ "up" 5 0x - printf query if else end range
    with define template block break nil true é ² %"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\n", "{{- ", " -}}", "\0"])


def attempt(text: str) -> Template | TemplateError:
    """Return the tree, or the error where there is none."""
    try:
        return parse(text)
    except TemplateError as error:
        return error


@given(st.text() | st.lists(PIECES).map("".join) | st.lists(PIECES).map(lambda pieces: f"{{{{{''.join(pieces)}}}}}"))
def test_any_text_parses_or_raises_with_a_place(text: str) -> None:
    """Whatever the text, there is a tree or an error whose span is not empty and lies within the text."""
    result = attempt(text)
    if isinstance(result, Template):
        assert text == result.text
    else:
        assert 0 <= result.start < result.end <= len(text)
        assert result.message


@given(st.text().filter(lambda text: "{{" not in text))
def test_text_without_actions_is_one_text(text: str) -> None:
    """Nothing but `{{` means anything to a template."""
    assert ((Text(text, 0, len(text)),) if text else ()) == parse(text).body
