"""Every problem that reading a spec can have, in one table.

`S1` is about the file, `S2` about the shape, `S3` about the meaning, `S4` about formats of other tools,
`S5` about compiled files. Codes of other letters are shared with the lint catalogue, because they name the same mistake.
"""

from __future__ import annotations

from sloctl.core.finding import Problem, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

UNREADABLE = Problem("S100", "unreadable", _E, "The file cannot be read: it is gone, or permissions forbid it.")
NOT_TEXT = Problem("S101", "not-text", _E, "The file is not UTF-8 text, so it cannot be a spec.")
YAML_SYNTAX = Problem("S102", "yaml-syntax", _E, "The file is not well-formed YAML.")
DUPLICATE_KEY = Problem("S103", "duplicate-key", _E, "A mapping holds a key twice; YAML readers silently drop one.")
ALIAS_EXPLOSION = Problem("S104", "alias-explosion", _E, "Aliases multiply into far more data than the file holds.")
FILE_TOO_LARGE = Problem("S105", "file-too-large", _E, "The file is larger than any spec or rule file should be.")
EMPTY_FILE = Problem("S106", "empty-file", _E, "The file holds no document.")
UNSUPPORTED_YAML = Problem("S107", "unsupported-yaml", _E, "A YAML feature that a spec has no use for: tags, lists as keys.")
NOT_RENDERED = Problem("S108", "not-rendered", _N, "A template of rules that has to be rendered before it can be checked.")

UNKNOWN_KEY = Problem("S201", "unknown-key", _E, "A key that the format does not know, often a typing mistake.")
MISSING_KEY = Problem("S202", "missing-key", _E, "A key that must be there is not.")
WRONG_TYPE = Problem("S203", "wrong-type", _E, "A value has the wrong type, for example a list where text belongs.")
BAD_VALUE = Problem("S204", "bad-value", _E, "A value has the right type but cannot be read: a unit, a name, a choice.")
NOT_ONE_KIND = Problem("S205", "not-one-kind", _E, "An SLI or an alert needs exactly one kind.")
UNKNOWN_FORMAT = Problem("S206", "unknown-format", _E, "`apiVersion` and `kind` name no format that is read here.")

OBJECTIVE_RANGE = Problem("S301", "objective-range", _E, "An objective is a percentage above 0 and below 100.")
OBJECTIVE_FRACTION = Problem("S302", "objective-as-fraction", _E, "An objective below 1 % was probably meant as a fraction.")
DUPLICATE_SERVICE = Problem("S303", "duplicate-service", _E, "Two documents describe one service.")
DUPLICATE_SLO = Problem("S304", "duplicate-slo", _E, "Two SLOs of a service have one name.")
DUPLICATE_ALERT = Problem("S305", "duplicate-alert-name", _E, "Two alerts of a service have one name.")
UNTILEABLE_WINDOW = Problem("S306", "untileable-window", _E, "A window is no whole multiple of the base window.")
SHORT_NOT_SHORTER = Problem("S307", "short-not-shorter", _E, "A tier's short window must be shorter than its long one.")
LONG_NOT_SHORTER = Problem("S308", "long-not-shorter", _E, "A tier's long window must be shorter than the period.")
DUPLICATE_TIER = Problem("S309", "duplicate-tier", _E, "Two tiers of an SLO have one name.")
RESERVED_LABEL = Problem("S310", "reserved-label", _E, "A label name that sloctl writes itself.")
FIXED_BY_LABEL = Problem("S311", "fixed-by-label", _E, "A `by` label that the selector pins to one value splits nothing.")
NO_PAGE_TIER = Problem("S312", "no-page-tier", _E, "No tier can page: every burn rate that would is above the highest possible.")
NOT_A_SELECTOR = Problem("S314", "not-a-selector", _E, "A field that takes a metric selector holds an expression.")
TIER_LEFT_OUT = Problem("S315", "tier-left-out", _N, "A standard tier does not fit the period, so it is not emitted.")
DUPLICATE_GROUPING = Problem("S316", "duplicate-grouping", _E, "A `by` list names a label twice.")
NO_WINDOW = Problem("S317", "missing-window-variable", _E, "A raw expression without `$window` measures a fixed range.")
NO_TIER = Problem("S319", "no-tier", _E, "An SLO is left without any tier, so nobody would be called.")
HIDDEN_GROUP = Problem("S318", "hidden-group", _E, "A label set on the alert is grouped by too: all groups would look the same.")
NOT_A_PART = Problem("S320", "not-a-part", _E, "Good or bad events must be a part of all events, and not all of them.")

INVALID_ORIGINAL = Problem("S401", "invalid-original", _E, "A file of another tool that this tool itself would refuse.")
NOT_IMPORTED = Problem("S402", "not-imported", _E, "A part of another tool's format that cannot be compiled here.")
LOST_IN_IMPORT = Problem("S403", "lost-in-import", _W, "A part of another tool's format that has no counterpart here.")
CORRECTED_IN_IMPORT = Problem("S404", "corrected-in-import", _N, "What the other tool computes wrongly is compiled right.")
INCOMPLETE_IMPORT = Problem("S405", "incomplete-import", _W, "The other format does not say whom to call, or what to do.")
RENAMED_IN_IMPORT = Problem("S406", "renamed-in-import", _N, "The alerts have other names than in the other tool, so match labels.")

EDITED_OUTPUT = Problem("S501", "edited-output", _E, "Somebody has edited a compiled file; compiling anew would lose the edit.")
TENANT_LIMIT = Problem("S502", "tenant-limit", _E, "The rules make more groups than the ruler takes from one tenant.")
OBJECT_TOO_LARGE = Problem("S503", "object-too-large", _E, "A rule group is larger than an object of Kubernetes may be.")
NOT_ON_TARGET = Problem("S504", "not-on-target", _W, "A part of a rule that what evaluates it does not know, left out.")
UNKNOWN_TO_TARGET = Problem("S505", "unknown-to-target", _E, "A function that what evaluates the rules does not have.")
TENANT_FULL = Problem("S506", "tenant-full", _W, "The rules take all groups of a tenant: the ruler refuses every later change.")

MISSING_RUNBOOK = Problem("A102", "alert-without-runbook", _E, "An alert without a runbook leaves its reader alone.")
FYI_ALERT = Problem("A113", "fyi-alert", _E, "A priority that calls nobody: that is a report or a graph, not an alert.")
MISSING_OWNER = Problem("A115", "missing-owner", _E, "Nobody is named who would be called.")
UNKNOWN_OWNER = Problem("A116", "unknown-owner", _E, "The owner is not among those the settings know.")
MISSING_ACTION = Problem("A124", "missing-action", _E, "An alert that asks for no action is not an alert.")
IMPOSSIBLE_TIER = Problem("N230", "impossible-tier", _W, "At this objective even a full outage burns slower than the tier asks.")
BURN_BELOW_ONE = Problem("N231", "burn-below-one", _E, "A burn rate below 1 fires while the objective is met.")
PROMQL_SYNTAX = Problem("C301", "syntax", _E, "Prometheus cannot parse the expression.")
TEMPLATE_ERROR = Problem("C309", "template-error", _E, "Prometheus cannot expand the template, so the text arrives broken.")

SUPPRESSION_WITHOUT_REASON = Problem("H512", "suppression-without-reason", _E, "A suppression must say why.")
UNUSED_SUPPRESSION = Problem("H513", "unused-suppression", _W, "A suppression that suppresses nothing, or is past its date.")
LOCKED_SUPPRESSION = Problem("H517", "locked-suppression", _E, "The settings forbid to suppress this code.")
STALE_BASELINE = Problem("H518", "stale-baseline", _N, "The baseline holds a finding that is there no more.")
CHECK_CRASHED = Problem("X900", "check-crashed", _E, "A check failed on its own; the other checks went on.")
SERVER_FAILURE = Problem("X901", "server-failure", _E, "The server did not answer as it should, so online checks know too little.")
UNMEASURED_QUERIES = Problem("X902", "unmeasured-queries", _N, "There were more new queries than a run measures.")
UNREACHED_LINKS = Problem("X903", "unreached-links", _N, "Web servers of runbooks did not answer, so nothing is known of their pages.")

BY_CODE = {problem.code: problem for problem in list(globals().values()) if isinstance(problem, Problem)}
"""Every problem of this table by its code."""
