-- Which agent changed which file in which session, as its conversation told: one row however often. The conversation itself may
-- be gone when somebody asks. `lines` are those of its latest change there, as FROM-TO with blanks between.
CREATE TABLE map_touches (
  agent_id TEXT NOT NULL,
  session INTEGER NOT NULL,
  file TEXT NOT NULL,
  name TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  times INTEGER NOT NULL,
  lines TEXT NOT NULL,
  PRIMARY KEY (agent_id, session, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX map_touches_file ON map_touches (file);
