-- Messages: one row for each recipient. `recipient` and `sender` are mailboxes of this machine (agent, user or program),
-- null for an address elsewhere. `envelope` and `payload` are kept as they were signed.
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  thread TEXT NOT NULL,
  in_reply_to TEXT,
  broadcast TEXT,
  sender TEXT,
  from_address TEXT NOT NULL,
  recipient TEXT,
  to_address TEXT NOT NULL,
  subject TEXT NOT NULL,
  preview TEXT NOT NULL,
  type TEXT NOT NULL,
  priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
  size_bytes INTEGER NOT NULL,
  attachments TEXT NOT NULL,
  trust TEXT NOT NULL,
  labels TEXT NOT NULL,
  score INTEGER NOT NULL,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  deliver_at INTEGER,
  expires_at INTEGER,
  delivered_at INTEGER,
  read_at INTEGER,
  acted_at INTEGER,
  ended_at INTEGER,
  archived INTEGER NOT NULL,
  starred INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  version INTEGER NOT NULL,
  -- When a program that speaks AMP took it out of its queue, and when a machine elsewhere is tried again.
  taken_at INTEGER,
  next_try_at INTEGER,
  envelope TEXT NOT NULL,
  payload TEXT NOT NULL,
  -- What the signature was over (protocol: SignatureMatch), or how it came in without one.
  proof TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_recipient ON messages (recipient, archived, seq);
CREATE INDEX messages_by_sender ON messages (sender, seq);
CREATE INDEX messages_by_thread ON messages (thread, seq);
CREATE INDEX messages_unread ON messages (recipient, priority, seq) WHERE state = 'delivered' AND archived = 0;
CREATE INDEX messages_pending ON messages (recipient, priority, seq) WHERE taken_at IS NULL AND state IN ('delivered', 'read');
CREATE INDEX messages_starred ON messages (recipient, seq) WHERE starred = 1;
CREATE INDEX messages_due ON messages (deliver_at) WHERE state = 'scheduled';
CREATE INDEX messages_outbox ON messages (next_try_at) WHERE state = 'queued';
CREATE INDEX messages_expiring ON messages (expires_at)
  WHERE expires_at IS NOT NULL AND state IN ('scheduled', 'quarantined', 'queued', 'delivered');
CREATE INDEX messages_held ON messages (state, seq) WHERE state IN ('scheduled', 'quarantined', 'queued', 'dead');

-- Counted by triggers, so that no way of writing can forget it and reading it is one row.
CREATE TABLE mailboxes (
  id TEXT PRIMARY KEY,
  unread INTEGER NOT NULL DEFAULT 0,
  urgent INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TRIGGER messages_counted AFTER INSERT ON messages
WHEN NEW.recipient IS NOT NULL AND NEW.state = 'delivered' AND NEW.archived = 0
BEGIN
  INSERT INTO mailboxes (id, unread, urgent) VALUES (NEW.recipient, 1, NEW.priority = 0)
  ON CONFLICT (id) DO UPDATE SET unread = unread + 1, urgent = urgent + excluded.urgent;
END;

CREATE TRIGGER messages_recounted AFTER UPDATE OF state, archived ON messages
WHEN NEW.recipient IS NOT NULL
  AND (OLD.state = 'delivered' AND OLD.archived = 0) <> (NEW.state = 'delivered' AND NEW.archived = 0)
BEGIN
  INSERT INTO mailboxes (id) VALUES (NEW.recipient) ON CONFLICT (id) DO NOTHING;
  UPDATE mailboxes
  SET unread = unread + iif(NEW.state = 'delivered' AND NEW.archived = 0, 1, -1),
      urgent = urgent + iif(NEW.priority <> 0, 0, iif(NEW.state = 'delivered' AND NEW.archived = 0, 1, -1))
  WHERE id = NEW.recipient;
END;

CREATE TRIGGER messages_uncounted AFTER DELETE ON messages
WHEN OLD.recipient IS NOT NULL AND OLD.state = 'delivered' AND OLD.archived = 0
BEGIN
  UPDATE mailboxes SET unread = unread - 1, urgent = urgent - (OLD.priority = 0) WHERE id = OLD.recipient;
END;

-- Who writes to whom, counted likewise.
CREATE TABLE mail_flow (
  from_address TEXT NOT NULL,
  to_address TEXT NOT NULL,
  sender TEXT,
  recipient TEXT,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (from_address, to_address)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER messages_flow AFTER INSERT ON messages
BEGIN
  INSERT INTO mail_flow (from_address, to_address, sender, recipient, count, last_at)
  VALUES (NEW.from_address, NEW.to_address, NEW.sender, NEW.recipient, 1, NEW.created_at)
  ON CONFLICT (from_address, to_address) DO UPDATE SET
    count = count + 1, last_at = excluded.last_at, sender = excluded.sender, recipient = excluded.recipient;
END;

-- Words and parties of each message by its seq; the text itself stands in the payload only. A party is its mailbox without
-- the underscore, so that the search within one mailbox is part of the same question.
CREATE VIRTUAL TABLE message_words USING fts5 (
  subject, body, parties,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER messages_forgotten AFTER DELETE ON messages
BEGIN
  DELETE FROM message_words WHERE rowid = OLD.seq;
  DELETE FROM message_files WHERE message_id = OLD.id;
END;

-- A key or id of a sender's own, written in the transaction that stores the message: the same again is the same message.
CREATE TABLE message_keys (
  sender TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  message_id TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (sender, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_keys_until ON message_keys (until);

-- Files by their digest; the content lies in the data folder under the same name.
CREATE TABLE attachments (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  claimed_type TEXT NOT NULL,
  type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  digest TEXT NOT NULL,
  scan TEXT NOT NULL,
  token_hash BLOB,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_by_digest ON attachments (digest);
CREATE TABLE message_files (
  attachment_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  PRIMARY KEY (attachment_id, message_id)
) STRICT, WITHOUT ROWID;

-- The keys with which people and the machine itself sign; an agent's own stands in its row.
CREATE TABLE mail_keys (
  mailbox TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  private_key BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
