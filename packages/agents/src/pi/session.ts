// A running Pi: its extension tells what it does and takes words; its session file has the conversation. It never asks.
import { appendFile } from 'node:fs/promises'
import { fault, type Entry } from '@tutti/core'
import type { Fields } from '../foreign.ts'
import type { KitSession, RunningKit } from '../kit.ts'
import { followJournal, type Journal } from '../tail/journal.ts'
import { readEvent, type Told } from './events.ts'
import { EVENTS, INPUT } from './launch.ts'
import { createTranscriptReader } from './transcript.ts'

/** Takes up a running Pi. */
export function openPi(session: KitSession): RunningKit {
  const { machine, report } = session
  let transcript: { path: string; journal: Journal } | null = null
  let state = 'unknown'

  function follow({ id, file }: { id: string; file: string | null }): void {
    if (file === null || file === transcript?.path) return
    transcript?.journal.close()
    transcript = {
      path: file,
      journal: followJournal({ path: file, machine, createReader: createTranscriptReader, report }),
    }
    report({ type: 'session', session: id, transcript: file })
  }

  function take({ evidence, session: told, ended }: Told): void {
    if (told) follow(told)
    if (!evidence) return
    state = evidence.state
    report({ type: 'evidence', evidence })
    if (ended !== null) report({ type: 'turn-ended', last: ended, at: evidence.at })
  }

  const events = followJournal({
    path: `${session.runFolder}/${EVENTS}`,
    machine,
    createReader: () => (line) => {
      take(readEvent(line))
      return []
    },
    report,
  })
  const send = (command: Fields): Promise<void> =>
    appendFile(`${session.runFolder}/${INPUT}`, `${JSON.stringify(command)}\n`, { mode: 0o600 })

  return {
    hook: () => Promise.resolve({}),
    answer: () => Promise.reject(fault('agent.unable', { name: 'The agent', what: 'ask, as Pi never does' })),
    prompt: (text) => send({ type: 'prompt', text }),
    interrupt: () => send({ type: 'interrupt' }),
    async notice(text) {
      if (state !== 'idle' && state !== 'interrupted') return false
      await send({ type: 'prompt', text })
      return true
    },
    async entries(): Promise<readonly Entry[]> {
      await events.entries()
      return transcript ? transcript.journal.entries() : []
    },
    close() {
      events.close()
      transcript?.journal.close()
    },
  }
}
