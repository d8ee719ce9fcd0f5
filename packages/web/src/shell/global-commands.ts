// The commands that work on every screen.
import { useLocation } from 'wouter'
import { needing } from '../agents/need.ts'
import { useAgents } from '../data/agents-store.ts'
import { changePreferences } from '../data/preferences-store.ts'
import { undoLast } from '../data/toast-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { toggleOverlay } from './overlay-store.ts'

export function useGlobalCommands(): void {
  const [place, navigate] = useLocation()
  useCommand('palette', () => toggleOverlay('palette'))
  useCommand('sheet', () => toggleOverlay('sheet'))
  useCommand('undo', () => void undoLast())
  useCommand('theme', switchTheme)
  useCommand('needs', () => navigate(nextNeed(place)))
  useCommand('go.agents', () => navigate('/'))
  useCommand('go.wall', () => navigate('/wall'))
  useCommand('go.needs', () => navigate('/needs'))
  useCommand('go.found', () => navigate('/found'))
  useCommand('go.deleted', () => navigate('/deleted'))
  useCommand('go.machine', () => navigate('/machine'))
  useCommand('go.settings', () => navigate('/settings'))
  useCommand('new', () => navigate('/new'))
}

/** The agent that waits longest, or the one after it when that one is open already. */
function nextNeed(place: string): string {
  const waiting = needing(useAgents.getState().agents.values())
  const at = waiting.findIndex(({ id }) => place.startsWith(`/agents/${id}`))
  const next = waiting[(at + 1) % Math.max(1, waiting.length)]
  return next ? `/agents/${next.id}` : '/needs'
}

function switchTheme(): void {
  const dark = getComputedStyle(document.documentElement).colorScheme
  const isDark = dark === 'dark' || (dark !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  changePreferences({ theme: isDark ? 'light' : 'dark' })
}
