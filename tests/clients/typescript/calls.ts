// What a driver is told on standard input, and what it says on standard output.
import { readFileSync } from "node:fs";

export interface Call {
  do: string;
  account: string;
  attributes: { email: string; [name: string]: unknown };
  contact: string;
  email?: string;
  externalIds?: string[];
  as?: string;
}

export interface Told {
  token: string;
  accounts: Record<string, string>;
  calls: Call[];
}

export function told(): Told {
  return JSON.parse(readFileSync(0, "utf8"));
}

export function say(line: object): void {
  console.log(JSON.stringify(line));
}
