// Holds decisions.ts to the tables of tests/vectors, whose folder is the argument. Ends with 1 when a case differs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Delivery, Phase, delivery, mayRepeat } from "./decisions";

interface DeliveryCase {
  phase: Phase;
  status: number | null;
  body: "readable" | "unreadable";
  error_type: string | null;
  delivery: Delivery;
}

interface RetryCase {
  delivery: Delivery;
  put_off: boolean;
  repeatable: boolean;
  repeat: boolean;
}

function hold<Case>(name: string, expected: (one: Case) => unknown, decide: (one: Case) => unknown): void {
  const cases: Case[] = JSON.parse(readFileSync(join(process.argv[2], name), "utf8")).cases;
  for (const one of cases.filter((one) => decide(one) !== expected(one))) {
    console.log(`${name}: ${JSON.stringify(one)} gives ${String(decide(one))}`);
    process.exitCode = 1;
  }
  console.log(`${name}: ${cases.length} cases`);
}

hold<DeliveryCase>(
  "delivery.json",
  (one) => one.delivery,
  (one) => delivery(one.phase, one.status, one.body, one.error_type),
);
hold<RetryCase>(
  "retry.json",
  (one) => one.repeat,
  (one) => mayRepeat(one.delivery, one.put_off, one.repeatable),
);
