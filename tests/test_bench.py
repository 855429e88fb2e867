"""The bench runs to its end and leaves nothing."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.torture
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_smallest_bench_runs_to_its_end(kind, tmp_path):
    environment = os.environ | {"TMPDIR": str(tmp_path), "SIZES": "100 200", "REQUESTS": "5", "DB": kind}
    command = [sys.executable, "-m", "tests.bench"]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, timeout=300)
    assert done.returncode == 0
    small, large = done.stdout.split(f"{kind}: ")[1:]
    assert small.count("\n| ") == large.count("\n| ") >= 10 and "× before" in large and "× before" not in small
    assert list(tmp_path.glob("huiyin-bench-*")) == []
