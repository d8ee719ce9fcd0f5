-- The shared board as the operation log of the mesh makes it: written in the transaction of each step, and read without the
-- mesh. The log is the truth; these rows follow from it.
CREATE TABLE board_columns (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  place TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE board_cards (
  id TEXT PRIMARY KEY,
  column_id TEXT NOT NULL,
  place TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX board_cards_by_column ON board_cards (column_id, place, id);
