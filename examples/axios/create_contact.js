// Creates a contact with axios, and prints Drift's response.
//
// DRIFT_TOKEN   the access token
// DRIFT_BASE_URL   another base URL than https://driftapi.com, such as a local Drift
const axios = require("axios");

const drift = axios.create({
  baseURL: process.env.DRIFT_BASE_URL ?? "https://driftapi.com",
  timeout: 30_000,
  headers: { Authorization: `Bearer ${process.env.DRIFT_TOKEN}` },
});

async function main() {
  const { data } = await drift.post("/contacts", {
    attributes: {
      email: "ada@example.test",
      externalId: "u_9f3c1ad27b60e845",
    },
  });
  console.log(JSON.stringify(data));
}

main().catch((error) => {
  // With no response the contact may or may not be there: look it up before you send it again.
  console.error(error.response?.status ?? error.code, JSON.stringify(error.response?.data ?? null));
  process.exitCode = 1;
});
