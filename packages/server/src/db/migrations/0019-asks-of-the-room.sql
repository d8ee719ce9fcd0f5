-- An ask may come from an agent of another machine, which has no row here; what goes with an agent of this machine goes by a trigger.
CREATE TABLE attention_new (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  ref TEXT NOT NULL,
  kind TEXT NOT NULL,
  receipt TEXT NOT NULL CHECK (receipt IN ('pending', 'answered', 'consumed', 'stale')),
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  value TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
INSERT INTO attention_new SELECT id, agent_id, ref, kind, receipt, created_at, settled_at, value, version FROM attention;
DROP TABLE attention;
ALTER TABLE attention_new RENAME TO attention;
CREATE UNIQUE INDEX attention_open ON attention (agent_id, ref) WHERE receipt IN ('pending', 'answered');
CREATE INDEX attention_settled ON attention (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX attention_by_agent ON attention (agent_id, settled_at);
CREATE TRIGGER attention_of_purged AFTER DELETE ON agents BEGIN
  DELETE FROM attention WHERE agent_id = old.id;
END;
