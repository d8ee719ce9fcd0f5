// A version that is being tried: says how it is, and opens its gate only when the pointer leads to it. What the supervisor says
// is a reason to look at the pointer, and so is its end: whoever is killed, the two never disagree.
import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import type { Daemon } from '../main.ts'
import type { Places } from './places.ts'
import { TrialPassed, type TrialFacts } from './trial-word.ts'

/** The channel to the supervisor, as Node gives it to a child. */
export interface Channel {
  isConnected(): boolean
  send(word: unknown): void
  onWord(hear: (word: unknown) => void): void
  onEnd(hear: () => void): void
}

export interface TrialDeps {
  config: Config
  daemon: Pick<Daemon, 'url' | 'tried' | 'close'>
  gate: { open(): Promise<void> }
  places: Places
  channel: Channel
  version: string
  /** The folder with this daemon's entry, `dist/release` of its release. */
  program: string
  /** Says what kept it from opening its gate, or from ending. */
  report(error: unknown): void
  /** Ends the process. */
  exit(code: number): void
}

/** Resolves when it has said how it is. */
export async function standTrial(deps: TrialDeps): Promise<void> {
  const { channel, daemon, gate } = deps
  let isDecided = false
  const decide = async (): Promise<void> => {
    if (isDecided) return
    isDecided = true
    if (isChosen(deps)) {
      await gate.open()
      if (channel.isConnected()) channel.send({ open: true })
      return
    }
    await daemon.close()
    deps.exit(1)
  }
  // Half open it would be no daemon at all.
  const decided = (): void => {
    decide().catch((error: unknown) => {
      deps.report(error)
      deps.exit(1)
    })
  }
  channel.onWord((word) => {
    if (TrialPassed.safeParse(word).success) decided()
  })
  channel.onEnd(decided)
  const facts = await factsOf(deps)
  if (channel.isConnected()) channel.send({ ready: facts })
  else await decide()
}

/** Whether the pointer leads to this very release. */
function isChosen({ places, program }: TrialDeps): boolean {
  const pointer = places.pointer()
  return pointer !== null && places.folder(pointer.folder) === dirname(dirname(program))
}

async function factsOf({ daemon, config, version }: TrialDeps): Promise<TrialFacts> {
  const { host: name, protocol } = new URL(daemon.url)
  const facts = await daemon.tried()
  return { ...facts, version, host: reachable(config.host), name, isTls: protocol === 'https:' }
}

const reachable = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
