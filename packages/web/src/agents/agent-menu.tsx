// What can be done to an agent, for its context menu, its header and the palette.
import {
  BellOff,
  Circle,
  CircleStop,
  Columns2,
  Copy,
  Mail,
  Moon,
  PenLine,
  Pencil,
  RotateCw,
  SquareTerminal,
  Star,
  Sunrise,
  Tags,
  Trash2,
  Truck,
} from 'lucide-react'
import type { Agent } from '@tutti/core'
import { navigate } from 'wouter/use-browser-location'
import { isMuted, toggleMuted } from '../attention/mute.ts'
import { useAgents } from '../data/agents-store.ts'
import { usePreferences } from '../data/preferences-store.ts'
import { mayNow } from '../data/session-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import { copyAttach, hibernate, remove, restart, setRecording, toggleFavourite, wake } from './actions.ts'
import { askFor } from './ask-store.ts'
import { openBeside } from './panes.ts'
import { useSelection } from './selection.ts'

/** The entries for one agent; for the whole selection where the agent is part of one. */
export function agentEntries(agent: Agent): MenuEntry[] {
  const { ids } = useSelection.getState()
  if (ids.size > 1 && ids.has(agent.id)) return groupEntries([...ids])
  return [
    ...openEntries(agent),
    ...mailEntries(agent),
    ...(mayNow('agent:write') ? lifeEntries(agent) : []),
    ...recordEntries(agent),
    ...writeEntries(agent),
  ]
}

const openEntries = (agent: Agent): MenuEntry[] => [
  { label: t('agents.open'), icon: <SquareTerminal />, run: () => navigate(`/agents/${agent.id}`) },
  { label: t('agents.open-split'), icon: <Columns2 />, keys: '\\', run: () => openBeside(agent.id) },
  favouriteEntry(agent),
  {
    label: isMuted(agent.id) ? t('agents.unmute') : t('agents.mute'),
    icon: <BellOff />,
    keys: 'm',
    run: () => toggleMuted(agent.id),
  },
]

const mailEntries = (agent: Agent): MenuEntry[] => [
  ...(mayNow('message:send')
    ? [
        {
          label: t('agents.write'),
          icon: <PenLine />,
          run: () => navigate(`/messages?write=${encodeURIComponent(agent.name)}`),
        },
      ]
    : []),
  {
    label: t('agents.mail'),
    icon: <Mail />,
    run: () => navigate(`/messages?box=all&mailbox=${agent.id}`),
  },
]

function favouriteEntry(agent: Agent): MenuEntry {
  const on = usePreferences.getState().preferences.favourites?.includes(agent.id)
  const label = on ? t('agents.unfavourite') : t('agents.favourite')
  return { label, icon: <Star />, keys: 'f', run: () => toggleFavourite(agent.id) }
}

function lifeEntries(agent: Agent): MenuEntry[] {
  const adopted = agent.session?.adopted ?? false
  const running = agent.session !== null
  return [
    { kind: 'line' },
    ...(running
      ? []
      : [{ label: t('agents.wake'), icon: <Sunrise />, keys: 'w', run: () => void wake([agent]) }]),
    ...(running && !adopted
      ? [
          { label: t('agents.hibernate'), icon: <Moon />, keys: 'h', run: () => void hibernate([agent]) },
          { label: t('agents.restart'), icon: <RotateCw />, run: () => void restart([agent]) },
        ]
      : []),
  ]
}

function recordEntries(agent: Agent): MenuEntry[] {
  const attach: MenuEntry[] =
    agent.session && mayNow('terminal:write')
      ? [{ label: t('agents.copy-attach'), icon: <Copy />, run: () => void copyAttach(agent) }]
      : []
  if (!mayNow('recording:write') || !agent.session) return attach
  const on = agent.recording === null
  return [
    on
      ? { label: t('agents.record'), icon: <Circle />, run: () => void setRecording(agent, true) }
      : { label: t('agents.record-stop'), icon: <CircleStop />, run: () => void setRecording(agent, false) },
    ...attach,
  ]
}

const writeEntries = (agent: Agent): MenuEntry[] =>
  mayNow('agent:write')
    ? [
        { kind: 'line' },
        {
          label: t('agents.rename'),
          icon: <Pencil />,
          run: () => askFor({ what: 'rename', ids: [agent.id] }),
        },
        { label: t('agents.tag'), icon: <Tags />, run: () => askFor({ what: 'tag', ids: [agent.id] }) },
        ...moveEntry(agent),
        { label: t('agents.delete'), icon: <Trash2 />, danger: true, run: () => void remove([agent]) },
      ]
    : []

/** Another machine may have it: its key goes along, so it takes whoever may let machines in. */
const moveEntry = (agent: Agent): MenuEntry[] =>
  mayNow('node:write') && !agent.session?.adopted
    ? [{ label: t('agents.move'), icon: <Truck />, run: () => askFor({ what: 'move', ids: [agent.id] }) }]
    : []

/** The entries for several agents; each says how many it acts on. */
export function groupEntries(ids: readonly string[]): MenuEntry[] {
  const { agents } = useAgents.getState()
  const chosen = ids.flatMap((id) => agents.get(id) ?? [])
  if (!mayNow('agent:write')) return [{ kind: 'title', label: t('agents.count', { n: chosen.length }) }]
  const asleep = chosen.filter(({ session }) => !session)
  const awake = chosen.filter(({ session }) => session && !session.adopted)
  return [
    { kind: 'title', label: t('agents.count', { n: chosen.length }) },
    {
      label: t('agents.wake-n', { n: asleep.length }),
      icon: <Sunrise />,
      disabled: asleep.length === 0,
      run: () => void wake(asleep),
    },
    {
      label: t('agents.hibernate-n', { n: awake.length }),
      icon: <Moon />,
      disabled: awake.length === 0,
      run: () => void hibernate(awake),
    },
    {
      label: t('agents.restart-n', { n: awake.length }),
      icon: <RotateCw />,
      disabled: awake.length === 0,
      run: () => void restart(awake),
    },
    { kind: 'line' },
    { label: t('agents.tag'), icon: <Tags />, run: () => askFor({ what: 'tag', ids: [...ids] }) },
    {
      label: t('agents.delete-n', { n: chosen.length }),
      icon: <Trash2 />,
      danger: true,
      run: () => void remove(chosen),
    },
  ]
}
