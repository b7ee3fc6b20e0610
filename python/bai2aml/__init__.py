"""The program `bai2aml` as a Python package: `python -m bai2aml` runs it, also where its folder is not on the path."""

from bai2aml._program import find_program

__all__ = ["find_program"]
