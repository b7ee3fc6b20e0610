#!/usr/bin/env python3
"""Runs originals for azure-mgmt-batchai without Azure and prints what they ask for; see `offline/driver.py`.

BATCHAI_VERSION names the version of the package, 2.0.0 if it is not set.
"""

import os
import sys
from pathlib import Path

VERSIONS = Path(sys.prefix) / "versions"
USUAL = "2.0.0"


def choose_version(version):
    """The other versions stand beside the environment's own one, and come before it."""
    if version != USUAL:
        if not (VERSIONS / version).is_dir():
            sys.exit("azure-mgmt-batchai {} is not in {}".format(version, VERSIONS))
        sys.path.insert(1, str(VERSIONS / version))


if __name__ == "__main__":
    choose_version(os.environ.get("BATCHAI_VERSION", USUAL))
    from offline import batchai, driver
    sys.exit(driver.main(batchai.prepare))
