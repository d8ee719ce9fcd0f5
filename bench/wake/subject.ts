// One agent under the wake test: it is brought into a state, gets mail, and what its model was asked tells what it has noticed.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentId, State } from '@tutti/core'
import { pause, type Stage } from '../stage.ts'
import type { Asked, ModelTap } from './model-tap.ts'
import type { WakeProgram } from './programs.ts'

const LOOK_MS = 120
/** Some of the programs need half a minute for their first start on two busy cores. */
const READY_MS = 180_000
const TURN_MS = 90_000
/** A notice that comes twice comes within this. */
const SETTLED_MS = 1200
const LOG_LINES = 15

export interface Subject {
  readonly id: AgentId
  readonly name: string
  /** How many notices its model has been given in all. */
  notices(): number
  /** The first request with more than so many notices; waits for it, null when it does not come. */
  seen(more: number, withinMs: number): Promise<Asked | null>
  asked(): readonly Asked[]
  is(states: readonly State[], withinMs?: number): Promise<void>
  /** Waits until it has been at rest for a moment. */
  rests(): Promise<void>
  prompt(text: string): Promise<void>
  /** Allows what it asks; resolves with the moment at which that was handed over. */
  allow(): Promise<number>
  isAsking(): Promise<boolean>
  /** All that is known of it, for a trial that went wrong. */
  told(): Promise<string>
}

export interface Cast {
  stage: Stage
  tap: ModelTap
  program: WakeProgram
  /** The folder that holds the programs. */
  bin: string
  home: string
  work: string
  /** Codex refuses to work where its home lies below the folder for temporary files. */
  tmp: string
  path: string
}

export async function createSubject(cast: Cast, name: string): Promise<Subject> {
  const { stage, tap, program } = cast
  const { client } = stage
  const { env, args } = program.model(tap.urlOf(name))
  const { id } = await client.createAgent({
    name,
    folder: cast.work,
    program: `${cast.bin}/${program.bin}`,
    args: [...args],
    env: { HOME: cast.home, PATH: cast.path, TMPDIR: cast.tmp, LANG: 'C.UTF-8', ...program.env, ...env },
    trust: 'supervised',
  })
  const state = async (): Promise<State> => (await client.getAgent({ id })).status.state
  const screen = async (): Promise<string> => (await client.getScreen({ id })).text
  const asked = () => tap.asked(name)
  const items = async () =>
    (await client.listAttention({ agentId: id })).filter(
      ({ ask, receipt }) => ask.kind === 'approval' && receipt === 'pending',
    )

  const until = async (what: string, look: () => Promise<boolean>, withinMs: number): Promise<void> => {
    const deadline = Date.now() + withinMs
    while (!(await look())) {
      if (Date.now() > deadline) throw new Error(`${name}: ${what} did not come.\n${await told()}`)
      await pause(LOOK_MS)
    }
  }
  const told = async (): Promise<string> => {
    const why = await client.getWhy({ id }).catch(() => null)
    const shown = (await screen().catch(String)).replaceAll(/\n\s*\n/g, '\n')
    return [JSON.stringify([why?.status, why?.reasons]), terminalOf(cast, id), shown].join('\n')
  }

  // What it had asked when it had been at rest: it need not be waited for again where nothing has come since.
  let restedAt = ''

  const subject: Subject = {
    id,
    name,
    asked,
    notices: () => Math.max(0, ...asked().map(({ notices }) => notices)),
    async seen(more, withinMs) {
      const deadline = Date.now() + withinMs
      for (;;) {
        const found = asked().find(({ notices }) => notices > more)
        if (found) return found
        if (Date.now() > deadline) return null
        await pause(LOOK_MS)
      }
    },
    async is(states, withinMs = TURN_MS) {
      await until(states.join(' or '), async () => states.includes(await state()), withinMs)
    },
    async rests() {
      const now = () => `${asked().length}`
      if (restedAt === now() && (await state()) === 'idle') return
      let since = Date.now()
      await until(
        'its rest',
        async () => {
          if ((await state()) !== 'idle' || asked().some(({ answeredAt }) => answeredAt === null))
            since = Date.now()
          return Date.now() - since > SETTLED_MS
        },
        READY_MS,
      )
      restedAt = now()
    },
    async prompt(text) {
      const before = asked().length
      await client.sendPrompt({ id, text })
      await until('its request', () => Promise.resolve(asked().length > before), TURN_MS)
    },
    async allow() {
      const [item] = await items()
      const choice = item?.ask.questions[0]?.choices.find(({ effect }) => effect === 'allow')
      if (!item || !choice) throw new Error(`${name}: nothing to allow.\n${await told()}`)
      const { version } = item
      await client.answerAttention({
        id: item.id,
        version,
        answer: { kind: 'choose', choices: [[choice.key]] },
      })
      return Date.now()
    },
    told,
    isAsking: async () => (await items()).length > 0,
  }
  return subject
}

/** Whether its socket is there, who lives behind it, and what the daemon wrote of it. */
function terminalOf({ stage }: Cast, id: AgentId): string {
  const socket = join(stage.folder, 'run/sessions', `${id}.sock`)
  const living = readdirSync('/proc').filter((pid) => commandOf(pid).includes(socket))
  const log = readFileSync(join(stage.folder, 'state/daemon.log'), 'utf8').split('\n')
  const lines = log
    .filter((line) => line.includes(id) && !line.includes('"event":"request"'))
    .slice(-LOG_LINES)
  return [`socket ${existsSync(socket)}, tmux ${living.join(' ') || 'none'}`, ...lines].join('\n')
}

function commandOf(pid: string): string {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
  } catch {
    // It has ended since the list was read.
    return ''
  }
}
