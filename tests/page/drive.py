"""Reads a report in a browser as a person does: looks, searches, uses the keys, ticks off, prints.

usage: drive.py CHROMIUM PAGE NUMBERS FOLDER SECRETS. NUMBERS is the same report as JSON; screenshots go to FOLDER. Ends with
1, and says why, at the first thing that is not as it should be.
"""

import json
import pathlib
import socket
import sys
import tempfile

from playwright.sync_api import sync_playwright

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
FATES = ["exact", "drop", "approximate", "manual"]
# A page of the table.
PAGE = 100
# The most rows that are printed.
PRINTED = 300


class Reader:
    """A tab, and all that it asked for and complained of."""

    def __init__(self, playwright, chromium, page, scheme, width, profile):
        self.browser = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium, args=FLAGS, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        self.page = self.browser.new_page()
        self.url = pathlib.Path(page).absolute().as_uri()
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.goto(self.url)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def rows(self, tab="findings"):
        return self.page.locator(f"#{tab} [data-row]")

    def search(self, text):
        self.press("/")
        self.page.keyboard.type(text)
        self.page.wait_for_function("text => document.querySelector('#bar').dataset.query === text", arg=text)

    def says(self, tab, text):
        said = self.page.locator(f"#{tab} .foot").inner_text()
        assert text in said.replace(",", ""), f"{tab} says {said!r}, not {text!r}"

    def shot(self, path):
        self.page.screenshot(path=path)

    def is_well(self, secrets):
        assert self.asked == [self.url], f"the network was asked: {self.asked}"
        assert not self.complaints, self.complaints
        assert not self.page.evaluate("window.pwned"), "a script of the code ran"
        assert self.page.locator("img, iframe, object, embed, link, a[href^=http]").count() == 0
        assert self.page.locator("script").count() == 2
        content = self.page.content()
        for secret in secrets:
            assert secret not in content, f"a secret is in the page: {secret}"
        for wild in ["\x1b", "\x07", "\u202e"]:
            assert wild not in content, f"{wild!r} is in the page"
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert too_wide <= 0, f"{too_wide} pixels too wide"


def overview(reader, numbers):
    text = reader.page.locator("#overview").inner_text()
    places = numbers["places"]
    for fate in FATES:
        row = reader.page.locator("#overview .ready tr", has_text=fate)
        assert str(places[fate]) in row.inner_text(), f"{fate}: {row.inner_text()}"
    if sum(places.values()):
        assert f"{numbers['converted']}" in reader.page.locator(".ring .big").text_content()
    for problem in numbers["problems"]:
        said = problem["message"].replace("`", "")
        assert said in text.replace("\n", " "), f"{problem} is not told"


def findings(reader, numbers):
    every = len(numbers["findings"])
    reader.press("2")
    assert reader.rows().count() == min(PAGE, every)
    reader.says("findings", f"{every} finding")
    # The keys open what is chosen, and close it.
    reader.press("j", "j", "k")
    assert reader.rows().nth(0).evaluate("row => row.classList.contains('on') && row === document.activeElement")
    reader.press("Enter")
    opened = reader.page.locator("#findings tr.more")
    assert opened.count() == 1 and "This code" in opened.inner_text()
    assert opened.locator(".here, .excerpt").count(), "the code is not shown"
    reader.press("Escape")
    assert opened.count() == 0
    reader.press("ArrowDown", "o", "o")
    assert reader.rows().nth(1).evaluate("row => row.classList.contains('on')")
    if every > PAGE:
        reader.press("]")
        reader.says("findings", f"{PAGE + 1} to {2 * PAGE} of {every}")
        reader.press("[")
        # Down from the last row is the first one of the next page.
        reader.page.locator("#findings [data-row]").last.evaluate("row => row.click()")
        reader.press("Escape", "j")
        reader.says("findings", f"{PAGE + 1} to")


def searching(reader, numbers):
    every = numbers["findings"]
    code = every[-1]["code"]
    found = [finding for finding in every if code.lower() in " ".join(
        [finding[key] for key in ["code", "concept", "fate", "path", "symbol", "message"]] + finding["actions"]).lower()]
    reader.search(code.lower())
    reader.says("findings", f"{len(found)} finding")
    assert all(code in text for text in reader.rows().locator("td:nth-child(2)").all_inner_texts())
    reader.press("Enter")
    assert reader.rows().nth(0).evaluate("row => row === document.activeElement")
    reader.search("nothing is called so")
    assert reader.rows().count() == 0
    reader.press("Escape")
    reader.page.wait_for_function("document.querySelector('#bar').dataset.query === ''")
    reader.says("findings", f"{len(every)} finding")
    # A bar of a chart and a fate are filters.
    manual = sum(finding["fate"] == "manual" for finding in every)
    reader.press("1")
    reader.page.locator("#overview [data-filter=fate][data-value='3']").click()
    reader.says("findings", f"{manual} finding")
    reader.page.locator("#clear").click()
    reader.says("findings", f"{len(every)} finding")


def work(reader):
    reader.press("3")
    box = reader.page.locator("#work [data-row] input").first
    assert not box.is_checked()
    reader.press("j", "x")
    assert box.is_checked()
    first = reader.page.locator("#work .progress").inner_text()
    assert first.startswith("1 of "), first
    # What is ticked off stays so when the page is opened again, and only there.
    reader.page.reload()
    assert reader.page.locator("#work [data-row] input").first.is_checked()
    reader.page.locator("#work [data-row] input").first.click()
    reader.page.reload()
    assert not reader.page.locator("#work [data-row] input").first.is_checked()
    reader.asked = reader.asked[:1] if set(reader.asked) <= {reader.url, f"{reader.url}#/work"} else reader.asked


def changes(reader):
    reader.press("4", "j")
    diff = reader.page.locator("#changes .file").first.locator("table.diff")
    if diff.count() == 0:
        reader.press("Enter")
    assert diff.count() > 0, "no diff"
    assert reader.page.locator("#changes .li.del").count() and reader.page.locator("#changes .li.add").count()
    assert reader.page.locator("#changes .li .k").count(), "no colours"
    assert reader.page.locator("#changes .diff .why").count(), "no reasons"
    reader.press("Enter")
    assert reader.page.locator("#changes .file").first.locator("table.diff").count() == 0
    reader.press("Enter")


def help_and_theme(reader):
    reader.press("?")
    assert reader.page.locator("#help").is_visible()
    reader.press("Escape")
    assert not reader.page.locator("#help").is_visible()
    color = "getComputedStyle(document.body).backgroundColor"
    before = reader.page.evaluate(color)
    reader.press("t")
    assert reader.page.evaluate(color) != before
    reader.press("t")
    assert reader.page.evaluate(color) == before


def paper(reader, folder, numbers):
    reader.page.emulate_media(media="print")
    for tab in ["overview", "findings", "work", "changes"]:
        assert reader.page.locator(f"#{tab}").is_visible(), f"{tab} is not printed"
    assert not reader.page.locator("nav").is_visible() and not reader.page.locator("#bar").is_visible()
    printed = reader.rows().count()
    assert printed == min(PRINTED, len(numbers["findings"])), printed
    reader.page.pdf(path=folder / "report.pdf", format="A4", margin={side: "12mm" for side in ["top", "bottom", "left", "right"]})
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    reader.page.emulate_media(media="screen")
    assert reader.rows().count() <= PAGE


def nothing_gets_in(reader):
    """What some text could have made of the page if it had become markup: the policy still stops it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        reader.page.evaluate(
            """port => {
                const script = document.createElement('script');
                script.textContent = 'window.pwned = 1';
                document.body.append(script);
                const image = document.createElement('img');
                image.setAttribute('onerror', 'window.pwned = 2');
                image.src = `http://127.0.0.1:${port}/x.png`;
                document.body.append(image);
                fetch(`http://127.0.0.1:${port}/x`).catch(() => {});
            }""",
            server.getsockname()[1],
        )
        try:
            server.accept()
        except TimeoutError:
            pass
        else:
            raise AssertionError("the policy lets requests out")
    assert not reader.page.evaluate("window.pwned"), "the policy lets scripts in"


def look(playwright, chromium, page, numbers, folder, secrets, scheme, width):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        reader = Reader(playwright, chromium, page, scheme, width, profile)
        name = f"{scheme}-{width}"
        overview(reader, numbers)
        reader.shot(folder / f"overview-{name}.png")
        reader.is_well(secrets)
        findings(reader, numbers)
        reader.press("Enter")
        reader.shot(folder / f"findings-{name}.png")
        reader.press("Escape")
        searching(reader, numbers)
        reader.is_well(secrets)
        work(reader)
        reader.shot(folder / f"work-{name}.png")
        reader.is_well(secrets)
        changes(reader)
        reader.shot(folder / f"changes-{name}.png")
        reader.is_well(secrets)
        help_and_theme(reader)
        reader.is_well(secrets)
        if scheme == "dark":
            paper(reader, folder, numbers)
        nothing_gets_in(reader)
        reader.browser.close()


def main():
    chromium, page, numbers, folder, secrets = sys.argv[1:]
    numbers = json.loads(pathlib.Path(numbers).read_text())
    with sync_playwright() as playwright:
        for scheme, width in [("light", 1280), ("dark", 1280), ("light", 400)]:
            look(playwright, chromium, page, numbers, pathlib.Path(folder), secrets.split(), scheme, width)


main()
