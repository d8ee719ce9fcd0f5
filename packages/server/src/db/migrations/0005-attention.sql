-- What an agent's session may show to prove that it is that agent; valid only while the session lives.
CREATE TABLE agent_tokens (
  agent_id TEXT PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
  secret_hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
