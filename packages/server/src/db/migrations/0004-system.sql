-- The machine's own: its settings and its backups.
CREATE TABLE settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  value TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE backups (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  automatic INTEGER NOT NULL CHECK (automatic IN (0, 1))
) STRICT, WITHOUT ROWID;
