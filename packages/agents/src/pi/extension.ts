// The extension that Pi loads for one start: it tells what Pi does to a file, and takes words and interrupts from another.

/** The extension as JavaScript; the two paths are where it writes and where it reads. */
export const extensionFor = (
  events: string,
  input: string,
): string => `// Written by Tutti for one session; it may go when the session has ended.
import { appendFileSync, readFileSync, statSync, unwatchFile, watchFile } from 'node:fs'

const EVENTS = ${JSON.stringify(events)}
const INPUT = ${JSON.stringify(input)}

const tell = (type, more) => {
  try {
    appendFileSync(EVENTS, JSON.stringify({ type, at: Date.now(), ...more }) + '\\n', { mode: 0o600 })
  } catch {
    // Nobody reads any more; Pi must go on.
  }
}

export default function tutti(pi) {
  let now = null
  let read = 0
  const sessionOf = (ctx) => ({
    id: ctx.sessionManager.getSessionId?.() ?? null,
    file: ctx.sessionManager.getSessionFile?.() ?? null,
  })

  const obey = ({ type, text }) => {
    if (!now) return
    if (type === 'interrupt') now.abort()
    else if (type === 'prompt' && typeof text === 'string')
      pi.sendUserMessage(text, now.isIdle() ? undefined : { deliverAs: 'followUp' })
  }
  const take = () => {
    let bytes
    try {
      bytes = readFileSync(INPUT)
    } catch {
      return
    }
    if (bytes.length < read) read = 0
    const end = bytes.lastIndexOf(10) + 1
    if (end <= read) return
    const lines = bytes.subarray(read, end).toString('utf8').split('\\n')
    read = end
    for (const line of lines) {
      if (line === '') continue
      try {
        obey(JSON.parse(line))
      } catch (error) {
        tell('refused', { problem: String(error) })
      }
    }
  }

  pi.on('session_start', (_event, ctx) => {
    now = ctx
    tell('session', sessionOf(ctx))
    // What lies there already was meant for a session before.
    try {
      read = statSync(INPUT).size
    } catch {
      read = 0
    }
    unwatchFile(INPUT, take)
    watchFile(INPUT, { interval: 250 }, take)
  })
  pi.on('agent_start', (_event, ctx) => {
    now = ctx
    tell('working', sessionOf(ctx))
  })
  pi.on('agent_end', (event, ctx) => {
    now = ctx
    const last = (event.messages ?? []).filter((message) => message.role === 'assistant').at(-1)
    const parts = Array.isArray(last?.content) ? last.content : []
    const text = parts.filter((part) => part.type === 'text').map((part) => part.text).join('\\n')
    tell('ended', { how: last?.stopReason ?? null, problem: last?.errorMessage ?? null, text: text.slice(0, 20000) })
  })
  pi.on('session_shutdown', () => {
    tell('gone', {})
    unwatchFile(INPUT, take)
  })
}
`
