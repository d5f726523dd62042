// Node's own fetch, which is undici.
import { run, token } from "./drive.mjs";

await run(async (url, contact) => {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(contact),
    signal: AbortSignal.timeout(15_000),
  });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
});
