-- What an agent's session may show to prove that it is that agent; valid only while the session lives.
CREATE TABLE agent_tokens (
  agent_id TEXT PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
  secret_hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How much an agent may do unasked, the kit that looks after it, and where its program's own conversation goes on.
ALTER TABLE agents ADD COLUMN trust TEXT;
ALTER TABLE agents ADD COLUMN kit TEXT;
CREATE TABLE vendor_sessions (
  agent_id TEXT PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
  kit TEXT NOT NULL,
  session TEXT NOT NULL,
  transcript TEXT,
  version TEXT
) STRICT, WITHOUT ROWID;

-- Every ask from its coming to its end; `value` is the whole item as its event tells it.
CREATE TABLE attention (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  ref TEXT NOT NULL,
  kind TEXT NOT NULL,
  receipt TEXT NOT NULL CHECK (receipt IN ('pending', 'answered', 'consumed', 'stale')),
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  value TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX attention_open ON attention (agent_id, ref) WHERE receipt IN ('pending', 'answered');
CREATE INDEX attention_settled ON attention (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX attention_by_agent ON attention (agent_id, settled_at);

CREATE TABLE rules (
  id TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  revoked_at INTEGER,
  uses INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;

-- Words that wait until their agent can take them.
CREATE TABLE prompts (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  written_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX prompts_by_agent ON prompts (agent_id, id);

-- Browsers to notify. The keys are the browser's own and open nothing here.
CREATE TABLE push_subscriptions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  endpoint TEXT NOT NULL UNIQUE,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX push_by_user ON push_subscriptions (user_id);
