// The OTLP receiver: metrics of a program count for the agent whose token it shows, and only where its transcript does not tell.
import { fault, type AgentId, type Clock, type Usage } from '@tutti/core'
import type { Handlers } from '../handler.ts'
import { createReading, type Counted, type Reading } from './meter-reading.ts'
import { pointsInJson, pointsInProtobuf, type SumPoint } from './otlp.ts'

export interface MetricsDeps {
  clock: Clock
  /** Whether the agent's kit tells of usage itself; then it would count twice here. */
  isCounted(id: AgentId): boolean
  record(id: AgentId, usage: Usage): void
  /** What the ledger holds of the agent's calls whose ids begin so. */
  counted(id: AgentId, idPrefix: string): ReturnType<Counted>
}

export function metricsHandlers(deps: MetricsDeps): Pick<Handlers, 'reportMetrics'> {
  const readings = new Map<AgentId, Reading>()
  return {
    reportMetrics(_input, { actor, body, sent }) {
      const { agentId } = actor
      if (agentId === null) throw fault('auth.forbidden', { role: actor.role, permission: 'agent:report' })
      if ((sent('content-encoding') ?? 'identity') !== 'identity') {
        throw fault('input.media-type', { got: `Content-Encoding: ${sent('content-encoding') ?? ''}` })
      }
      const points = pointsIn(sent('content-type') ?? '', body)
      if (deps.isCounted(agentId)) return {}
      const reading = readings.get(agentId) ?? createReading((prefix) => deps.counted(agentId, prefix))
      readings.set(agentId, reading)
      for (const usage of reading.of(points, deps.clock.now())) deps.record(agentId, usage)
      return {}
    },
  }
}

function pointsIn(type: string, body: Uint8Array): SumPoint[] {
  const kind = type.split(';')[0]?.trim().toLowerCase()
  if (kind !== 'application/json' && kind !== 'application/x-protobuf')
    throw fault('input.media-type', { got: type })
  try {
    return kind === 'application/json'
      ? pointsInJson(new TextDecoder('utf-8', { fatal: true }).decode(body))
      : pointsInProtobuf(body)
  } catch (error) {
    throw fault('input.malformed', { problem: `no OTLP metrics as ${kind}` }, error)
  }
}
