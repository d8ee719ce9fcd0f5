-- What the store itself needs: facts about the file, the event log and the audit chain.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- seq has no gaps from the oldest kept row on.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  actor TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;

-- mac chains each row to the one before: see db/audit-chain.ts.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  act TEXT NOT NULL,
  subject TEXT NOT NULL,
  address TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
  detail TEXT NOT NULL,
  mac TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, seq);

-- 'head' is the newest row, so that a cut-off tail shows; 'base' is the newest pruned row. Both are sealed with the audit key.
CREATE TABLE audit_marks (
  name TEXT PRIMARY KEY CHECK (name IN ('head', 'base')),
  seq INTEGER NOT NULL,
  mac TEXT NOT NULL,
  seal TEXT NOT NULL
) STRICT, WITHOUT ROWID;
