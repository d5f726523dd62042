// axios with connections that are kept.
import { Agent } from "node:http";
import axios from "axios";
import { run, token } from "./drive.mjs";

const client = axios.create({
  httpAgent: new Agent({ keepAlive: true }),
  headers: { authorization: `Bearer ${token}` },
  timeout: 15_000,
});
await run(async (url, contact) => (await client.post(url, contact)).data);
