// Agent kits: what Tutti knows of each agent program.
export type * from './kit.ts'
export { USER_FOR_ROOT } from './kit.ts'
export { kitFor, kitNamed, KITS } from './registry.ts'
export { watchPath } from './watch-path.ts'
