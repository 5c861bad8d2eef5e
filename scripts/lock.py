"""Resolve the lock files: names, versions and hashes, for every platform, without any download address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = str(Path(sys.executable).with_name("uv"))
COMMON = [
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--no-header",
]
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev", "--constraints", "requirements.lock"],
    "requirements-train.lock": ["pyproject.toml", "--group", "train", "--constraints", "requirements.lock"],
    "requirements-uv.lock": ["--group", "pyproject.toml:uv"],
    "requirements-node.lock": ["--group", "pyproject.toml:node"],
}


def main() -> None:
    """Write all lock files, keeping versions that still fit unless `--upgrade` is given."""
    for name, sources in LOCKS.items():
        subprocess.run([UV, *COMMON, *sources, *sys.argv[1:], "-o", name], cwd=ROOT, check=True)
        print(name)


main()
