"""Runs a script or a notebook's code cells as `__main__`, in order and in one namespace."""

import json
import re
import sys
import textwrap
import types

CELL_MAGICS_WITH_PYTHON = ("%%time", "%%timeit", "%%capture")
# What IPython adds to Python, by line. Shell commands and magics do nothing here, except that they may stand
# before a statement (`%time`) or give a value (`files = !ls`).
LINE_FORMS = (
    (re.compile(r"(\s*)%(?:time|timeit|prun)\s+(?!-)(.*)"), r"\1\2"),
    (re.compile(r"(\s*[\w.]+\s*=\s*)[!%].*"), r"\1[]"),
    (re.compile(r"(\s*)(?:[%!?].*|[\w.]+\?\??\s*)"), r"\1pass"),
)


def run_script(path, folder, arguments=()):
    """Executes the file as if it stood in the folder; a call of `sys.exit(0)` is a normal end."""
    here = folder / path.name
    sys.path.insert(0, str(folder))
    sys.argv = [str(here), *arguments]
    main = types.ModuleType("__main__")
    main.__file__ = str(here)
    main.display = print
    sys.modules["__main__"] = main
    try:
        for name, source in _pieces(path, here):
            exec(compile(source, name, "exec"), main.__dict__)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            raise


def _pieces(path, here):
    """(name for tracebacks, source): the script, in whatever encoding it declares, or each code cell."""
    content = path.read_bytes()
    if path.suffix != ".ipynb":
        return [(str(here), content)]
    return [("{} cell {}".format(here, number), _without_magics("".join(source)))
            for number, source in enumerate(_code_cells(json.loads(content.decode("utf-8-sig"))), 1)]


def _code_cells(notebook):
    """The sources of the code cells; notebooks before format 4 had them in worksheets, as `input`."""
    cells = notebook.get("cells") or [cell for sheet in notebook.get("worksheets", ()) for cell in sheet["cells"]]
    return [cell.get("source", cell.get("input", "")) for cell in cells if cell["cell_type"] == "code"]


def _without_magics(source):
    lines = textwrap.dedent(source).splitlines()
    if lines and lines[0].startswith("%%"):
        if not lines[0].startswith(CELL_MAGICS_WITH_PYTHON):
            return ""
        lines[0] = ""
    return "\n".join(_plain(line) for line in lines)


def _plain(line):
    for form, replacement in LINE_FORMS:
        if form.fullmatch(line):
            return form.sub(replacement, line)
    return line
