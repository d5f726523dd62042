//! What can happen next in the world of the model: by a creator, the network, the server or its index.

/// What can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Start(usize),
    /// The server executes the request.
    Execute(usize),
    /// No byte was sent.
    NotSent(usize),
    /// 429, with or without `Retry-After`.
    RateLimited(usize),
    /// Any refusal that is no conflict.
    Refuse(usize),
    /// The request is lost, or the server fails before it commits.
    LoseRequest(usize),
    /// The creator's time limit runs out, and the request is still on its way.
    Delay(usize),
    /// A delayed request is executed.
    Arrive(usize),
    /// The network delivers the request twice, and hands back the second response.
    ExecuteTwice(usize),
    /// The same, where the second response puts the request off.
    ExecuteThenRateLimit(usize),
    /// The same, where the second response refuses the request.
    ExecuteThenRefuse(usize),
    /// A filter responds in the server's place, before the work was done.
    FilterRequest(usize),
    /// A filter responds in the server's place, after the work was done.
    FilterResponse(usize),
    /// The response arrives.
    Deliver(usize),
    /// The response is lost, broken, or of another kind.
    LoseResponse(usize),
    LookUp(usize),
    FailLookUp(usize),
    LookUpRefused(usize),
    ExecuteUpdate(usize),
    UpdateNotSent(usize),
    RefuseUpdate(usize),
    LoseUpdate(usize),
    DeliverUpdate(usize),
    /// The caller drops the leader and an equal call takes over, or the process dies and resumes.
    Restart(usize),
    /// The index shows a contact.
    Index(usize),
    /// The check of uniqueness sees a contact.
    Check(usize),
}
