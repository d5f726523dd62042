"""What is known of a request, and whether it may be sent again: pure decisions, as tests/vectors tells them."""

NOT_SENT, REFUSED, UNKNOWN, DONE = "not_sent", "refused", "unknown", "done"

# By their definition the request was not processed.
NOT_PROCESSED = {421, 425}
# They are decided before a request is executed, so who says them does not matter.
REFUSED_BEFORE_EXECUTION = {401, 404, 405, 407, 411, 413, 414, 415, 417, 431}


def delivery(phase, status, body, error_type):
    """What is known of a request that got as far as `phase`; `status` is None when no answer began."""
    if status is None:
        return NOT_SENT if phase in ("resolve", "connect", "tls") else UNKNOWN
    if 200 <= status <= 299:
        return DONE
    # Some gateways say "too many requests" with a 503; only its type tells it from an outage.
    if status == 429 or (status == 503 and error_type == "rate_limit"):
        return REFUSED
    if status in NOT_PROCESSED:
        return NOT_SENT
    if status in REFUSED_BEFORE_EXECUTION:
        return REFUSED
    if 400 <= status <= 499 and status != 408 and body == "readable":
        return REFUSED
    return UNKNOWN


def may_repeat(delivery_of_it, put_off, repeatable):
    """Whether a call may be sent again as it stands. A create whose delivery is unknown is looked up first."""
    if delivery_of_it == NOT_SENT:
        return True
    return put_off if delivery_of_it == REFUSED else repeatable
