/** Objects are kept as they go over the wire, with the columns beside them that they are looked up by. `seq` is the order of their making. */
const objects = (table: string) => `
CREATE TABLE IF NOT EXISTS ${table} (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  payment_intent TEXT,
  charge TEXT,
  type TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ${table}_by_intent ON ${table} (payment_intent);`

export const SCHEMA = `
${objects('intents')}
${objects('charges')}
${objects('refunds')}
${objects('disputes')}
${objects('events')}

CREATE TABLE IF NOT EXISTS authentications (intent_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS keys (
  key TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  request_id TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS keys_by_age ON keys (created);

CREATE TABLE IF NOT EXISTS tries (scope TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  given_up INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (given_up, due_ms);
CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event_id);

CREATE TABLE IF NOT EXISTS settlements (
  seq INTEGER PRIMARY KEY,
  due_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  object_id TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS settlements_due ON settlements (due_ms);
`
