"""The safe write as a state machine, as tests/vectors/protocol.json shows it: a create is never sent again while its
delivery is unknown without looking first. Copy it; the rules stand in the documentation of `drift::protocol`."""


class Protocol:
    def __init__(self, goal, sends, look_ups, proof=False):
        self.goal, self.sends, self.look_ups, self.proof = goal, sends, look_ups, proof
        self.sent = self.updates = self.looked = 0
        self.in_doubt = self.exists = self.maybe_refused = self.update_in_doubt = False

    def start(self, how="fresh"):
        if how == "fresh":
            return self._send()
        if how == "update":
            return self._update()
        self.in_doubt = True
        if how == "long_after":
            return self._look_once()
        if how in ("resume", "resume_exists"):
            self.exists, self.sends = how == "resume_exists", 0
        return self._start_look_ups()

    def next(self, event):
        if isinstance(event, dict):
            return {"claim": "recovered"} if event["found"]["ours"] else self._found_another()
        return getattr(self, "_on_" + event)()

    def _on_answered(self):
        return {"claim": "created"}

    def _on_not_executed(self):
        return self._send_again()

    def _on_refused(self):
        if not self.in_doubt:
            return "fail"
        self.sends = self.sent
        return self._start_look_ups()

    def _on_duplicate(self):
        self.exists = True
        final = self.goal == "create" and not self.in_doubt and not self.proof
        return "fail" if final else self._start_look_ups()

    def _on_maybe_refused(self):
        self.maybe_refused, self.in_doubt, self.sends = not self.in_doubt, True, self.sent
        return self._look_once()

    def _on_in_doubt(self):
        self.in_doubt = True
        return self._start_look_ups()

    def _on_found_several(self):
        return "fail" if self._is_duplicate() else self._end_unseen()

    def _on_look_up_refused(self):
        return self._end_unseen()

    def _on_absent(self):
        return self._look_again() or self._absent()

    def _on_look_up_failed(self):
        return self._look_again() or self._end_unseen()

    def _on_updated(self):
        return {"claim": "updated"}

    def _on_update_not_executed(self):
        return self._update_again()

    def _on_update_in_doubt(self):
        self.update_in_doubt = True
        return self._update_again()

    def _on_update_refused(self):
        return "give_up" if self.in_doubt or self.update_in_doubt else "fail"

    def _is_duplicate(self):
        return self.goal == "create" and self.exists and not self.in_doubt

    def _found_another(self):
        if self.goal == "update":
            return self._update()
        return "fail" if self._is_duplicate() else {"claim": "existed"}

    def _absent(self):
        if self.exists:
            return "give_up"
        return "fail" if self.maybe_refused else self._send_again()

    def _end_unseen(self):
        return "fail" if self.maybe_refused else "give_up"

    def _send(self):
        self.sent += 1
        return "send"

    def _send_again(self):
        if self.sent < self.sends:
            return self._send()
        return "give_up" if self.in_doubt else "fail"

    def _update(self):
        self.updates += 1
        return "update"

    def _update_again(self):
        return self._update() if self.updates < self.sends else self._on_update_refused()

    def _look_once(self):
        self.looked = self.look_ups
        return {"look_up": {"after": 0}}

    def _start_look_ups(self):
        self.looked = 0
        return self._look()

    def _look(self):
        self.looked += 1
        return {"look_up": {"after": self.looked - 1}}

    def _look_again(self):
        return self._look() if self.looked < self.look_ups else None
