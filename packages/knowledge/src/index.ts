// What the rest of Tutti may use of the knowledge package.
export { openCodeMap, type Change, type CodeMap, type CodeMapOptions } from './code/code-map.ts'
export { COMMANDS, type Answer, type Command } from './code/commands.ts'
export type { Extractor } from './code/extractor.ts'
export { extractors } from './code/extractors.ts'
export { findNodes, type MapNode } from './code/questions/nodes.ts'
export {
  callees,
  callers,
  impact,
  references,
  type Impact,
  type Relation,
  type Ring,
} from './code/questions/relations.ts'
export { parseDiff, createGit, type Commit, type Git } from './code/git.ts'
export { deadCode, type Dead } from './code/questions/dead.ts'
export { changeTogether, diffImpact, hotspots, touchedBy } from './code/questions/history.ts'
export { cycles, shortestPath } from './code/questions/paths.ts'
export { clusters, outline, pageRank } from './code/questions/rank.ts'
export { createRelief } from './code/relief.ts'
export { search } from './code/questions/search.ts'
export { staleDocs, type Stale } from './code/questions/stale.ts'
export type { Problem } from './code/tree.ts'
export { watchCodeMap } from './code/watch.ts'
