#!/usr/bin/env python3
"""Runs scripts for azureml-core without Azure and prints what they ask for; see `offline/driver.py`."""

import sys

from offline import driver, v1

if __name__ == "__main__":
    sys.exit(driver.main(v1.prepare))
