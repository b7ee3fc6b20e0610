#!/usr/bin/env python3
"""Runs originals for azure-mgmt-batchai without Azure and prints what they ask for; see `offline/driver.py`."""

import sys

from offline import batchai, driver

if __name__ == "__main__":
    sys.exit(driver.main(batchai.prepare))
