"""Installs the npm packages that `package.json` names and locks: MathJax and the editor's elements.

Where there is no npm, a Node from the Python package index is installed into .venv for this one step; serving
needs no Node. With `--with-tests` the packages that only the tests use come too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV_BIN = ROOT / ".venv" / "bin"


def main() -> int:
    npm = npm_command()
    print("Installing the browser assets (once) ...", flush=True)
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if "--with-tests" not in sys.argv[1:]:
        command.append("--omit=dev")
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        print("npm could not install the packages of package-lock.json; its message is above.", file=sys.stderr)
    return done.returncode


def npm_command() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    own = VENV_BIN / "npm"
    if not own.exists():
        print("There is no npm on this machine; installing Node into .venv for this step ...", flush=True)
        wanted = ["--require-hashes", "-r", str(ROOT / "requirements-node.txt")]
        if subprocess.run(
            [str(VENV_BIN / "python"), "-m", "pip", "install", "--quiet", *wanted], check=False
        ).returncode:
            sys.exit("Node could not be installed. Install npm by hand (on Debian: apt-get install npm) and try again.")
    # npm is a script that looks for `node` on the path.
    os.environ["PATH"] = f"{VENV_BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(own)]


if __name__ == "__main__":
    sys.exit(main())
