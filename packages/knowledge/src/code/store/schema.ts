// The code map's own database: facts by the hash of their source, and for each working copy its nodes and edges.

/** Raised with every change below: an older database is made anew, as everything in it comes from the sources. */
export const SCHEMA_VERSION = 8

/** Those that a first index is quicker without. */
export const LATE_INDEXES: ReadonlyMap<string, string> = new Map(
  [
    'create unique index node_place on node (copy, file, path)',
    'create index node_name on node (copy, name)',
    'create index edge_file on edge (file)',
    'create index edge_target on edge (target)',
    'create index edge_source on edge (source)',
  ].map((one) => [/index (\w+)/.exec(one)?.[1] ?? '', one]),
)

export const SCHEMA = `
create table facts (
  hash text not null,
  version text not null,
  json text not null
);
create unique index facts_hash on facts (hash, version);

create table copy (
  id integer primary key,
  root text not null unique
);

create table file (
  id integer primary key,
  copy integer not null references copy(id),
  path text not null,
  hash text not null,
  version text not null default '',
  language text not null default '',
  size integer not null default 0,
  lines integer not null default 0,
  problem text,
  -- Specifiers of its imports and the paths that they lead to, a line each.
  imports text not null default '',
  targets text not null default '',
  unique (copy, path)
);

-- A file is a node too: the one whose path in the file is ''. What lies in no file (a folder, a variable of the environment) has
-- file null. The parent is the path of what holds the node: in its file, or for a file or folder the key of a folder.
create table node (
  id integer primary key,
  copy integer not null,
  file integer,
  path text not null,
  name text not null,
  kind text not null,
  line integer not null default 0,
  end_line integer not null default 0,
  col integer not null default 0,
  exported integer not null default 0,
  nested integer not null default 0,
  parent text not null default '',
  signature text not null default '',
  doc text not null default '',
  doc_line integer not null default 0,
  complexity integer not null default 0
);

create table edge (
  file integer not null,
  source integer not null,
  target integer not null,
  kind text not null,
  rule text not null,
  line integer not null,
  col integer not null
);

-- Which files were looked at when a file was linked, and for which names (a line each): when one of them stands for something else,
-- the file is linked again.
create table seen (
  file integer not null,
  saw integer not null,
  names text not null,
  primary key (saw, file)
) without rowid;
create index seen_file on seen (file);

-- Which agent changed which symbol of a file ('' the file itself) in which session.
create table touch (
  copy integer not null,
  path text not null,
  symbol text not null,
  agent text not null,
  session integer not null,
  name text not null,
  first integer not null,
  last integer not null,
  times integer not null,
  primary key (copy, path, symbol, agent, session)
) without rowid;

-- What holds what: the repository its folders and packages, those their files, a file its symbols.
create view contains (copy, source, target) as
  select m.copy, h.id, m.id from node h join node m
  on m.copy = h.copy and m.parent = h.path and h.id <> m.id and (
    (h.file is not null and m.file = h.file and m.path <> '') or (h.file is null and (m.file is null or m.path = '')));

create virtual table node_text using fts5(name, words, signature, doc, content='', contentless_delete=1, tokenize='unicode61');
-- Room for the words of a first index, so that they are sorted once instead of in pieces that are merged again and again.
insert into node_text (node_text, rank) values ('hashsize', 16000000);
${[...LATE_INDEXES.values()].join(';\n')};
`
