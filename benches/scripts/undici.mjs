// undici's own request, the fastest client of Node.
import { request } from "undici";
import { run, token } from "./drive.mjs";

await run(async (url, contact) => {
  const answer = await request(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(contact),
    headersTimeout: 15_000,
  });
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  return answer.body.json();
});
