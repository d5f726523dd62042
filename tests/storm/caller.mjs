// The loop that everybody writes, in JavaScript on Node.js.
const [url, token, ...numbers] = process.argv.slice(2);
const [first, step, count] = numbers.map(Number);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function attempt(key, body) {
  const response = await fetch(`${url}/contacts`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": key },
    body,
    signal: AbortSignal.timeout(5_000),
  });
  const text = await response.text();
  JSON.parse(text);
  return { status: response.status, outcome: response.headers.get("Drift-Outcome") ?? "", text };
}

async function create(name, email, externalId) {
  const body = JSON.stringify({ attributes: { email, externalId } });
  for (;;) {
    try {
      const { status, outcome, text } = await attempt(name, body);
      if (status < 500 && status !== 408 && status !== 429) {
        process.stdout.write(`${name}\t${status}\t${outcome}\t${text}\n`);
        return;
      }
    } catch {
      // Whatever it was, the same request comes next.
    }
    await sleep(100);
  }
}

let next = first;
async function worker() {
  for (let number = next; number < count; number = next) {
    next += step;
    const externalId = `u_${number}_9f3c1ad27b60e845`;
    await create(`create-${number}`, `lead${number}@example.test`, externalId);
    if (number % 50 === 0) await create(`rival-${number}`, `rival${number}@example.test`, externalId);
  }
}
await Promise.all(Array.from({ length: 6 }, worker));
