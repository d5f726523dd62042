// Starts a local Drift for the tests. Set DRIFT to the program if it is not on the PATH.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export const TOKEN = "sandbox";

export class Emulator {
  /** On a free port; its first line is its address. */
  static async start() {
    const program = process.env.DRIFT ?? "drift";
    const child = spawn(program, ["emulator", "--port", "0", "--token", TOKEN], { stdio: ["ignore", "pipe", "inherit"] });
    const failed = once(child, "error").then(([cause]) => Promise.reject(cause));
    const [url] = await Promise.race([once(createInterface(child.stdout), "line"), failed]);
    return Object.assign(new Emulator(), { child, url });
  }

  async control(method, path, body) {
    const response = await fetch(`${this.url}/_emulator${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}` },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }

  /** Empty and without faults. */
  async reset() {
    await this.control("DELETE", "/faults");
    await this.control("POST", "/reset");
  }

  fault(fault) {
    return this.control("POST", "/faults", [fault]);
  }

  async contacts() {
    return (await this.control("GET", "/state")).contacts;
  }

  async stop() {
    const ended = once(this.child, "exit");
    this.child.kill();
    await ended;
  }
}
