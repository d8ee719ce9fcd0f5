// How the machines do, asked again while somebody looks: load and memory are no events, they change with every breath.
import type { NodeHealth } from '@tutti/core'
import { useEffect, useState } from 'react'
import { api } from '../data/api.ts'

const EVERY_MS = 5000

/** By machine. `key` asks anew at once: another machine, or another link. */
export function useHealth(key: string): ReadonlyMap<string, NodeHealth | null> {
  const [health, setHealth] = useState<ReadonlyMap<string, NodeHealth | null>>(new Map())
  useEffect(() => {
    const end = new AbortController()
    const ask = async () => {
      if (document.visibilityState !== 'visible') return
      // A machine that does not answer is shown by its link; this question is asked again anyway.
      const told = await api.listNodeHealth({}, { signal: end.signal }).catch(() => null)
      if (told && !end.signal.aborted) setHealth(new Map(told.map((one) => [one.node, one.health])))
    }
    void ask()
    const timer = setInterval(() => void ask(), EVERY_MS)
    return () => {
      end.abort()
      clearInterval(timer)
    }
    // Another machine, or another link, is asked at once.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [key])
  return health
}
