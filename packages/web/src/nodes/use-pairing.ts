// A joining as it goes on: asked for its next phase until it is over, and no longer than its dialog is open.
import type { NodePairing } from '@tutti/core'
import { useEffect, useState } from 'react'
import { api } from '../data/api.ts'
import { faultText } from '../data/fault-text.ts'

export interface Pairing {
  now: NodePairing | null
  problem: string | null
  /** Takes a pairing that has just begun, or has taken a step by an answer of the server. */
  set: (pairing: NodePairing | null) => void
}

const isOver = ({ phase }: NodePairing): boolean => phase === 'trusted' || phase === 'over'

export function usePairing(): Pairing {
  const [now, setNow] = useState<NodePairing | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const id = now && !isOver(now) ? now.id : null
  const phase = now?.phase
  useEffect(() => {
    if (id === null || phase === undefined) return undefined
    const end = new AbortController()
    const follow = async () => {
      // Each question waits at the server until the phase is another one, or for 20 s.
      while (!end.signal.aborted) {
        const next = await api.getPairing({ id, past: phase }, { signal: end.signal })
        if (end.signal.aborted) return
        setNow(next)
        if (next.phase !== phase) return
      }
    }
    follow().catch((error: unknown) => {
      if (!end.signal.aborted) setProblem(faultText(error))
    })
    return () => end.abort()
  }, [id, phase])
  return { now, problem, set: setNow }
}
