-- The mesh: what this machine knows of its room. One row for each thing that core/mesh keeps; `mesh_roots` is empty, and
-- nothing of the mesh is loaded, until a machine was invited or joined.
CREATE TABLE mesh_roots (
  node TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Signed records of the directory as JSON, by kind, subject and signer.
CREATE TABLE mesh_records (
  key TEXT PRIMARY KEY,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The operation log: how far each stream is known, and the entries that still matter.
CREATE TABLE mesh_streams (
  stream TEXT PRIMARY KEY,
  have INTEGER NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE mesh_entries (
  stream TEXT NOT NULL,
  seq INTEGER NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

-- Which agents are this machine's, and moves under way.
CREATE TABLE mesh_holdings (
  agent TEXT PRIMARY KEY,
  holding TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Mail on its way to other machines. A lane's `next` outlives its letters: numbers are never used twice.
CREATE TABLE mesh_out_lanes (
  node TEXT NOT NULL,
  lane TEXT NOT NULL,
  next INTEGER NOT NULL,
  PRIMARY KEY (node, lane)
) STRICT, WITHOUT ROWID;
CREATE TABLE mesh_out (
  node TEXT NOT NULL,
  lane TEXT NOT NULL,
  seq INTEGER NOT NULL,
  letter TEXT NOT NULL,
  expired INTEGER NOT NULL,
  PRIMARY KEY (node, lane, seq)
) STRICT, WITHOUT ROWID;
-- What has come from other machines: the number of the next letter, and those that were taken as blanks.
CREATE TABLE mesh_in (
  node TEXT NOT NULL,
  lane TEXT NOT NULL,
  next INTEGER NOT NULL,
  blanks TEXT NOT NULL,
  PRIMARY KEY (node, lane)
) STRICT, WITHOUT ROWID;
-- What became of letters and is not yet written at their messages.
CREATE TABLE mesh_notices (
  id TEXT PRIMARY KEY,
  outcome TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Other machines as this one last saw them: where, when, and a picture of their agents.
CREATE TABLE mesh_nodes (
  node TEXT PRIMARY KEY,
  urls TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  picture TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What people of another machine may do here, at most. No row: nothing.
CREATE TABLE mesh_grants (
  node TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  agents TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
