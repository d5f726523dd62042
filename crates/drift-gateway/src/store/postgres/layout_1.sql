CREATE TABLE gateway_record (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id bytea PRIMARY KEY,
    account text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    operation text NOT NULL,
    repeatable boolean NOT NULL,
    state smallint NOT NULL,
    fence bigint NOT NULL,
    revision bigint NOT NULL DEFAULT 1,
    in_doubt boolean NOT NULL DEFAULT false,
    takeover_at bigint NOT NULL DEFAULT 0,
    delivery boolean NOT NULL,
    attempts integer NOT NULL,
    due_at bigint,
    reason text,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    -- Somebody waits for the end of the work, and is notified.
    joined boolean NOT NULL DEFAULT false,
    erase boolean NOT NULL DEFAULT false,
    email bytea,
    external_id bytea,
    contact bigint,
    request bytea NOT NULL,
    intent text NOT NULL,
    ticket text,
    status integer,
    headers text,
    body bytea
);
-- Most records live a day: dead rows are cleaned up soon, and never all at once.
ALTER TABLE gateway_record SET (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 80);
CREATE INDEX gateway_record_by_age ON gateway_record (state, changed_at);
CREATE INDEX gateway_record_due ON gateway_record (account, due_at) WHERE delivery AND state < 2;
CREATE INDEX gateway_record_not_repeatable ON gateway_record (seq) WHERE NOT repeatable AND state < 2;
CREATE INDEX gateway_record_refused ON gateway_record (seq) WHERE state = 3;
CREATE INDEX gateway_record_email ON gateway_record (email) WHERE email IS NOT NULL;
CREATE INDEX gateway_record_external_id ON gateway_record (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX gateway_record_contact ON gateway_record (contact) WHERE contact IS NOT NULL;
CREATE TABLE gateway_pace (account text PRIMARY KEY, document text NOT NULL);
CREATE TABLE gateway_token (name text PRIMARY KEY, value text);
CREATE TABLE gateway_key (name text PRIMARY KEY, hash bytea NOT NULL, created_at bigint NOT NULL);
