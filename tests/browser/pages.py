"""The emulator's pages in a real browser, on a phone and on a desk, in light and in dark."""

import pathlib
import unittest

from case import DESK, SHOTS, PageTest
from emulator import Emulator

CONTRACT = pathlib.Path(__file__).parents[2] / "openapi" / "contacts.yaml"
HOSTILE = {
    "email": "\"><script>alert(1)</script>@example.test",
    "name": "' onmouseover='alert(2)' <img src=x onerror=alert(3)>",
    "externalId": "</code><svg onload=alert(4)>",
    "site": "javascript:alert(5)",
    "picture": "https://elsewhere.example/pixel.png",
    "turned": "invoice-\u202egnp.exe \u200e\u200f\u2066",
    "<h1>key</h1>": {"deep": ["</td></table><iframe src=//elsewhere.example></iframe>"]},
    "long": "x" * 5000,
}
ON_PAGE = "return document.querySelector(`[data-id=\"${arguments[0]}\"]`) !== null"


class Pages(PageTest):
    def people(self, emulator):
        """A few contacts as they come; gives the id of the richest."""
        emulator.create(email="grace@example.test", name="Grace Hopper")
        emulator.create(email="bob@example.test", externalId="bob-00042", name="Bob")
        emulator.create(email="שרה@example.test", externalId="u_51c0d9a7e2b84f36", name="שרה כהן")
        ada = emulator.create(
            email="ada@example.test",
            externalId="user-17",
            name="Ada Lovelace",
            plan="pro",
            seats=12,
            vip=True,
            note="Met at the fair.\nWants a call back.",
            crm={"stage": "won", "owner": None},
        )
        emulator.create(email="ada@example.test", externalId="u_9f3c1ad27b60e845", seats="many")
        emulator.post("/contacts/timeline", {"contactId": ada, "event": "Trial started from Acme"})
        emulator.post("/contacts/timeline", {"contactId": ada, "event": "Invoice paid"})
        emulator.post("/emails/unsubscribe", ["ada@example.test"])
        return ada

    def test_every_page_in_every_look(self):
        emulator = self.emulator()
        browser = self.browser()
        browser.open(emulator.url)
        for look in self.each_look(browser):
            self.assert_fits(browser, f"empty {look}")
            self.assert_accessible(browser, f"empty {look}")
            browser.photograph(SHOTS / f"empty-{look}.png")
        ada = self.people(emulator)
        pages = {
            "list": "/",
            "search": "/?q=ada",
            "contact": f"/contacts/details/{ada}",
            "hostile": f"/contacts/details/{emulator.create(**HOSTILE)}",
            "missing": "/contacts/details/1",
        }
        for name, path in pages.items():
            browser.open(emulator.url + path)
            for look in self.each_look(browser):
                self.assert_fits(browser, f"{name} {look}")
                self.assert_accessible(browser, f"{name} {look}")
                if name != "hostile":
                    self.assert_words_are_whole(browser, f"{name} {look}")
                browser.photograph(SHOTS / f"{name}-{look}.png")

    def test_hostile_values_stay_text(self):
        emulator = self.emulator()
        browser = self.browser()
        contact = emulator.create(**HOSTILE)
        for path in ("/", f"/contacts/details/{contact}", "/?q=%22%3E%3Cscript%3Ealert(6)%3C/script%3E"):
            browser.open(emulator.url + path)
            self.assert_harmless(browser, emulator.url)
            self.assertIn("<script>alert(", browser.text("main") + browser.run("return document.querySelector('#q')?.value ?? ''"))
            strangers = browser.run("return document.querySelectorAll('main script, main iframe, main svg, main img').length")
            self.assertEqual(strangers, 0)
            links = browser.run("return [...document.links].map((link) => link.href)")
            for link in links:
                self.assertTrue(link.startswith(emulator.url + "/"), link)
        browser.open(f"{emulator.url}/contacts/details/{contact}")
        self.assertIn("U+202E", browser.text("main"))
        self.assertIn("3000 more characters", browser.text("main"))

    def test_contacts_come_up_as_they_arrive(self):
        emulator = self.emulator()
        browser = self.browser()
        browser.open(emulator.url)
        self.assertIn("There are no contacts yet", browser.text("main"))
        first = emulator.create(email="ada@example.test")
        browser.until(ON_PAGE, first)
        self.assertEqual(browser.until("return document.querySelector('[role=status]').textContent"), "1 new contact")
        browser.run("document.querySelector('tbody a').focus()")
        second = emulator.create(email="bob@example.test")
        browser.until(ON_PAGE, second)
        held = browser.run("return document.activeElement.getAttribute('href')")
        self.assertEqual(held, f"/contacts/details/{first}", "the focus stays where it was")
        browser.click("#live-control input")
        third = emulator.create(email="eve@example.test")
        browser.run_async("setTimeout(arguments[0], 4000)")
        self.assertFalse(browser.run(ON_PAGE, third), "stopped")
        browser.click("#live-control input")
        browser.until(ON_PAGE, third)
        self.assert_harmless(browser, emulator.url)

    def test_an_emulator_that_ends_is_reported(self):
        emulator = Emulator()
        browser = self.browser()
        browser.open(emulator.url)
        emulator.close()
        browser.until("return document.querySelector('[role=status]').textContent.includes('does not respond')")

    def test_the_keyboard_is_enough(self):
        emulator = self.emulator()
        ada = self.people(emulator)
        browser = self.browser()
        browser.open(emulator.url)
        browser.press("\ue004")
        self.assertEqual(browser.run("return document.activeElement.textContent"), "Skip to the content")
        browser.type("#q", "user-17\n")
        browser.until("return location.search === '?q=user-17'")
        self.assertEqual(browser.run("return document.querySelectorAll('tbody tr').length"), 1)
        browser.click("tbody a")
        browser.until("return location.pathname === arguments[0]", f"/contacts/details/{ada}")
        self.assertIn("trial started from acme", browser.text(".timeline"))

    def test_everything_but_the_live_part_works_without_scripts(self):
        emulator = self.emulator()
        ada = self.people(emulator)
        browser = self.browser(scripts=False)
        browser.open(emulator.url)
        self.assertIn("bob-00042", self.shown(browser))
        self.assertIn("Reload the page", self.shown(browser))
        browser.type("#q", "bob\n")
        shown = self.shown(browser)
        self.assertIn("bob@example.test", shown)
        self.assertNotIn("grace@example.test", shown)
        browser.open(f"{emulator.url}/contacts/details/{ada}")
        self.assertIn("The external id can be guessed", self.shown(browser))
        browser.open(f"{emulator.url}/docs")
        self.assertIn("The viewer needs JavaScript", self.shown(browser))

    def shown(self, browser):
        """What a screen reader finds, which needs no script."""
        browser.devtools("Accessibility.enable")
        nodes = browser.devtools("Accessibility.getFullAXTree")["nodes"]
        return "\n".join(node["name"]["value"] for node in nodes if not node["ignored"] and "name" in node)

    def test_a_secret_token_is_asked_for(self):
        emulator = self.emulator(token="own-secret-token")
        emulator.create(email="ada@example.test")
        browser = self.browser()
        host = emulator.url.removeprefix("http://")
        browser.open(f"http://:wrong-token@{host}/")
        self.assertNotIn("ada@example.test", browser.text())
        browser = self.browser()
        browser.open(f"http://:own-secret-token@{host}/")
        self.assertIn("ada@example.test", browser.text())
        browser.click("tbody a")
        browser.until("return document.querySelector('h1')?.innerText === 'ada@example.test'")
        browser.open(f"http://:own-secret-token@{host}/")
        browser.until(ON_PAGE, emulator.create(email="bob@example.test"))

    def test_the_reference_is_drawn_and_a_call_can_be_tried(self):
        emulator = self.emulator()
        browser = self.browser()
        browser.open(emulator.url + "/docs")
        operations = "return document.querySelectorAll('.opblock').length"
        browser.until(operations)
        self.assertEqual(browser.run(operations), CONTRACT.read_text().count("\n      operationId: "))
        titles = browser.run("return [...document.querySelectorAll('h1, .title')].map((title) => title.innerText)")
        self.assertEqual(titles, ["API reference"])
        fonts = browser.run(
            "return [...new Set([...document.querySelectorAll('body, .opblock-tag, .opblock-summary-description, .btn')]"
            ".map((shown) => getComputedStyle(shown).fontFamily))]"
        )
        self.assertEqual(len(fonts), 1, fonts)
        for look in self.each_look(browser):
            self.assert_fits(browser, f"docs {look}")
            self.assert_accessible(browser, f"docs {look}")
            browser.photograph(SHOTS / f"docs-{look}.png")
        browser.look(**DESK, dark=False)
        browser.click("#operations-contacts-createContact .opblock-summary-control")
        browser.until("return document.querySelector('.btn.execute') !== null")
        browser.click(".btn.execute")
        responded = ".live-responses-table tbody .response-col_status"
        browser.until("return document.querySelector(arguments[0])?.innerText.startsWith('200')", responded)
        for look in self.each_look(browser):
            self.assert_fits(browser, f"docs tried {look}")
            self.assert_accessible(browser, f"docs tried {look}")
            browser.photograph(SHOTS / f"docs-tried-{look}.png")
        browser.click(".btn.authorize")
        browser.until("return document.querySelector('.modal-ux') !== null")
        for look in self.each_look(browser):
            self.assert_fits(browser, f"docs authorize {look}")
            self.assert_accessible(browser, f"docs authorize {look}")
            browser.photograph(SHOTS / f"docs-authorize-{look}.png")
        self.assert_harmless(browser, emulator.url)
        browser.open(emulator.url)
        self.assertIn("ada@example.test", browser.text("main"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
