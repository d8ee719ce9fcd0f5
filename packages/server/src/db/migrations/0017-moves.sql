-- Agents that move: one row for each agent with its last move here, and where mail for one that has moved away goes on to.
CREATE TABLE agent_moves (
  agent TEXT PRIMARY KEY,
  phase TEXT NOT NULL,
  -- The move as its event tells it, and what only this machine has to know of it.
  value TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mail_forwards (
  agent TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  node TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_forwards_by_name ON mail_forwards (name);
