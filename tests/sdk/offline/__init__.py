"""Runs scripts written for Azure on the real SDKs without Azure, and records what they ask for.

Every SDK here speaks HTTP through the `requests` package, so one patch below it (`network`) keeps
every request in the process; `arm`, `storage` and the modules of the single SDKs answer as the
service would. Request building, validation, paging and polling stay the SDK's own.
"""

import atexit
import os
import shutil
import tempfile

# SDKs keep caches and logins in the home folder, and look it up while they are imported: nobody's own is touched.
_home = tempfile.mkdtemp(prefix="offline-home-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["HOME"] = _home
