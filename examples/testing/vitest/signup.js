// The code under test: puts a person who signs up into Drift.

/** Another contact has this external id. */
export class AlreadyThere extends Error {}

export class Drift {
  constructor(baseUrl, token, timeout = 5000) {
    Object.assign(this, { baseUrl, token, timeout });
  }

  async call(method, path, body) {
    const answer = await fetch(this.baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(this.timeout),
    });
    return { status: answer.status, data: (await answer.json()).data };
  }

  async find(externalId) {
    const query = new URLSearchParams({ idType: "external", id: externalId });
    return (await this.call("GET", `/contacts?${query}`)).data;
  }
}

/** Creates the contact. When the answer is lost, looks it up and never sends it twice. */
export async function signUp(drift, externalId, email, attributes = {}) {
  const body = { attributes: { email, externalId, ...attributes } };
  // A timeout or a broken connection: the contact may be there, or not.
  const answer = await drift.call("POST", "/contacts", body).catch(() => ({ status: 0 }));
  if (answer.status === 200) return answer.data;
  if (answer.status === 409) throw new AlreadyThere(externalId);
  if (answer.status >= 400 && answer.status < 500) throw new Error(`Drift refused: ${answer.status}`);
  const [found] = await drift.find(externalId);
  if (found === undefined) throw new Error("Drift did not take the contact");
  return found;
}
