"""The house rules on imports and sizes, held over the syntax trees of the package."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

PACKAGE = Path(__file__).parents[1] / "sloctl"
MODULES = {".".join(("sloctl", *path.relative_to(PACKAGE).with_suffix("").parts)): path
           for path in sorted(PACKAGE.rglob("*.py"))}  # fmt: skip
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}

LAYERS = {
    "cli": 7, "pipeline": 6, "formats": 5, "sli": 5, "conditions": 5, "targets": 5, "checks": 5, "reporters": 5,
    "dialects": 5, "evidence": 5, "proof": 5, "promapi": 4, "forges": 4,
    "promql": 3, "gotemplate": 3, "model": 2, "core": 1,
}  # fmt: skip
"""From the bottom up. A package may import lower ones and itself, but no neighbour of its own height, except:"""
NEIGHBOURS: dict[tuple[str, str], str] = {}
"""Pairs of packages of one height that may meet, each with the reason."""

PLUGINS = ("formats", "sli", "conditions", "targets", "checks", "reporters", "dialects")
"""Packages of plug-ins: a module that begins with `_` is shared, any other knows none of its siblings."""

HEAVY = ("requests", "numpy", "jinja2", "jsonschema", "jsonschema_rs", "rich", "promql_parser", "yaml")


def package_of(module: str) -> str:
    """Return the part of the package that a module belongs to, empty for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (PACKAGE / parts[1]).is_dir() else ""


def imports(module: str, *, deferred: bool = True) -> Iterator[str]:
    """Yield the modules that a module imports; with `deferred` those inside functions too."""
    for node in walk(TREES[module], deferred=deferred):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def walk(tree: ast.AST, *, deferred: bool) -> Iterator[ast.AST]:
    """Walk a tree; without `deferred` not into functions, nor into blocks for the type checker."""
    for node in ast.iter_child_nodes(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        is_typing = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if deferred or not (is_function or is_typing):
            yield node
            yield from walk(node, deferred=deferred)


def our_imports(module: str) -> list[str]:
    """List the modules of this package that a module imports."""
    return [name for name in imports(module) if name.split(".")[0] == "sloctl"]


@pytest.mark.parametrize("module", [name for name in MODULES if package_of(name)])
def test_imports_point_down(module: str) -> None:
    """cli > pipeline > plug-ins > promapi > promql, gotemplate > model > core, and never back up or sideways."""
    own = package_of(module)
    for other in {package_of(name) for name in our_imports(module)} - {own, ""}:
        assert LAYERS[other] < LAYERS[own] or (own, other) in NEIGHBOURS, f"{module} imports {other}"


@pytest.mark.parametrize("module", [name for name in MODULES if package_of(name) in PLUGINS])
def test_plugins_know_no_siblings(module: str) -> None:
    """A plug-in imports the shared modules of its package, whose names begin with `_`, and no other plug-in.

    One that is a folder imports its own modules.
    """
    home = f"sloctl.{package_of(module)}."
    own = module.removeprefix(home).split(".")[0]
    siblings = {name.removeprefix(home).split(".")[0] for name in our_imports(module) if name.startswith(home)} - {own}
    assert [] == [name for name in siblings if not name.startswith("_")]


def test_every_package_has_its_height() -> None:
    """A new package is put into the order of layers before it is used."""
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert set() == folders - LAYERS.keys()


@pytest.mark.parametrize("module", MODULES)
def test_only_promapi_and_forges_speak_http(module: str) -> None:
    """Two packages import requests; everything else works offline."""
    libraries = {name.split(".")[0] for name in imports(module)}
    assert package_of(module) in {"promapi", "forges"} or not libraries & {"requests", "urllib3", "httpx"}


def test_asking_for_the_version_imports_nothing_heavy() -> None:
    """`sloctl --version` starts without the libraries that commands need."""
    script = """
import sys
from sloctl.cli.main import run
run(["--version"])
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(answer.stdout.split())
    assert "click" in loaded
    assert set() == loaded & set(HEAVY)


def functions() -> Iterator[tuple[str, int]]:
    """Yield every function with its number of lines of code: without its docstring, blank lines and comments."""
    for module, tree in TREES.items():
        lines = MODULES[module].read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = [*range(node.lineno, node.body[0].lineno), *range(first_line(node), (node.end_lineno or 0) + 1)]
                count = len({number for number in body if is_code(lines[number - 1])})
                yield f"{module}.{node.name}", count


def first_line(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the line after the docstring."""
    return (node.body[0].end_lineno or 0) + 1 if ast.get_docstring(node) else node.body[0].lineno


def is_code(line: str) -> bool:
    """Tell whether a line holds code."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def test_functions_are_short() -> None:
    """The median has at most 8 lines, nine of ten at most 30, none more than 60."""
    sizes = dict(functions())
    assert [] == [name for name, size in sizes.items() if size > 60]
    assert quantiles(sizes.values(), n=10)[-1] <= 30
    assert median(sizes.values()) <= 8


def test_files_are_short() -> None:
    """Nine of ten files have at most 300 lines, none more than 450."""
    sizes = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert [] == [name for name, size in sizes.items() if size > 450]
    assert quantiles(sizes.values(), n=10)[-1] <= 300
