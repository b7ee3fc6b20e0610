"""Makes docs/images/report.png, the picture of the report in the README, from fixtures.

usage: target/sdk-tests/page/bin/python tools/report/picture.py [CHROMIUM], after `cargo build`; the environment is the one that
`cargo test --test page` makes.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Where each fixture stands in the tree of the picture.
FILES = {
    "vision/train.ipynb": "guide-notebook/before.ipynb",
    "vision/cluster.py": "node-setup-mounts/before.py",
    "vision/outputs.py": "storage-download-outputs/before.py",
    "speech/sweep.py": "shape-09-sweep-twisted/before.py",
    "speech/jobs.py": "horovod/before.py",
    "speech/server.py": "file-server/before.py",
    "ops/run.sh": "cli-jobs/before.jobs.sh",
    "ops/job.json": "config-job-mounts/before.train.json",
    "ops/requirements.txt": "requirements/before.requirements.txt",
}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def main():
    chromium = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "research"
        for name, fixture in FILES.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "fixtures" / fixture, tree / name)
        page = pathlib.Path(folder) / "report.html"
        subprocess.run([ROOT / "target/debug/bai2aml", "report", "research", "-o", page], cwd=folder, check=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            tab = browser.new_page(viewport={"width": 1180, "height": 800}, color_scheme="light")
            tab.goto(page.as_uri())
            tab.screenshot(path=ROOT / "docs/images/report.png")
            browser.close()


main()
