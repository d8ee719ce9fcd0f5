// Any command: what the operating system and the title of its window tell, and nothing that would be a guess.
import { basename } from 'node:path'
import { fault, type Evidence } from '@tutti/core'
import type { KitMachine, KitSession, RunningKit } from '../kit.ts'
import { clipped } from '../foreign.ts'
import { inTurns } from '../turn-taking.ts'

const SHELLS = new Set(['bash', 'zsh', 'fish', 'sh', 'dash', 'ksh'])
// Children of a shell come and go without a word to anybody, so they are looked for.
const LOOK_MS = 2000

/** What programs put into the titles of their windows, by a custom of terminals. */
const TITLES: readonly { fits: RegExp; state: Evidence['state']; says: string }[] = [
  { fits: /^[\u2800-\u28FF]\s/u, state: 'working', says: 'Its title shows a spinner' },
  {
    fits: /\bAction Required\b/iu,
    state: 'waiting-approval',
    says: 'Its title says that somebody is needed',
  },
]

export function openSession(session: KitSession): RunningKit {
  const { machine, report } = session
  let last: string | null = null
  let isClosed = false
  let cancel: () => void = () => {}

  const look = inTurns(
    async () => {
      const title = byTitle(machine)
      const { evidence, isShell } = title ? { evidence: title, isShell: false } : await byProcesses(machine)
      if (isClosed) return
      const told = `${evidence.source} ${evidence.state} ${evidence.why}`
      // A title that says no more leaves the word to the processes.
      if (evidence.source === 'process' && last?.startsWith('title '))
        report({ type: 'silent', source: 'title' })
      if (told !== last) report({ type: 'evidence', evidence })
      last = told
      cancel()
      if (isShell) cancel = machine.clock.after(LOOK_MS, look)
    },
    (error) => machine.log('unreadable', { what: 'processes', problem: String(error) }),
  )
  const unlisten = machine.terminal.onTitle(look)
  look()

  const unable = () => fault('agent.unable', { name: session.agentId, what: 'write to' })
  return {
    hook: () => Promise.resolve({}),
    answer: () => Promise.reject(unable()),
    // Whatever is typed into an unknown program may be run by it.
    prompt: () => Promise.reject(unable()),
    interrupt: () => machine.terminal.press('C-c'),
    notice: () => Promise.resolve(false),
    entries: () => Promise.resolve([]),
    close() {
      isClosed = true
      cancel()
      unlisten()
    },
  }
}

function byTitle({ terminal, clock }: KitMachine): Evidence | null {
  const title = terminal.title()
  const rule = TITLES.find(({ fits }) => fits.test(title))
  return rule
    ? { source: 'title', state: rule.state, why: `${rule.says}: ${clipped(title, 200)}`, at: clock.now() }
    : null
}

async function byProcesses({
  processes,
  clock,
}: KitMachine): Promise<{ evidence: Evidence; isShell: boolean }> {
  const [first, ...below] = await processes()
  const evidence = (state: Evidence['state'], why: string): Evidence => ({
    source: 'process',
    state,
    why,
    at: clock.now(),
  })
  const name = basename(first?.argv[0] ?? '').replace(/^-/, '')
  if (!SHELLS.has(name))
    return { evidence: evidence('unknown', 'The program runs; nothing reports what it does'), isShell: false }
  const running = below.map(({ argv }) => basename(argv[0] ?? '')).find((command) => command !== '')
  const told =
    running === undefined
      ? evidence('idle', 'The shell runs no command')
      : evidence('working', `The shell runs ${clipped(running, 200)}`)
  return { evidence: told, isShell: true }
}
