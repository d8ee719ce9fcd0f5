// The command palette: every agent, screen and action by typing a few letters of it.
import '../words/late/keys.ts'
import { Command as Cmdk } from 'cmdk'
import { useState, type ReactNode } from 'react'
import type { Agent } from '@tutti/core'
import { useLocation } from 'wouter'
import { agentEntries } from '../agents/agent-menu.tsx'
import { byNeed } from '../agents/need.ts'
import { useAgents } from '../data/agents-store.ts'
import { usePreferences } from '../data/preferences-store.ts'
import { canRun, runCommand } from '../keys/command-registry.ts'
import { commands, pressedKeys } from '../keys/commands.ts'
import { MAIL, OTHERS } from '../shell/places.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { t } from '../words/words.ts'
import css from './palette.module.css'
import { rank, wordsOf } from './rank.ts'

export function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('')
  const rebound = usePreferences((state) => state.preferences.keys) ?? {}
  const [place, navigate] = useLocation()
  const current = useAgents(({ agents }) => agents.get(place.split('/')[2] ?? ''))
  // Closed before it runs, so that the focus is back where the command expects it.
  const run = (act: () => void) => () => {
    onClose()
    queueMicrotask(act)
  }
  const actions = commands.filter((command) => !command.hidden && canRun(command.id))
  return (
    <Dialog title={t('palette.title')} onClose={onClose} bare>
      <Cmdk label={t('palette.title')} className={css.palette} filter={rank} loop>
        <Cmdk.Input
          data-autofocus
          value={query}
          onValueChange={setQuery}
          placeholder={t('palette.placeholder')}
          className={css.input}
        />
        <Cmdk.List className={css.list} label={t('palette.title')}>
          <Cmdk.Empty className={css.nothing}>{t('palette.nothing', { query })}</Cmdk.Empty>
          <Agents query={query} onOpen={(id) => run(() => navigate(`/agents/${id}`))()} />
          {current && <AgentActions agent={current} run={run} />}
          <Cmdk.Group heading={t('palette.actions')}>
            {actions.map((command) => (
              <Item
                key={command.id}
                value={`action ${t(command.label)}`}
                label={t(command.label)}
                end={pressedKeys(command.id, rebound) && <Kbd keys={pressedKeys(command.id, rebound)} />}
                onSelect={run(() => void runCommand(command.id))}
              />
            ))}
          </Cmdk.Group>
          <Cmdk.Group heading={t('palette.screens')}>
            {[MAIL, ...OTHERS].map((other) => (
              <Item
                key={other.href}
                value={`screen ${t(other.label)}`}
                label={t(other.label)}
                icon={other.icon}
                onSelect={run(() => navigate(other.href))}
              />
            ))}
          </Cmdk.Group>
        </Cmdk.List>
      </Cmdk>
    </Dialog>
  )
}

const MOST_AGENTS = 30 // typing finds the others

function Agents({ query, onOpen }: { query: string; onOpen: (id: string) => void }) {
  const agents = useAgents((state) => state.agents)
  const words = wordsOf(query)
  const found = byNeed(agents.values())
    .filter((agent) => words.every((word) => textOf(agent).toLowerCase().includes(word)))
    .slice(0, MOST_AGENTS)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={t('palette.agents')}>
      {found.map((agent) => (
        <Item
          key={agent.id}
          value={`agent ${textOf(agent)}`}
          label={agent.name}
          icon={<StateGlyph status={agent.status} />}
          end={<span className={css.dim}>{agent.label}</span>}
          onSelect={() => onOpen(agent.id)}
        />
      ))}
    </Cmdk.Group>
  )
}

/** What it is found by. */
const textOf = ({ name, label, tags }: Agent): string => [name, label, ...tags].join(' ')

const AgentActions = ({ agent, run }: { agent: Agent; run: (act: () => void) => () => void }) => (
  <Cmdk.Group heading={agent.name}>
    {agentEntries(agent).flatMap((entry) =>
      entry.kind === 'line' || entry.kind === 'title' ? (
        []
      ) : (
        <Item
          key={entry.label}
          value={`${agent.name} ${entry.label}`}
          label={entry.label}
          icon={entry.icon}
          end={entry.keys && <Kbd keys={entry.keys} />}
          onSelect={run(entry.run)}
        />
      ),
    )}
  </Cmdk.Group>
)

interface ItemProps {
  value: string
  label: string
  icon?: ReactNode
  end?: ReactNode
  onSelect: () => void
}

const Item = ({ value, label, icon, end, onSelect }: ItemProps) => (
  <Cmdk.Item value={value} onSelect={onSelect} className={css.item}>
    <span className={css.icon}>{icon}</span>
    <span className={css.label}>{label}</span>
    {end}
  </Cmdk.Item>
)
