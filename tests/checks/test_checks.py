"""Every check against its own cases, its manual page and its name."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from sloctl.checks._check import Bad, Check, Good
from sloctl.core.registry import module_names
from sloctl.pipeline.lint.config import all_checks
from tests.checks.cases import found, read_case

CASES = [
    pytest.param(check, case, id=f"{check.code}-{index}")
    for check in all_checks()
    for index, case in enumerate(check.cases, start=1)
]
SECTIONS = ("**What it finds.**", "**What to do.**")


@pytest.mark.parametrize(("check", "case"), CASES)
def test_a_case_finds_exactly_what_is_drawn_in_it(check: Check, case: Good | Bad, tmp_path) -> None:
    """A check reports its bad cases at the drawn places with the drawn words, and nothing in its good cases."""
    _, drawn = read_case(case.yaml)
    assert sorted(drawn) == found(check, case, tmp_path)
    assert isinstance(case, Bad) == bool(drawn), "a Bad case needs a drawing, a Good one must have none"


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.code)
def test_a_check_has_both_kinds_of_cases(check: Check) -> None:
    """Every check shows at least one thing it finds and one it leaves alone."""
    assert {Bad, Good} == {type(case) for case in check.cases}


@pytest.mark.parametrize("module", module_names("sloctl.checks"))
def test_a_manual_page_has_its_sections(module: str) -> None:
    """Every manual page says what is found and what to do, and its file is named after the check."""
    page = import_module(f"sloctl.checks.{module}")
    assert [] == [section for section in SECTIONS if section not in page.__doc__]
    assert page.CHECK.name == module.replace("_", "-")


def test_codes_are_unique_and_well_formed() -> None:
    """A code is a letter of its family and three digits, and belongs to one check."""
    codes = [check.code for check in all_checks()]
    assert sorted(set(codes)) == codes
    assert [] == [code for code in codes if not re.fullmatch(r"[ANCPHL]\d{3}", code)]
