// Tests of signUp against a local Drift that keeps Drift's rules, and injects faults on request.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { Emulator, TOKEN } from "./emulator.js";
import { AlreadyThere, Drift, signUp } from "./signup.js";

const ID = "u_9f3c1ad27b60e845";
const CREATE = { method: "POST", path: "/contacts", times: 1 };
let emulator;
let drift;

beforeAll(async () => {
  emulator = await Emulator.start();
  drift = new Drift(emulator.url, TOKEN, 1000);
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

test("a person becomes a contact", async () => {
  const contact = await signUp(drift, ID, "ada@example.test", { plan: "pro" });
  expect(contact.attributes.plan).toBe("pro");
  expect(await drift.find(ID)).toEqual([contact]);
});

test("the same person twice is reported", async () => {
  await signUp(drift, ID, "ada@example.test");
  await expect(signUp(drift, ID, "ada@example.test")).rejects.toThrow(AlreadyThere);
  expect(await emulator.contacts()).toBe(1);
});

test.each([
  ["a broken connection", { disconnect: { commit: true } }],
  ["a timeout", { stall: { commit: true } }],
  ["a 502 of a proxy", { status: { status: 502, commit: true } }],
])("a response lost to %s makes one contact", async (_name, effect) => {
  await emulator.fault({ ...CREATE, do: effect });
  const contact = await signUp(drift, ID, "ada@example.test");
  expect(contact.attributes.externalId).toBe(ID);
  expect(await emulator.contacts()).toBe(1);
});

test("a call that was never carried out is an error", async () => {
  await emulator.fault({ ...CREATE, do: { disconnect: { commit: false } } });
  await expect(signUp(drift, ID, "ada@example.test")).rejects.toThrow("did not take");
  expect(await emulator.contacts()).toBe(0);
});
