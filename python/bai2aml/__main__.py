"""`python -m bai2aml`: the program, with its arguments, streams and exit code."""

import os
import subprocess
import sys

from bai2aml import find_program

if __name__ == "__main__":
    program = find_program()
    if os.name == "nt":
        # Windows cannot replace a process.
        sys.exit(subprocess.run([program, *sys.argv[1:]]).returncode)
    os.execv(program, [program, *sys.argv[1:]])
