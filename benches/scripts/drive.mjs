// Drives a client for JavaScript: `node CLIENT.mjs URL IN_FLIGHT COUNT` prints `COUNT CPU_NS WALL_NS MEDIAN_NS`.
import { randomBytes } from "node:crypto";

export const token = "bench-token-0123456789abcdef";

function contact(number) {
  return {
    attributes: {
      email: `person${number}@example.test`,
      externalId: `r_${randomBytes(16).toString("hex")}`,
      name: "Ada Lovelace",
      phone: "+44 20 7946 0001",
      plan: "pro",
    },
  };
}

async function creates(create, url, inFlight, count) {
  const contacts = Array.from({ length: count }, (_, number) => contact(number));
  const times = [];
  let next = 0;
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const work = async () => {
    while (next < count) {
      const before = process.hrtime.bigint();
      const answer = await create(`${url}/contacts`, contacts[next++]);
      if (!answer.data.id) throw new Error("the answer has no id");
      times.push(process.hrtime.bigint() - before);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  const wall = process.hrtime.bigint() - start;
  const used = process.cpuUsage(cpu);
  times.sort((a, b) => (a < b ? -1 : 1));
  return `${count} ${(used.user + used.system) * 1000} ${wall} ${times[count >> 1]}`;
}

export async function run(create) {
  const [url, inFlight, count] = process.argv.slice(2);
  await creates(create, url, Number(inFlight), Math.max(200, Number(count) / 4));
  console.log(await creates(create, url, Number(inFlight), Number(count)));
  process.exit(0);
}
