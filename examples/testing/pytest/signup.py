"""The code under test: puts a person who signs up into Drift."""

import json
import urllib.error
import urllib.parse
import urllib.request


class AlreadyThere(Exception):
    """Another contact has this external id."""


class Drift:
    def __init__(self, base_url, token, timeout=5):
        self.base_url = base_url
        self.token = token
        self.timeout = timeout

    def call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base_url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            return json.load(response)["data"]

    def find(self, external_id):
        query = urllib.parse.urlencode({"idType": "external", "id": external_id})
        return self.call("GET", f"/contacts?{query}")


def sign_up(drift, external_id, email, **attributes):
    """Creates the contact. When the response is lost, looks it up and never sends it twice."""
    body = {"attributes": {"email": email, "externalId": external_id, **attributes}}
    try:
        return drift.call("POST", "/contacts", body)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 409:
                raise AlreadyThere(external_id) from None
            if error.code < 500:
                raise
    except OSError:
        pass  # A timeout or a broken connection: the contact may be there, or not.
    found = drift.find(external_id)
    if not found:
        raise ConnectionError("Drift did not take the contact")
    return found[0]
