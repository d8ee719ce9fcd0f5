// The one table of everything that can be asked of Tutti. Routes, client, CLI and OpenAPI are derived from it.
import { accountOperations } from './operations/account.ts'
import { agentOperations } from './operations/agent.ts'
import { ampOperations } from './operations/amp.ts'
import { archiveOperations } from './operations/archive.ts'
import { attentionOperations } from './operations/attention.ts'
import { boardOperations } from './operations/board.ts'
import { mapOperations } from './operations/map.ts'
import { mcpOperations } from './operations/mcp.ts'
import { mailPeerOperations } from './operations/mail-peer.ts'
import { identityOperations } from './operations/identity.ts'
import { mailMetricsOperations } from './operations/mail-metrics.ts'
import { mailSuspensionOperations } from './operations/mail-suspension.ts'
import { meshDeviceOperations } from './operations/mesh-devices.ts'
import { meshNodeOperations } from './operations/mesh-nodes.ts'
import { messageOperations } from './operations/message.ts'
import { moveOperations } from './operations/move.ts'
import { nodeOperations } from './operations/nodes.ts'
import { ownAgentOperations } from './operations/own-agent.ts'
import { systemOperations } from './operations/system.ts'
import { upgradeOperations } from './operations/upgrade.ts'
import { usageOperations } from './operations/usage.ts'
import type { Input, Method, Operation, Output, Parsed } from './operation.ts'

export const operations = {
  // First: `/v1/agents/me` must be tried before `/v1/agents/{id}`.
  ...ampOperations,
  ...systemOperations,
  ...accountOperations,
  ...agentOperations,
  ...ownAgentOperations,
  ...attentionOperations,
  ...usageOperations,
  ...mailPeerOperations,
  ...mailMetricsOperations,
  ...mailSuspensionOperations,
  ...identityOperations,
  ...messageOperations,
  ...mcpOperations,
  ...mapOperations,
  ...meshDeviceOperations,
  ...meshNodeOperations,
  ...nodeOperations,
  ...moveOperations,
  ...archiveOperations,
  ...boardOperations,
  ...upgradeOperations,
} as const

export type Operations = typeof operations
export type OperationName = keyof Operations
export type InputOf<N extends OperationName> = Input<Operations[N]>
export type ParsedOf<N extends OperationName> = Parsed<Operations[N]>
export type OutputOf<N extends OperationName> = Output<Operations[N]>

/** What a client must know of an operation to call it. */
export interface Route {
  method: Method
  path: string
  bytes?: string
  /** Its body is the file itself. */
  raw?: boolean
}
export type Routes = Readonly<Record<OperationName, Route>>

export const operationNames = (): OperationName[] => Object.keys(operations).filter(isOperationName)

export const isOperationName = (name: string): name is OperationName => Object.hasOwn(operations, name)

/** A row with its types widened, for code that walks the table. */
export const operation = (name: OperationName): Operation => operations[name]

/** The light table, without schemas, for a browser. */
export function routes(): Routes {
  const entries = operationNames().map((name) => {
    const { method, path, bytes, raw } = operation(name)
    return [name, { method, path, ...(bytes ? { bytes } : {}), ...(raw ? { raw: true } : {}) }]
  })
  return Object.fromEntries(entries) // one entry for each name, by construction
}
