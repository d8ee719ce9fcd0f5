// The user's appearance and habits: at once on the screen, soon on the server, the same on every device.
import type { InputOf, LoggedEvent } from '@tutti/core'
import { create } from 'zustand'
import { api } from './api.ts'
import { faultText } from './fault-text.ts'
import { toastError } from './toast-store.ts'

export type Preferences = InputOf<'setPreferences'>

interface PreferencesState {
  preferences: Preferences
}

const MIRROR = 'tutti.appearance'
const SAVE_MS = 400 // one request for a burst of changes, such as folding several groups

export const usePreferences = create<PreferencesState>()(() => ({ preferences: mirrored() }))

export async function loadPreferences(): Promise<void> {
  try {
    show(await api.getPreferences({}))
  } catch (error) {
    toastError(faultText(error))
  }
}

let saving: ReturnType<typeof setTimeout> | undefined
let before: Preferences | null = null

/** Changes at once; where the server refuses, everything since the last save goes back. */
export function changePreferences(change: Partial<Preferences>): void {
  const { preferences } = usePreferences.getState()
  before ??= preferences
  show({ ...preferences, ...change })
  clearTimeout(saving)
  saving = setTimeout(() => void save(), SAVE_MS)
}

async function save(): Promise<void> {
  const kept = before
  before = null
  saving = undefined
  try {
    await api.setPreferences(usePreferences.getState().preferences)
  } catch (error) {
    if (kept) show(kept)
    toastError(faultText(error))
  }
}

/** Another device of the same user changed them; what is being changed here wins. */
export function preferencesEvent(event: LoggedEvent, userId: string): void {
  if (event.type === 'preferences.changed' && event.data.userId === userId && before === null)
    show(event.data.preferences)
}

function show(preferences: Preferences): void {
  usePreferences.setState({ preferences })
  const { theme, contrast, density } = preferences
  localStorage.setItem(MIRROR, JSON.stringify({ theme, contrast, density }))
  applyAppearance(preferences)
}

/** The last known appearance, so that the first paint has the right colours before the server answered. */
function mirrored(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(MIRROR) ?? '{}')
    return isAppearance(kept) ? kept : {}
  } catch {
    return {} // a damaged mirror is replaced by the next answer
  }
}

function isAppearance(value: unknown): value is Pick<Preferences, 'theme' | 'contrast' | 'density'> {
  return typeof value === 'object' && value !== null
}

export function applyAppearance(
  { theme, contrast, density }: Preferences = usePreferences.getState().preferences,
): void {
  const { dataset } = document.documentElement
  const moreContrast = matchMedia('(prefers-contrast: more)').matches
  dataset['theme'] = theme ?? 'system'
  dataset['contrast'] = contrast === 'high' || (contrast === undefined && moreContrast) ? 'high' : 'normal'
  dataset['density'] = density ?? 'compact'
}
