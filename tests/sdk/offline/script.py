"""Runs a script or a notebook's code cells as `__main__`, in order and in one namespace."""

import json
import sys
import types

CELL_MAGICS_WITH_PYTHON = ("%%time", "%%timeit", "%%capture")


def run_script(path, folder):
    """Executes the file as if it stood in the folder; a call of `sys.exit(0)` is a normal end."""
    here = folder / path.name
    sys.path.insert(0, str(folder))
    sys.argv = [str(here)]
    main = types.ModuleType("__main__")
    main.__file__ = str(here)
    main.display = print
    sys.modules["__main__"] = main
    try:
        for name, source in _cells(path, here):
            exec(compile(source, name, "exec"), main.__dict__)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            raise


def _cells(path, here):
    """(name for tracebacks, source) of each piece."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix != ".ipynb":
        return [(str(here), text)]
    return [("{} cell {}".format(here, number), _without_magics("".join(cell["source"])))
            for number, cell in enumerate(json.loads(text)["cells"], 1) if cell["cell_type"] == "code"]


def _without_magics(source):
    """The cell as plain Python: shell lines and line magics do nothing here."""
    lines = source.splitlines()
    if lines and lines[0].startswith("%%"):
        if not lines[0].startswith(CELL_MAGICS_WITH_PYTHON):
            return ""
        lines[0] = ""
    return "\n".join(_plain(line) for line in lines)


def _plain(line):
    code = line.lstrip()
    return line[:len(line) - len(code)] + "pass" if code.startswith(("%", "!", "?")) else line
