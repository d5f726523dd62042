// Holds decisions.ts and protocol.ts to the tables of tests/vectors, whose folder is the argument. Ends with 1 when a case differs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Delivery, Phase, delivery, mayRepeat } from "./decisions";
import { Event, Goal, Protocol, Start, Step } from "./protocol";

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

interface ProtocolCase {
  goal: Goal;
  proof?: boolean;
  start?: Start;
  sends: number;
  look_ups: number;
  events: Event[];
  steps: Step[];
}

/** The steps of a case, as text, so that they can be compared. */
function steps(one: ProtocolCase): string {
  const protocol = new Protocol(one.goal, one.sends, one.look_ups, one.proof ?? false);
  return JSON.stringify([protocol.start(one.start ?? "fresh"), ...one.events.map((event) => protocol.next(event))]);
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
hold<ProtocolCase>("protocol.json", (one) => JSON.stringify(one.steps), steps);
