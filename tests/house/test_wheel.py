"""The wheel carries templates, migrations, content and static files, and works outside the checkout."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    code = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return next(target.glob("*.whl"))


def test_the_wheel_carries_everything_and_nothing_of_the_tests(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        "groupsched/templates/layouts/base.html",
        "groupsched/migrations/env.py",
        "groupsched/py.typed",
        "groupsched/content/modalities.yaml",
        "groupsched/static/css/tokens.css",
        "groupsched/translations/es/LC_MESSAGES/messages.mo",
    ):
        assert needed in names, needed
    assert any(name.startswith("groupsched/migrations/versions/0001") for name in names)
    assert not any(name.startswith(("tests/", "instance/", "templates/")) for name in names)


def test_the_installed_wheel_runs_outside_the_checkout(wheel, tmp_path):
    bare = tmp_path / "bare"
    venv.create(bare, with_pip=False, symlinks=True)
    site = next(bare.glob("lib/python3*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    # The libraries come from this environment, the product from the wheel alone.
    libraries = next(
        path for path in map(Path, sys.path) if path.name == "site-packages" and (path / "flask").exists()
    )
    (site / "zz_libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    env = {
        "PATH": os.environ["PATH"],
        "GROUPSCHED_INSTANCE": str(tmp_path / "instance"),
        "GROUPSCHED_SECRET_KEY": "w" * 40,
    }
    (tmp_path / "instance").mkdir()
    for command in (["db", "upgrade"], ["db", "check"]):
        done = subprocess.run(
            [bare / "bin" / "python", "-m", "groupsched.cli", *command],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    where = subprocess.run(
        [bare / "bin" / "python", "-c", "import groupsched; print(groupsched.__file__)"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(bare) in where.stdout
