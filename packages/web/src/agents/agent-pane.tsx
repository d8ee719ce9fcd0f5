// One agent: its name and state above, and below its terminal, recordings or details.
import { ChevronLeft, Columns2, Ellipsis, X } from 'lucide-react'
import { Suspense, type ReactNode } from 'react'
import type { Agent } from '@tutti/core'
import { Link, useLocation } from 'wouter'
import { toggleMuted } from '../attention/mute.ts'
import { askWhy } from '../attention/why-store.ts'
import { useAgent, useAgents } from '../data/agents-store.ts'
import { useHome } from '../data/room-store.ts'
import { useMay, useMe } from '../data/session-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { lazyScreen } from '../lazy-screen.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { EmptyState, Skeleton } from '../ui/page-states.tsx'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { TagChip } from '../ui/tag-chip.tsx'
import { t } from '../words/words.ts'
import { hibernate, toggleFavourite, wake } from './actions.ts'
import { agentEntries } from './agent-menu.tsx'
import { AwayNote, LastKnown, useAway } from './away.tsx'
import { closePane, split } from './panes.ts'
import { useSwipe } from './use-swipe.ts'
import css from './agent-pane.module.css'

const TerminalPane = lazyScreen(() => import('../terminal/terminal-pane.tsx'), 'TerminalPane')
const ChatPane = lazyScreen(() => import('../chat/chat-pane.tsx'), 'ChatPane')
const AgentMap = lazyScreen(() => import('../map/agent-map.tsx'), 'AgentMap')
const AgentDetails = lazyScreen(() => import('./agent-details.tsx'), 'AgentDetails')
const AgentRecordings = lazyScreen(() => import('../recordings/agent-recordings.tsx'), 'AgentRecordings')

interface Props {
  id: string
  tab: string
  active: boolean
  paneIndex: number
  panes: number
}

export function AgentPane(props: Props) {
  const agent = useAgent(props.id)
  const loaded = useAgents((state) => state.loaded)
  if (!agent) return loaded ? <Unknown /> : <Skeleton />
  return <Known {...props} agent={agent} />
}

function Unknown() {
  const [, navigate] = useLocation()
  return (
    <EmptyState
      title={t('agents.unknown')}
      action={<Button onClick={() => navigate('/deleted')}>{t('nav.deleted')}</Button>}
    >
      {t('agents.unknown-text')}
    </EmptyState>
  )
}

function Known({ agent, tab, active, paneIndex, panes }: Props & { agent: Agent }) {
  const [, navigate] = useLocation()
  const awake = agent.session !== null
  const { machine, blank } = useAway(agent.id)
  const mine = useMay('agent:write') && active && machine === null
  useCommand('wake', () => void wake([agent]), mine && !awake)
  useCommand('hibernate', () => void hibernate([agent]), mine && awake && !agent.session?.adopted)
  useCommand('favourite', () => toggleFavourite(agent.id), active)
  useCommand('mute', () => toggleMuted(agent.id), active)
  useCommand('why', () => whyHere(agent.id), active)
  useCommand('back', () => navigate('/'), active)
  return (
    <article className={css.agent} aria-label={agent.name}>
      <Head agent={agent}>
        {panes > 1 ? (
          <IconButton label={t('pane.close')} keys="mod+\" onClick={() => closePane(paneIndex)}>
            <X />
          </IconButton>
        ) : (
          <IconButton label={t('pane.split')} keys="\" className={css.wide} onClick={split}>
            <Columns2 />
          </IconButton>
        )}
      </Head>
      {panes === 1 && <AgentTabs agent={agent} tab={tab} />}
      {machine && <AwayNote machine={machine} />}
      {blank && tab !== 'details' ? (
        <LastKnown agent={agent} />
      ) : (
        <Suspense fallback={<Skeleton />}>
          <Content agent={agent} tab={tab} active={active} />
        </Suspense>
      )}
    </article>
  )
}

/** Explained beside the state in the header of the pane in use. */
function whyHere(id: Agent['id']): void {
  const state = document.querySelector('[data-active] [data-why]') ?? document.querySelector('[data-why]')
  if (state) askWhy(id, state)
}

function Content({ agent, tab, active }: { agent: Agent; tab: string; active: boolean }) {
  if (tab === 'details') return <AgentDetails agent={agent} key={agent.id} />
  if (tab === 'chat') return <ChatPane agent={agent} active={active} />
  if (tab === 'map') return <AgentMap agent={agent} key={agent.folder} />
  if (tab === 'recordings') return <AgentRecordings agent={agent} />
  return <TerminalPane agent={agent} active={active} />
}

function Head({ agent, children }: { agent: Agent; children: ReactNode }) {
  const me = useMe()
  const home = useHome(agent.id)
  const swipe = useSwipe(agent.id)
  return (
    <header className={css.head} {...swipe}>
      <Link href="/" className={css.back} aria-label={t('common.back')}>
        <ChevronLeft />
      </Link>
      <Avatar of={agent} size={20} />
      <h1 className={css.name} data-tip={agent.folder}>
        {agent.name}
      </h1>
      <button
        type="button"
        className={css.state}
        aria-haspopup="dialog"
        data-why
        onClick={(event) => askWhy(agent.id, event.currentTarget)}
      >
        <StateGlyph status={agent.status} word />
      </button>
      {agent.recording && (
        <span className={css.recording} data-tip={t('term.recording-why')}>
          {t('term.recording')}
        </span>
      )}
      <span className={css.facts}>
        {agent.label && <span>{agent.label}</span>}
        <span>{programName(agent)}</span>
        {me && <span data-elsewhere={home !== null || undefined}>{home?.name ?? me.machine}</span>}
        {agent.tags.slice(0, 3).map((tag) => (
          <TagChip key={tag} tag={tag} />
        ))}
      </span>
      <span className={css.actions}>
        {children}
        <Menu entries={() => agentEntries(agent)}>
          <IconButton label={t('agents.menu', { name: agent.name })}>
            <Ellipsis />
          </IconButton>
        </Menu>
      </span>
    </header>
  )
}

const programName = (agent: Agent): string => agent.program.split('/').at(-1) ?? agent.program

const AgentTabs = ({ agent, tab }: { agent: Agent; tab: string }) => (
  <div className={css.tabs}>
    <Tabs
      label={t('tab.label', { name: agent.name })}
      current={tab}
      tabs={[
        { id: 'terminal', label: t('tab.terminal'), href: `/agents/${agent.id}` },
        // A program that is only a program to Tutti has no transcript to read.
        ...(agent.kit === null || agent.kit === 'generic'
          ? []
          : [{ id: 'chat', label: t('tab.chat'), href: `/agents/${agent.id}/chat` }]),
        { id: 'map', label: t('tab.map'), href: `/agents/${agent.id}/map` },
        { id: 'recordings', label: t('tab.recordings'), href: `/agents/${agent.id}/recordings` },
        { id: 'details', label: t('tab.details'), href: `/agents/${agent.id}/details` },
      ]}
    />
  </div>
)
