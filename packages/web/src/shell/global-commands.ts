// The commands that work on every screen.
import { useLocation } from 'wouter'
import { changePreferences } from '../data/preferences-store.ts'
import { useMay } from '../data/session-store.ts'
import { undoLast } from '../data/toast-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { toggleOverlay } from './overlay-store.ts'

export function useGlobalCommands(): void {
  const [place, navigate] = useLocation()
  const mayWrite = useMay('message:send')
  useCommand('palette', () => toggleOverlay('palette'))
  useCommand('sheet', () => toggleOverlay('sheet'))
  useCommand('undo', () => void undoLast())
  useCommand('theme', switchTheme)
  useCommand('needs', () => navigate(place === '/needs' ? '/' : '/needs'))
  useCommand('go.agents', () => navigate('/'))
  useCommand('go.wall', () => navigate('/wall'))
  useCommand('go.needs', () => navigate('/needs'))
  useCommand('go.mail', () => navigate('/messages'))
  useCommand('mail.write', () => navigate('/messages?write='), mayWrite)
  useCommand('go.usage', () => navigate('/usage'))
  useCommand('go.map', () => navigate('/map'))
  useCommand('go.board', () => navigate('/board'))
  useCommand('go.recordings', () => navigate('/recordings'))
  useCommand('go.nodes', () => navigate('/nodes'))
  useCommand('go.found', () => navigate('/found'))
  useCommand('go.deleted', () => navigate('/deleted'))
  useCommand('go.machine', () => navigate('/machine'))
  useCommand('go.settings', () => navigate('/settings'))
  useCommand('new', () => navigate('/new'))
}

function switchTheme(): void {
  const dark = getComputedStyle(document.documentElement).colorScheme
  const isDark = dark === 'dark' || (dark !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  changePreferences({ theme: isDark ? 'light' : 'dark' })
}
