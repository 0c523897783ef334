"""Which two states are compared: branches, clones, worktrees, submodules, folders; and what is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.session import sloctl
from tests.pipeline.diff.scratch import SPEC, Scratch, scratch, texts

LOWER = ("objective: 99.9", "objective: 99")
MOVED = "objective 99.9 % → 99 %"


def _is_lowered(repository: Scratch, *arguments: str, cwd: Path | None = None) -> bool:
    done = repository.diff(*arguments, cwd=cwd)
    assert 0 == done.code, done.err
    return MOVED in done.out


def test_the_working_tree_is_compared_with_where_the_branch_began(repository: Scratch) -> None:
    """Without arguments: what this branch changes, committed or not, untracked too, and not what main did."""
    repository.git("checkout", "-q", "-b", "topic")
    repository.replace(LOWER)
    repository.commit()
    repository.replace(("priority: P3", "priority: P1"))
    repository.write(
        "specs/new.yaml", SPEC.replace("sms-helpline", "new").replace("sms_", "new_").replace("queue", "n")
    )
    repository.git("stash", "-q", "-u")
    repository.git("checkout", "-q", "main")
    repository.replace(("env: prod", "env: test"))
    repository.commit()
    repository.git("checkout", "-q", "topic")
    repository.git("stash", "pop", "-q")
    said = texts(repository.data())
    assert 1 == sum(MOVED in text for text in said)
    assert 1 == sum("priority P3 → P1" in text for text in said)
    assert 1 == sum(text.startswith("service new: new") for text in said)
    assert [] == [text for text in said if "label" in text]


def test_origin_names_the_default_branch(repository: Scratch, tmp_path: Path) -> None:
    """What a clone's `origin` calls HEAD wins over a branch named main."""
    repository.git("branch", "-m", "trunk")
    clone = Scratch(tmp_path / "clone")
    repository.git("clone", "-q", str(repository.root), str(clone.root))
    clone.git("branch", "main")
    clone.replace(LOWER)
    clone.commit()
    assert clone.diff().out.startswith("origin/trunk (")
    assert _is_lowered(clone)


def test_a_pull_request_is_compared_with_its_target(
    repository: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a CI job, the branch that the change is made for counts, as `origin` has it; so it does in a merge queue."""
    repository.git("branch", "release")
    repository.replace(LOWER)
    repository.commit()
    clone = Scratch(tmp_path / "clone")
    repository.git("clone", "-q", str(repository.root), str(clone.root))
    clone.git("checkout", "-q", "--detach")
    assert "nothing changes for anybody\n" == clone.diff().out.partition(": ")[2]
    monkeypatch.setenv("GITHUB_BASE_REF", "release")
    assert _is_lowered(clone)
    monkeypatch.delenv("GITHUB_BASE_REF")
    monkeypatch.setenv("GITHUB_REF", f"refs/heads/gh-readonly-queue/release/pr-7-{'5a' * 20}")
    assert _is_lowered(clone)
    monkeypatch.setenv("GITHUB_BASE_REF", "gone")
    done = clone.diff()
    assert (2, True, True) == (done.code, "this clone does not hold `gone`" in done.err, "fetch-depth: 0" in done.err)


def test_a_shallow_clone_says_what_to_fetch(repository: Scratch, tmp_path: Path) -> None:
    """A clone without the common past cannot know what the branch changes; the advice is how to get it."""
    repository.git("checkout", "-q", "-b", "topic")
    repository.replace(LOWER)
    repository.commit()
    clone = Scratch(tmp_path / "clone")
    repository.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repository.root}", str(clone.root))
    clone.git("checkout", "-q", "topic")
    clone.git("remote", "set-head", "origin", "main")
    done = clone.diff()
    assert (2, True, True) == (done.code, "this clone is shallow" in done.err, "git fetch --unshallow" in done.err)
    assert _is_lowered(clone, "origin/main")


def test_a_range_begins_at_its_base_or_where_the_two_have_parted(repository: Scratch) -> None:
    """`A..B` compares two revisions, `A...B` begins at their common past, as in git."""
    repository.git("checkout", "-q", "-b", "topic")
    repository.replace(LOWER)
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.replace(("priority: P3", "priority: P1"))
    repository.commit()
    assert 2 == len(texts(repository.data("main..topic")))
    assert 1 == len(texts(repository.data("main...topic")))
    assert 2 == len(texts(repository.data("topic..")))


@pytest.mark.parametrize(
    ("arguments", "said", "advice"),
    [
        (("nowhere",), "git knows no revision `nowhere` here", "git fetch"),
        (("HEAD", "./specs"), "a folder is compared with a folder", "two folders or two revisions"),
        (("./specs", "./gone"), "no such file or folder: ./gone", ""),
        (("specs",), "`specs` is a folder and a revision", "./specs"),
        (("--fail-on", "objective"), "there is no class of changes `objective`", "objective-"),
    ],
)
def test_wrong_arguments_are_explained(arguments: tuple[str, ...], said: str, advice: str, repository: Scratch) -> None:
    """What cannot be compared exits with 2 and says what to write."""
    repository.git("branch", "specs")
    done = repository.diff(*arguments)
    assert (2, True, True) == (done.code, said in done.err, advice in done.err), done.err


def test_outside_of_a_repository_folders_can_be_compared(tmp_path: Path) -> None:
    """Two folders, or two files, need no git; without them the advice is to name them."""
    done = sloctl("diff", cwd=tmp_path)
    assert (2, True) == (done.code, "sloctl diff OLD NEW" in done.err)
    for name, text in (("old", SPEC), ("new", SPEC.replace(*LOWER))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a b.yaml").write_text(text)
    assert MOVED in sloctl("diff", "old", "new", cwd=tmp_path).out
    assert MOVED in sloctl("diff", "old/a b.yaml", "new/a b.yaml", cwd=tmp_path).out
    (tmp_path / "new" / "sloctl.yaml").write_text("specs: [.]\nevaluation_interval: 1m\n")
    assert "`evaluation_interval` `30s` → `1m`" in sloctl("diff", "old", "new", cwd=tmp_path).out


def test_a_folder_without_specs_is_wrong_use(tmp_path: Path) -> None:
    """Nothing to compare is never a silent success."""
    new = Scratch(tmp_path)
    new.git("init", "-q", "-b", "main")
    new.write("readme.txt", "x")
    new.commit()
    done = new.diff("HEAD")
    assert (2, True) == (done.code, "there are no specs and no rules to compare" in done.err)


def test_the_first_specs_of_a_repository_are_all_new(tmp_path: Path) -> None:
    """A base without specs and settings is an empty one."""
    new = Scratch(tmp_path)
    new.git("init", "-q", "-b", "main")
    new.commit()
    new.write("specs/sms.yaml", SPEC)
    assert "service sms-helpline: new, with 1 SLO and 2 alerts" == texts(new.data("HEAD"))[0]


def test_a_subfolder_is_as_good_as_the_top(repository: Scratch) -> None:
    """The settings are found upwards, and paths are shown from where the command runs."""
    folder = repository.root / "specs"
    repository.replace(LOWER)
    assert _is_lowered(repository, "HEAD", cwd=folder)
    assert "SLO sms-helpline/delivery (sms.yaml:10)" in repository.diff("HEAD", cwd=folder).out


def test_a_worktree_has_its_own_files(repository: Scratch, tmp_path: Path) -> None:
    """A linked worktree is compared with the branch of its repository."""
    repository.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "tree"))
    tree = Scratch(tmp_path / "tree")
    tree.replace(LOWER)
    assert _is_lowered(tree)
    assert not _is_lowered(repository)


def test_names_of_files_may_be_anything(repository: Scratch) -> None:
    """Spaces, line breaks, quotes and other alphabets are read from git's object store."""
    repository.spec.rename(repository.root / "specs" / 'a "b"\n\tüber 表.yaml')
    repository.commit()
    for path in (repository.root / "specs").iterdir():
        path.write_text(path.read_text().replace(*LOWER))
    assert _is_lowered(repository, "HEAD")
    assert _is_lowered(repository, "HEAD~1")


def test_a_base_that_does_not_parse_is_said(repository: Scratch) -> None:
    """What can be compared is; the service of the broken file is neither new nor gone."""
    repository.write(
        "specs/other.yaml", SPEC.replace("sms-helpline", "other").replace("sms_", "o_").replace("queue", "o")
    )
    repository.write("specs/sms.yaml", SPEC.replace("slos:", "slos: ["))
    repository.commit()
    repository.write("specs/sms.yaml", SPEC)
    (repository.root / "specs/other.yaml").write_text(
        (repository.root / "specs/other.yaml").read_text().replace(*LOWER))  # fmt: skip
    data = repository.data("HEAD")
    assert [True] == [MOVED in text for text in texts(data)]
    assert re.match(r"HEAD \(\w+\): what has errors in specs/sms.yaml:\d", data["left_out"][0])
    assert "the service `sms-helpline`: specs/sms.yaml has errors on one side" == data["left_out"][1]


def test_a_broken_change_is_reported_and_fails(repository: Scratch) -> None:
    """Errors of the newer side are printed with their place, the rest is compared, and the exit code is 1."""
    repository.replace(("objective: 99.9", "objective: 999"))
    done = repository.diff("HEAD")
    assert (1, True) == (done.code, "specs/sms.yaml:11:16: error S301" in done.err)
    assert "nothing has changed in what could be compared\n\nNot compared\n" in done.out


def test_submodules_are_read_at_their_commit(repository: Scratch, tmp_path: Path) -> None:
    """Specs of a submodule are those of the commit that the base names."""
    library = scratch(tmp_path / "library")
    repository.git("rm", "-q", "specs/sms.yaml")
    repository.git("submodule", "--quiet", "add", str(library.root), "specs")
    repository.commit()
    inside = Scratch(repository.root / "specs")
    path = inside.root / "specs/sms.yaml"
    path.write_text(SPEC.replace(*LOWER))
    assert _is_lowered(repository, "HEAD")
    inside.commit()
    repository.commit()
    assert _is_lowered(repository, "HEAD~1")
    assert not _is_lowered(repository, "HEAD")


def test_a_submodule_that_is_not_here_is_said(repository: Scratch, tmp_path: Path) -> None:
    """Its specs are left out on both sides, not told as removed."""
    library = scratch(tmp_path / "library")
    repository.git("submodule", "--quiet", "add", str(library.root), "specs/library")
    repository.git("submodule", "--quiet", "deinit", "-f", "specs/library")
    repository.commit()
    repository.replace(LOWER)
    data = repository.data("HEAD")
    assert ([True], 1) == ([MOVED in text for text in texts(data)], len(data["left_out"]))
    assert "the submodule `specs/library`: its commit is not here" in data["left_out"][0]


def test_a_sparse_checkout_removes_nothing(repository: Scratch) -> None:
    """Files that are not checked out are not compared, and that is said."""
    repository.write(
        "specs/b/far.yaml", SPEC.replace("sms-helpline", "far").replace("sms_", "far_").replace("queue", "f")
    )
    repository.commit()
    repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/specs/b/")
    repository.replace(LOWER)
    data = repository.data("HEAD")
    assert [True] == [MOVED in text for text in texts(data)]
    assert ["working tree: 1 file that this sparse checkout leaves out, such as `specs/b/far.yaml`"] == data["left_out"]


def test_specs_outside_of_the_repository_have_no_past(repository: Scratch, tmp_path: Path) -> None:
    """They are compared on neither side, and that is said."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "far.yaml").write_text(SPEC.replace("sms-helpline", "far"))
    repository.write("sloctl.yaml", "specs: [specs, ../shared]\n")
    repository.commit()
    repository.replace(LOWER)
    data = repository.data("HEAD")
    assert [True] == [MOVED in text for text in texts(data)]
    assert data["left_out"][0].endswith("`../shared`: it lies outside of the repository")


def test_a_submodule_beside_the_specs_is_no_matter(repository: Scratch, tmp_path: Path) -> None:
    """Whether it is here or not, nothing is said of it."""
    library = scratch(tmp_path / "library")
    repository.git("submodule", "--quiet", "add", str(library.root), "vendor")
    repository.git("submodule", "--quiet", "deinit", "-f", "vendor")
    repository.commit()
    assert ([], []) == (repository.data("HEAD")["changes"], repository.data("HEAD")["left_out"])


def test_links_are_read_as_in_the_working_tree(repository: Scratch) -> None:
    """A folder of specs may be a link, and a file that two names lead to is one file."""
    (repository.root / "specs").rename(repository.root / "real")
    (repository.root / "specs").symlink_to("real")
    (repository.root / "real" / "again.yaml").symlink_to("sms.yaml")
    (repository.root / "real" / "out.yaml").symlink_to("/etc/hostname.yaml")
    (repository.root / "real" / "out.yaml").unlink()
    repository.commit()
    assert [] == repository.data("HEAD")["changes"]
    target = repository.root / "real" / "sms.yaml"
    target.write_text(SPEC.replace(*LOWER))
    assert _is_lowered(repository, "HEAD")


def test_named_settings_are_those_of_each_side(repository: Scratch) -> None:
    """`--config` names a file that is read as it was, too."""
    repository.write("ci/slo.yaml", "specs: [../specs]\n")
    repository.commit()
    repository.write("ci/slo.yaml", "specs: [../specs]\nevaluation_interval: 1m\n")
    assert 1 == len(texts(repository.data("HEAD", "--config", "ci/slo.yaml")))
    assert 0 == len(texts(repository.data("HEAD")))
