"""Takes README's picture of the emulator: DRIFT=target/debug/drift python3 picture.py FILE"""

import pathlib
import sys

from browser import Browser, Driver
from emulator import Emulator

ADA = {
    "email": "ada@example.test",
    "name": "Ada Lovelace",
    "externalId": "user-00017",
    "plan": "pro",
    "seats": 12,
    "newsletter": True,
}


def main(file):
    driver, emulator = Driver(), Emulator()
    browser = Browser(driver)
    try:
        ada = emulator.create(**ADA)
        emulator.post("/contacts/timeline", {"contactId": ada, "event": "Asked for a demo"})
        browser.look(width=900, height=1000, dark=False, mobile=True)
        browser.open(f"{emulator.url}/contacts/details/{ada}")
        browser.photograph(file)
    finally:
        browser.close()
        emulator.close()
        driver.close()


main(pathlib.Path(sys.argv[1]))
