-- Programs elsewhere that have a mailbox here by AMP: shell clients, gateways. Their names are never given to another
-- while the row stands, also after they have gone.
CREATE TABLE mail_programs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  alias TEXT,
  created_at INTEGER NOT NULL,
  gone_at INTEGER,
  webhook_url TEXT,
  webhook_secret BLOB
) STRICT, WITHOUT ROWID;

-- Signing keys over time, by their SPKI fingerprint (protocol: KeyRecord).
CREATE TABLE mail_program_keys (
  kid TEXT PRIMARY KEY,
  program_id TEXT NOT NULL REFERENCES mail_programs (id) ON DELETE CASCADE,
  public_key TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  until_ms INTEGER,
  revoked_at_ms INTEGER,
  superseded_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_program_keys_of ON mail_program_keys (program_id);

-- API keys stand here only as SHA-256: 256 random bits need no slow hash.
CREATE TABLE mail_api_keys (
  hash BLOB PRIMARY KEY,
  program_id TEXT NOT NULL REFERENCES mail_programs (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  until_ms INTEGER
) STRICT, WITHOUT ROWID;

-- What has arrived, in the transaction that stored it (protocol: SeenRecord).
CREATE TABLE mail_seen (
  signer TEXT NOT NULL,
  id TEXT NOT NULL,
  digest TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  PRIMARY KEY (signer, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_seen_until ON mail_seen (until_ms);

-- Providers that mail is exchanged with, each with its pinned key; and the keys of their agents, pinned at first sight.
CREATE TABLE mail_peers (
  provider TEXT PRIMARY KEY,
  endpoint TEXT NOT NULL,
  public_key TEXT NOT NULL,
  seals INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mail_remote_keys (
  address TEXT NOT NULL,
  kid TEXT NOT NULL,
  public_key TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER,
  PRIMARY KEY (address, kid)
) STRICT, WITHOUT ROWID;

-- The right to an upload or download is derived from the machine's key and stands nowhere.
ALTER TABLE attachments DROP COLUMN token_hash;

-- Up to which message an agent has been told of its mail, so that a restart tells it nothing twice.
CREATE TABLE mail_notices (
  mailbox TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
