-- Agents and recordings. A name is unique among all rows, so that a deleted agent can always be brought back under its
-- own; purging it frees the name.
CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  tags TEXT NOT NULL,
  folder TEXT NOT NULL,
  program TEXT NOT NULL,
  args TEXT NOT NULL,
  persona TEXT NOT NULL,
  avatar TEXT,
  public_key TEXT NOT NULL,
  private_key BLOB NOT NULL,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  since INTEGER NOT NULL,
  session_started_at INTEGER,
  title TEXT NOT NULL,
  adopted TEXT,
  recording TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE agent_env (
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (agent_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE recordings (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  size_bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX recordings_by_agent ON recordings (agent_id);
