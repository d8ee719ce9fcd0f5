// The rehearsal: a model service with no model, and agents that do nothing, so that all of Tutti can be tried without a key or a network.
export { systemClock, type Clock } from './clock.ts'
export { demoAgents, type DemoAgent } from './demo-agents.ts'
export type { LedgerEntry, LedgerReport, LedgerTotals } from './ledger.ts'
export { createModelServer, type ModelServer, type ModelServerOptions } from './model-server.ts'
export {
  REHEARSAL_NODE_ARGS,
  rehearsalArgv,
  rehearsalFlags,
  type RehearsalOptions,
} from './rehearsal-argv.ts'
export { SCENARIOS, scenarioNamed } from './scenarios/scenarios.ts'
export type { Approval, Scenario, Step } from './scenarios/scene.ts'
export { formatScript, parseScript, type Act, type Directive, type Script } from './script.ts'
export type { AgentState } from './stage/phase.ts'
export type { StateLine } from './state-file.ts'
export { countTokens } from './tokens.ts'
