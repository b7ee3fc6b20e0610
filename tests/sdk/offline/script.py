"""Runs a script or a notebook's code cells as `__main__`, in order and in one namespace."""

import json
import sys
import types

CELL_MAGICS_WITH_PYTHON = ("%%time", "%%timeit", "%%capture")


def run_script(path, folder):
    """Executes the file; a call of `sys.exit(0)` is a normal end."""
    sys.path.insert(0, str(folder))
    sys.argv = [str(path)]
    main = types.ModuleType("__main__")
    main.__file__ = str(folder / path.name)
    main.display = print
    sys.modules["__main__"] = main
    try:
        for name, source in _cells(path):
            exec(compile(source, name, "exec"), main.__dict__)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            raise


def _cells(path):
    """(name for tracebacks, source) of each piece."""
    if path.suffix != ".ipynb":
        return [(str(path), path.read_text(encoding="utf-8-sig"))]
    cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
    return [("{} cell {}".format(path, number), _without_magics("".join(cell["source"])))
            for number, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]


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
