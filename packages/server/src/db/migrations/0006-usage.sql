-- One row a model call, so that a call that is told twice counts once.
CREATE TABLE usage_calls (
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  call_id TEXT NOT NULL,
  model TEXT NOT NULL,
  day TEXT NOT NULL,
  at INTEGER NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  cost_micros INTEGER,
  PRIMARY KEY (agent_id, call_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_calls_by_day ON usage_calls (day);

-- Kept in step with usage_calls by each write, so that a report never sums calls.
CREATE TABLE usage_totals (
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  day TEXT NOT NULL,
  calls INTEGER NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL,
  cache_write INTEGER NOT NULL,
  cost_micros INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  PRIMARY KEY (agent_id, model, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_totals_by_day ON usage_totals (day);

CREATE TABLE meters (
  agent_id TEXT PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- agent_id is empty for a budget of all agents together.
CREATE TABLE budgets (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  period TEXT NOT NULL,
  warn_micros INTEGER,
  stop_micros INTEGER,
  UNIQUE (agent_id, period)
) STRICT;
