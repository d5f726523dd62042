"""What tests of pages share: a browser, a local Drift, and what holds of every page."""

import itertools
import os
import pathlib
import unittest

from browser import Browser, Driver
from emulator import Emulator

PHONE = {"width": 390, "height": 844, "mobile": True}
DESK = {"width": 1280, "height": 900, "mobile": False}
SHOTS = pathlib.Path(os.environ["SCREENSHOTS"])
AXE = pathlib.Path(os.environ["AXE"]).read_text()


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.driver = Driver()
        cls.addClassCleanup(cls.driver.close)
        SHOTS.mkdir(parents=True, exist_ok=True)

    def emulator(self, **options):
        emulator = Emulator(**options)
        self.addCleanup(emulator.close)
        return emulator

    def browser(self, **options):
        browser = Browser(self.driver, **options)
        self.addCleanup(browser.close)
        browser.look(**DESK, dark=False)
        return browser

    def assert_harmless(self, browser, origin):
        """Nothing ran, nothing was stopped, nothing came from elsewhere."""
        self.assertIsNone(browser.alert())
        self.assertEqual(browser.complaints(), [])
        for address in browser.requested():
            self.assertTrue(address.startswith((origin + "/", "data:")), address)

    def assert_fits(self, browser, name):
        """Nothing has to be scrolled sideways to be read."""
        width, window = browser.run("return [document.documentElement.scrollWidth, window.innerWidth]")
        self.assertLessEqual(width, window, name)

    def assert_accessible(self, browser, name):
        browser.run(AXE + "; window.axe = axe")
        found = browser.run_async(
            "const done = arguments[0]; axe.run('body').then((r) => done(r.violations"
            ".map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | '))))"
        )
        self.assertEqual(found, [], name)

    def assert_words_are_whole(self, browser, name):
        """No address that would fit a line is broken within a word."""
        broken = browser.run(
            """
            const broken = [];
            const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
              for (const word of node.data.matchAll(/[\\w@.+-]{2,40}/g)) {
                const range = document.createRange();
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                const lines = new Set([...range.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round(box.top)));
                if (lines.size > 1 && word[0].includes("@")) broken.push(word[0]);
              }
            }
            return broken;
            """
        )
        self.assertEqual(broken, [], name)

    def each_look(self, browser):
        for device, dark in itertools.product(("phone", "desk"), (False, True)):
            browser.look(**(PHONE if device == "phone" else DESK), dark=dark)
            yield f"{device}-{'dark' if dark else 'light'}"
