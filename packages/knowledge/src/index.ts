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
export type { Problem } from './code/tree.ts'
