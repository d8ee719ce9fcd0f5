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
  switch (event.type) {
    case 'recording.started':
    case 'recording.ended': {
      const others = state.recordings.filter((one) => one.id !== event.data.id)
      const recordings = [...others, event.data].sort((a, b) => b.startedAt - a.startedAt)
      return { ...state, recordings }
    }
    case 'recording.removed':
      return { ...state, recordings: state.recordings.filter((one) => one.id !== event.data.id) }
    default:
      return state
  }
}

export async function loadRecordings(): Promise<void> {
  try {
    const recordings = await api.listRecordings({})
    useRecordings.setState({ recordings, loaded: true, error: null })
  } catch (error) {
    useRecordings.setState({ error: faultText(error) })
  }
}
