-- Agents elsewhere that ask for tokens, or have them, by the proof of a key (AMP 11). A mailbox is theirs once somebody approved it.
CREATE TABLE identities (
  id TEXT PRIMARY KEY,
  kid TEXT NOT NULL,
  public_key TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  description TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'suspended', 'deleted')),
  scopes TEXT NOT NULL,
  seconds INTEGER NOT NULL,
  -- Deferred: a mailbox is made in the unit that has to find the identity still waiting first.
  program_id TEXT REFERENCES mail_programs (id) DEFERRABLE INITIALLY DEFERRED,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  decided_by TEXT
) STRICT, WITHOUT ROWID;
-- A key asks once; one that was refused may ask again.
CREATE UNIQUE INDEX identities_kid ON identities (kid) WHERE state <> 'deleted';

-- Tokens stand here only as SHA-256 of all their bytes.
CREATE TABLE identity_tokens (
  hash BLOB PRIMARY KEY,
  identity_id TEXT NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_tokens_until ON identity_tokens (until_ms);

-- The RSA keys that sign tokens; the private half is sealed.
CREATE TABLE token_keys (
  kid TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  private_key BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
