// The picture of a working copy and who works in it, kept true while it is looked at.
import { isClientFault } from '@tutti/client'
import type { MapLive, MapPicture } from '@tutti/core'
import { useEffect, useRef, useState } from 'react'
import { api } from '../data/api.ts'
import { faultCode, faultText } from '../data/fault-text.ts'
import { modelOf, type CodeModel } from './model.ts'

export type MapData =
  | { state: 'reading'; reading: MapLive['reading'] }
  | { state: 'failed'; message: string; retry: () => void }
  /** `problem` is why it is not kept true any more, such as a folder that is gone. */
  | { state: 'ready'; model: CodeModel; live: MapLive | null; problem: string | null }

/** After a failure of the waiting question. */
const AGAIN_MS = 4000
/** A picture is read anew no more often than this, and than it takes. */
const RENEW_MS = 1500

export function useMapData(folder: string): MapData {
  const [model, setModel] = useState<{ folder: string; model: CodeModel } | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [turn, setTurn] = useState(0)
  const { live, problem } = useMapLive(folder, turn)
  const changes = live?.changes ?? 0
  const readAt = useRef(Number.NEGATIVE_INFINITY)

  useEffect(() => {
    const end = new AbortController()
    const read = async () => {
      await pause(readAt.current + RENEW_MS - performance.now(), end.signal)
      if (end.signal.aborted) return
      const begun = performance.now()
      try {
        const next = await readPicture(folder, end.signal)
        if (end.signal.aborted) return
        setFailure(null)
        setModel((now) =>
          now?.folder === folder && now.model.stamp === next.stamp ? now : { folder, model: modelOf(next) },
        )
      } catch (error) {
        if (!end.signal.aborted) setFailure(faultText(error))
      }
      readAt.current = performance.now() + (performance.now() - begun) * 2
    }
    void read()
    return () => end.abort()
    // Changes that were seen ask for a new picture, as does a new try.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [folder, changes, turn])

  const shown = model?.folder === folder ? model.model : null
  if (shown) return { state: 'ready', model: shown, live, problem }
  if (failure !== null) {
    const retry = () => {
      setFailure(null)
      setTurn(turn + 1)
    }
    return { state: 'failed', message: failure, retry }
  }
  return { state: 'reading', reading: live?.reading ?? null }
}

async function readPicture(folder: string, signal: AbortSignal): Promise<MapPicture> {
  const response = await api.mapPicture({ folder }, { signal })
  // The daemon of the same release writes it in this shape; reading it through a schema would cost more than drawing it.
  return (await response.json()) as MapPicture // oxlint-disable-line typescript/no-unsafe-type-assertion
}

interface Following {
  live: MapLive | null
  problem: string | null
}

const NOTHING: Following = { live: null, problem: null }

const isRefused = (error: unknown): boolean => isClientFault(error) && error.status === 403

const isAway = (error: unknown): boolean => faultCode(error) === 'network.unreachable'

/** Asks for the next turn as long as the folder is shown: each answer comes when there is something new. */
function useMapLive(folder: string, turn: number): Following {
  const [followed, setFollowed] = useState<Following & { folder: string }>({ ...NOTHING, folder })
  useEffect(() => {
    const end = new AbortController()
    const follow = async () => {
      let since = 0
      while (!end.signal.aborted) {
        try {
          const next = await api.mapLive({ folder, since }, { signal: end.signal })
          since = next.turn
          setFollowed({ folder, live: next, problem: null })
        } catch (error) {
          if (end.signal.aborted) return
          // The page has its own word for a daemon that is away.
          const problem = isAway(error) ? null : faultText(error)
          setFollowed((now) => ({ folder, live: now.folder === folder ? now.live : null, problem }))
          // A folder that may not be looked at is not asked for again until somebody does.
          if (isRefused(error)) return
          await pause(AGAIN_MS, end.signal)
        }
      }
    }
    void follow()
    return () => end.abort()
    // A new try begins anew.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [folder, turn])
  return followed.folder === folder ? followed : NOTHING
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  ms <= 0
    ? Promise.resolve()
    : new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        signal.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      })
