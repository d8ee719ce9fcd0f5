// The places one can go to, once for the rail, the bottom bar and the "More" screen.
import {
  ChartColumn,
  CircleAlert,
  Cpu,
  Download,
  LayoutGrid,
  ListTree,
  Mail as MailIcon,
  Map as MapIcon,
  Network,
  Settings,
  SquareKanban,
  Trash2,
  Video,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { CommandId } from '../keys/commands.ts'
import type { WordKey } from '../words/words.ts'

export interface Place {
  href: string
  label: WordKey
  icon: ReactNode
  command?: CommandId
}

export const NEEDS: Place = { href: '/needs', label: 'nav.needs', icon: <CircleAlert />, command: 'go.needs' }
export const AGENTS: Place = { href: '/', label: 'nav.agents', icon: <ListTree />, command: 'go.agents' }
export const WALL: Place = { href: '/wall', label: 'nav.wall', icon: <LayoutGrid />, command: 'go.wall' }
export const MAIL: Place = { href: '/messages', label: 'nav.mail', icon: <MailIcon />, command: 'go.mail' }
export const OTHERS: readonly Place[] = [
  { href: '/board', label: 'nav.board', icon: <SquareKanban />, command: 'go.board' },
  { href: '/usage', label: 'nav.usage', icon: <ChartColumn />, command: 'go.usage' },
  { href: '/map', label: 'nav.map', icon: <MapIcon />, command: 'go.map' },
  { href: '/recordings', label: 'recordings.title', icon: <Video />, command: 'go.recordings' },
  { href: '/found', label: 'nav.found', icon: <Download />, command: 'go.found' },
  { href: '/deleted', label: 'nav.deleted', icon: <Trash2 />, command: 'go.deleted' },
  { href: '/nodes', label: 'nav.nodes', icon: <Network />, command: 'go.nodes' },
  { href: '/machine', label: 'nav.machine', icon: <Cpu />, command: 'go.machine' },
  { href: '/settings', label: 'nav.settings', icon: <Settings />, command: 'go.settings' },
]

/** Whether the address belongs to the place. */
export const isAt = (place: Place, address: string): boolean =>
  place.href === '/' ? address === '/' || address.startsWith('/agents/') : address.startsWith(place.href)
