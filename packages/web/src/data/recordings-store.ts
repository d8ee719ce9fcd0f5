// Recordings of terminals, newest first, kept true by events.
import type { LoggedEvent, Recording } from '@tutti/core'
import { create } from 'zustand'
import { api } from './api.ts'
import { faultText } from './fault-text.ts'

export interface RecordingsState {
  recordings: readonly Recording[]
  loaded: boolean
  error: string | null
}

export const useRecordings = create<RecordingsState>()(() => ({ recordings: [], loaded: false, error: null }))

export function reduceRecordings(state: RecordingsState, event: LoggedEvent): RecordingsState {
  const others = () => state.recordings.filter((one) => one.id !== event.subject)
  if (event.type === 'recording.removed') return { ...state, recordings: others() }
  if (event.type !== 'recording.started' && event.type !== 'recording.ended') return state
  const recordings = [...others(), event.data].sort((a, b) => b.startedAt - a.startedAt)
  return { ...state, recordings }
}

export async function loadRecordings(): Promise<void> {
  try {
    const recordings = await api.listRecordings({})
    useRecordings.setState({ recordings, loaded: true, error: null })
  } catch (error) {
    useRecordings.setState({ error: faultText(error) })
  }
}
