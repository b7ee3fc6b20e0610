"""Where pip has put the program: it depends on how the package was installed."""

import os
import sys
import sysconfig


def find_program() -> str:
    """The path of the program that came with this package."""
    name = "bai2aml" + (sysconfig.get_config_var("EXE") or "")
    package = os.path.dirname(os.path.abspath(__file__))
    folders = [
        # An environment, or the system.
        sysconfig.get_path("scripts"),
        # `pip install --user`.
        sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
        if sys.version_info >= (3, 10)
        else sysconfig.get_path("scripts", "nt_user" if os.name == "nt" else "posix_user"),
        # `pip install --target DIR`, and `--prefix DIR`.
        os.path.join(os.path.dirname(package), "bin"),
        os.path.normpath(os.path.join(package, "..", "..", "..", "..", "bin")),
    ]
    paths = [os.path.join(folder, name) for folder in folders]
    for path in paths:
        if os.path.isfile(path):
            return path
    raise FileNotFoundError(f"`{name}` is in none of {folders}; install the package again")
