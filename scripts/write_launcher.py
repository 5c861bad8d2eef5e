"""Write the `stroka` launcher: a shell script that runs this checkout's command line from any folder."""

import sys
from pathlib import Path

LAUNCHER = """#!/bin/sh
# Written by the Makefile. Runs the checkout at this place; -P keeps the caller's folder off the module path.
root='{root}'
exec "$root/.venv/bin/python" -P -c 'import sys
sys.path.insert(0, sys.argv.pop(1))
from server.commands import main
main()' "$root" "$@"
"""


def main() -> None:
    """Write the launcher to the path given as the one argument."""
    target = Path(sys.argv[1])
    root = str(Path(__file__).resolve().parent.parent).replace("'", "'\\''")
    target.write_text(LAUNCHER.format(root=root), encoding="utf-8")
    target.chmod(0o755)


main()
