// The code under test: puts a person who signs up into Drift.

/** Another contact has this external id. */
export class AlreadyThere extends Error {}

export class Drift {
  constructor(baseUrl, token, timeout = 5000) {
    Object.assign(this, { baseUrl, token, timeout });
  }

  async call(method, path, body) {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(this.timeout),
    });
    return { status: response.status, data: (await response.json()).data };
  }

  async find(externalId) {
    const query = new URLSearchParams({ idType: "external", id: externalId });
    return (await this.call("GET", `/contacts?${query}`)).data;
  }
}

/** Creates the contact. When the response is lost, looks it up and never sends it twice. */
export async function signUp(drift, externalId, email, attributes = {}) {
  const body = { attributes: { email, externalId, ...attributes } };
  // A timeout or a broken connection: the contact may be there, or not.
  const response = await drift.call("POST", "/contacts", body).catch(() => ({ status: 0 }));
  if (response.status === 200) return response.data;
  if (response.status === 409) throw new AlreadyThere(externalId);
  if (response.status >= 400 && response.status < 500) throw new Error(`Drift refused: ${response.status}`);
  const [found] = await drift.find(externalId);
  if (found === undefined) throw new Error("Drift did not take the contact");
  return found;
}
