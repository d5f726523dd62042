// The safe write as a state machine, as tests/vectors/protocol.json shows it: a create is never sent again while its
// delivery is unknown without looking first. Copy it; the rules stand in the documentation of `drift::protocol`.

export type Goal = "create" | "ensure" | "update";
export type Start = "fresh" | "in_doubt" | "long_after" | "update" | "resume" | "resume_exists";
export type Claim = "created" | "recovered" | "existed" | "updated";
export type Step = "send" | "update" | "fail" | "give_up" | { look_up: { after: number } } | { claim: Claim };
export type Event =
  | "answered" | "not_executed" | "duplicate" | "refused" | "maybe_refused" | "in_doubt"
  | "found_several" | "absent" | "look_up_failed" | "look_up_refused"
  | "updated" | "update_not_executed" | "update_refused" | "update_in_doubt"
  | { found: { ours: boolean } };

export class Protocol {
  private sent = 0;
  private updates = 0;
  private looked = 0;
  private inDoubt = false;
  private exists = false;
  private maybeRefused = false;
  private updateInDoubt = false;

  constructor(
    private readonly goal: Goal,
    private sends: number,
    private readonly lookUps: number,
    private readonly proof: boolean,
  ) {}

  start(how: Start): Step {
    if (how === "fresh") return this.send();
    if (how === "update") return this.update();
    this.inDoubt = true;
    if (how === "long_after") return this.lookOnce();
    if (how !== "in_doubt") {
      this.exists = how === "resume_exists";
      this.sends = 0;
    }
    return this.startLookUps();
  }

  next(event: Event): Step {
    if (typeof event === "object") return event.found.ours ? { claim: "recovered" } : this.foundAnother();
    switch (event) {
      case "answered": return { claim: "created" };
      case "not_executed": return this.sendAgain();
      case "refused": return this.inDoubt ? this.refusedAfterDoubt() : "fail";
      case "duplicate": return this.duplicate();
      case "maybe_refused": return this.lookForRefused();
      case "in_doubt": this.inDoubt = true; return this.startLookUps();
      case "found_several": return this.isDuplicate() ? "fail" : this.endUnseen();
      case "look_up_refused": return this.endUnseen();
      case "absent": return this.lookAgain() ?? this.absent();
      case "look_up_failed": return this.lookAgain() ?? this.endUnseen();
      case "updated": return { claim: "updated" };
      case "update_not_executed": return this.updateAgain();
      case "update_in_doubt": this.updateInDoubt = true; return this.updateAgain();
      case "update_refused": return this.endUpdate();
    }
  }

  private refusedAfterDoubt(): Step {
    this.sends = this.sent;
    return this.startLookUps();
  }

  private duplicate(): Step {
    this.exists = true;
    const final = this.goal === "create" && !this.inDoubt && !this.proof;
    return final ? "fail" : this.startLookUps();
  }

  private lookForRefused(): Step {
    this.maybeRefused = !this.inDoubt;
    this.inDoubt = true;
    this.sends = this.sent;
    return this.lookOnce();
  }

  private isDuplicate(): boolean {
    return this.goal === "create" && this.exists && !this.inDoubt;
  }

  private foundAnother(): Step {
    if (this.goal === "update") return this.update();
    return this.isDuplicate() ? "fail" : { claim: "existed" };
  }

  private absent(): Step {
    if (this.exists) return "give_up";
    return this.maybeRefused ? "fail" : this.sendAgain();
  }

  private endUnseen(): Step {
    return this.maybeRefused ? "fail" : "give_up";
  }

  private send(): Step {
    this.sent += 1;
    return "send";
  }

  private sendAgain(): Step {
    if (this.sent < this.sends) return this.send();
    return this.inDoubt ? "give_up" : "fail";
  }

  private update(): Step {
    this.updates += 1;
    return "update";
  }

  private updateAgain(): Step {
    return this.updates < this.sends ? this.update() : this.endUpdate();
  }

  private endUpdate(): Step {
    return this.inDoubt || this.updateInDoubt ? "give_up" : "fail";
  }

  private lookOnce(): Step {
    this.looked = this.lookUps;
    return { look_up: { after: 0 } };
  }

  private startLookUps(): Step {
    this.looked = 0;
    return this.look();
  }

  private look(): Step {
    this.looked += 1;
    return { look_up: { after: this.looked - 1 } };
  }

  private lookAgain(): Step | undefined {
    return this.looked < this.lookUps ? this.look() : undefined;
  }
}
