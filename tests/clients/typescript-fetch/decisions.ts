// What is known of a request, and whether it may be sent again: pure decisions, as tests/vectors tells them.

export type Delivery = "not_sent" | "refused" | "unknown" | "done";
export type Phase = "resolve" | "connect" | "tls" | "sending" | "waiting" | "reading";

/** By their definition the request was not processed. */
const notProcessed = [421, 425];
/** They are decided before a request is executed, so who says them does not matter. */
const refusedBeforeExecution = [401, 404, 405, 407, 411, 413, 414, 415, 417, 431];

/** What is known of a request that got as far as `phase`; `status` is null when no answer began. */
export function delivery(
  phase: Phase,
  status: number | null,
  body: "readable" | "unreadable",
  errorType: string | null,
): Delivery {
  if (status === null) return ["resolve", "connect", "tls"].includes(phase) ? "not_sent" : "unknown";
  if (status >= 200 && status <= 299) return "done";
  // Some gateways say "too many requests" with a 503; only its type tells it from an outage.
  if (status === 429 || (status === 503 && errorType === "rate_limit")) return "refused";
  if (notProcessed.includes(status)) return "not_sent";
  if (refusedBeforeExecution.includes(status)) return "refused";
  if (status >= 400 && status <= 499 && status !== 408 && body === "readable") return "refused";
  return "unknown";
}

/** Whether a call may be sent again as it stands. A create whose delivery is unknown is looked up first. */
export function mayRepeat(of: Delivery, putOff: boolean, repeatable: boolean): boolean {
  if (of === "not_sent") return true;
  return of === "refused" ? putOff : repeatable;
}
