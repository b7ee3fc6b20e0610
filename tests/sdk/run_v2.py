#!/usr/bin/env python3
"""Runs scripts for azure-ai-ml without Azure and prints what they ask for; see `offline/driver.py`."""

import sys

from offline import driver, v2

if __name__ == "__main__":
    sys.exit(driver.main(v2.prepare))
