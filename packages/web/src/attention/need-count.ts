// How many agents need somebody: for the rail, the title, the badge of the installed app and the sound.
import { useEffect, useRef } from 'react'
import { useAgents } from '../data/agents-store.ts'
import { useAttention } from '../data/attention-store.ts'
import { usePreferences } from '../data/preferences-store.ts'
import { useNow } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { useMuted } from './mute.ts'
import { agentsInNeed } from './queue.ts'

function useInNeed(): ReadonlySet<string> {
  const agents = useAgents((state) => state.agents)
  const items = useAttention((state) => state.items)
  const muted = useMuted()
  // A request that was put off comes back by itself.
  const now = useNow()
  return agentsInNeed(agents.values(), items.values(), { now, muted: new Set(muted) })
}

export const useNeedCount = (): number => useInNeed().size

/**
 * Tells outside of the page, too: in its title, on the icon of the app and, where it is turned on, by a sound.
 * `place` is what is shown: tabs and the history of a browser name it.
 */
export function useNeedSigns(machine: string, place: string): void {
  const inNeed = useInNeed()
  const loaded = useAgents((state) => state.loaded)
  useEffect(() => {
    const name = [place, machine, t('app.name')].filter((part) => part !== '').join(' · ')
    document.title = inNeed.size > 0 ? `(${inNeed.size}) ${name}` : name
  }, [machine, place, inNeed.size])
  useEffect(() => void showBadge(inNeed.size), [inNeed.size])
  const before = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    if (!loaded) return
    const known = before.current
    before.current = inNeed
    const isNew = known !== null && [...inNeed].some((id) => !known.has(id))
    if (isNew && usePreferences.getState().preferences.sound) void play()
  }, [inNeed, loaded])
}

async function play(): Promise<void> {
  const { playNeedSound } = await import('../shell/sound.ts')
  playNeedSound()
}

/** Only an installed app has an icon to count on. */
async function showBadge(count: number): Promise<void> {
  try {
    if (count > 0) await navigator.setAppBadge?.(count)
    else await navigator.clearAppBadge?.()
  } catch {
    // Not offered here or not allowed: the number is in the title as well.
  }
}
