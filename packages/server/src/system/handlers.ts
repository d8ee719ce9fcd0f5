// What the machine says of itself: health for anybody, status for those who may.
import type { z } from 'zod'
import type { Clock, SystemStatus } from '@tutti/core'
import type { Handlers } from '../handler.ts'

type Status = z.infer<typeof SystemStatus>

export interface SystemDeps {
  version: string
  writable: () => boolean
  owned: () => boolean
  /** Everything that others count. */
  status: () => Pick<Status, 'agents' | 'viewers' | 'streams' | 'lastSeq' | 'urls' | 'machine' | 'tmux'>
  fixed: Pick<Status, 'pid' | 'startedAt' | 'dataFolder' | 'node'>
  residentBytes: () => number
  clock: Pick<Clock, 'now'>
}

export function systemHandlers(deps: SystemDeps): Pick<Handlers, 'getHealth' | 'getStatus'> {
  return {
    getHealth: () => ({
      ok: deps.writable(),
      version: deps.version,
      writable: deps.writable(),
      owned: deps.owned(),
      status: deps.writable() ? 'healthy' : 'unhealthy',
      uptime_seconds: Math.max(0, Math.floor((deps.clock.now() - deps.fixed.startedAt) / 1000)),
    }),
    getStatus: () => ({
      version: deps.version,
      writable: deps.writable(),
      residentBytes: deps.residentBytes(),
      ...deps.fixed,
      ...deps.status(),
    }),
  }
}
