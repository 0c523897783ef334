"""Objects of other tools are told by their API group, alone or in a List; and no reader needs itself through others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sloctl.formats as package
from tests.cli.session import sloctl

FOLDER = Path(package.__file__).parent


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLvel", "Sloth knows no kind `PrometheusServiceLvel`"),
        ("apiVersion: pyrra.dev/v1alpha1\nkind: Objective", "Pyrra knows no kind `Objective`"),
        (
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: pyrra.dev/v1, kind: Objective}",
            "Pyrra knows no kind `Objective`",
        ),
    ],
    ids=["sloth", "pyrra", "in a list"],
)
def test_an_unknown_kind_in_a_folder(tmp_path: Path, head: str, said: str) -> None:
    """An object with a misspelt kind is refused by its own format, and never passed over as somebody else's."""
    (tmp_path / "slo.yaml").write_text(f"{head}\n")
    done = sloctl("validate", ".", cwd=tmp_path)
    assert (1, True) == (done.code, said in done.err + done.out), done.err


def imports(module: Path) -> Iterator[str]:
    """Yield the modules below `sloctl.formats` that a module imports when it is read, for its types too."""
    tree = ast.parse(module.read_text())
    blocks = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.If))]
    for node in (node for block in blocks for node in block):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sloctl.formats"):
            yield node.module


def test_no_module_imports_itself_through_others() -> None:
    """Modules can be put in an order in which each imports only those before it."""
    waiting = {
        ".".join(("sloctl.formats", *path.relative_to(FOLDER).with_suffix("").parts)).removesuffix(".__init__"):
        set(imports(path)) for path in FOLDER.rglob("*.py")
    }  # fmt: skip
    while ready := [name for name, needs in waiting.items() if not needs & waiting.keys()]:
        for name in ready:
            del waiting[name]
    assert {} == waiting
