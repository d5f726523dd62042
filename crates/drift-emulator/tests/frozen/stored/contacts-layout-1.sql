CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    organization INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    deleted_at INTEGER,
    erased INTEGER NOT NULL DEFAULT 0,
    email TEXT,
    external_id TEXT,
    external_id_is_number INTEGER NOT NULL,
    attributes TEXT NOT NULL
);
CREATE INDEX contacts_by_email ON contacts (email, organization) WHERE email IS NOT NULL;
CREATE INDEX contacts_by_external_id ON contacts (external_id, organization) WHERE external_id IS NOT NULL;
CREATE TABLE attribute_definitions (
    organization INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    display_name TEXT NOT NULL,
    PRIMARY KEY (organization, name)
) WITHOUT ROWID;
CREATE TABLE timeline_events (
    id INTEGER PRIMARY KEY,
    organization INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    event TEXT NOT NULL,
    attributes TEXT NOT NULL
);
CREATE INDEX timeline_events_by_contact ON timeline_events (contact_id, created_at);
CREATE TABLE unsubscribed_emails (
    organization INTEGER NOT NULL,
    email TEXT NOT NULL,
    PRIMARY KEY (organization, email)
) WITHOUT ROWID;
INSERT INTO contacts VALUES
    (24100000019, 1, 1795428000000, 3, NULL, 0, 'ada@example.test', 'r_5d0c2a9e7b134f68', 0, '"email":"ada@example.test"'),
    (24100000055, 1, 1795428000000, 3, NULL, 0, 'bob@example.test', '77', 1, '"email":"bob@example.test"');
PRAGMA user_version = 1;
