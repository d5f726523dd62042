"""Tests of sign_up against a local Drift that keeps Drift's rules, and injects faults on request."""

import pytest

from signup import AlreadyThere, sign_up

ID = "u_9f3c1ad27b60e845"
CREATE = {"method": "POST", "path": "/contacts", "times": 1}


def test_a_person_becomes_a_contact(emulator, drift):
    contact = sign_up(drift, ID, "ada@example.test", plan="pro")
    assert contact["attributes"]["plan"] == "pro"
    assert drift.find(ID) == [contact]


def test_the_same_person_twice_is_told(emulator, drift):
    sign_up(drift, ID, "ada@example.test")
    with pytest.raises(AlreadyThere):
        sign_up(drift, ID, "ada@example.test")
    assert emulator.contacts() == 1


@pytest.mark.parametrize(
    "effect",
    [
        {"disconnect": {"commit": True}},
        {"stall": {"commit": True}},
        {"status": {"status": 502, "commit": True}},
    ],
    ids=lambda effect: next(iter(effect)),
)
def test_a_lost_answer_makes_one_contact(emulator, drift, effect):
    emulator.fault(**CREATE, do=effect)
    contact = sign_up(drift, ID, "ada@example.test")
    assert contact["attributes"]["externalId"] == ID
    assert emulator.contacts() == 1


def test_a_call_that_was_never_carried_out_is_an_error(emulator, drift):
    emulator.fault(**CREATE, do={"disconnect": {"commit": False}})
    with pytest.raises(ConnectionError):
        sign_up(drift, ID, "ada@example.test")
    assert emulator.contacts() == 0
