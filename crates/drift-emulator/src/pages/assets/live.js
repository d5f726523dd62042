// Keeps the newest contacts up to date while somebody looks at them. Without it the page is whole, and still.
"use strict";

// Milliseconds between two looks; longer where looking takes long, as a search among a million contacts does.
const PAUSE = 1500;
const SHARE_OF_TIME = 1 / 10;
const contacts = document.getElementById("contacts");
const status = document.getElementById("live-status");
let wanted = true;
let shown = null;

function ids(element) {
  return new Set([...element.querySelectorAll("[data-id]")].map((row) => row.dataset.id));
}

/** Puts the fresh list in place of the old one, and the focus back on the link that had it. */
function show(fresh) {
  const before = ids(contacts);
  const arrived = [...ids(fresh)].filter((id) => !before.has(id));
  const focused = contacts.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  contacts.replaceChildren(...fresh.childNodes);
  for (const id of arrived) {
    contacts.querySelector(`[data-id="${id}"]`).classList.add("new");
  }
  if (focused !== null) {
    [...contacts.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
  }
  if (arrived.length > 0) {
    status.textContent = arrived.length === 1 ? "1 new contact" : `${arrived.length} new contacts`;
  }
}

async function refresh() {
  const response = await fetch(location.href, { cache: "no-store" });
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("contacts");
  if (fresh.innerHTML !== shown) {
    shown = fresh.innerHTML;
    show(fresh);
  } else if (contacts.dataset.lost !== undefined) {
    status.textContent = "Connected again";
  }
  delete contacts.dataset.lost;
}

async function keep() {
  const began = performance.now();
  if (wanted && document.visibilityState === "visible") {
    try {
      await refresh();
    } catch {
      contacts.dataset.lost = "";
      status.textContent = "The emulator does not respond. Retrying.";
    }
  }
  setTimeout(keep, Math.max(PAUSE, (performance.now() - began) / SHARE_OF_TIME));
}

/** What moves by itself can be stopped. */
function addControl() {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = true;
  box.addEventListener("change", () => {
    wanted = box.checked;
    status.textContent = "";
  });
  const label = document.createElement("label");
  label.append(box, " Show new contacts as they arrive");
  document.getElementById("live-control").append(label);
}

shown = contacts.innerHTML;
addControl();
setTimeout(keep, PAUSE);
