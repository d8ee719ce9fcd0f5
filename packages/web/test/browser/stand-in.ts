// Stands in for Claude Code in a terminal: calls its hooks, waits for the answer, and writes its transcript.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Agent } from '@tutti/core'
import type { House } from './house.ts'

export interface Play {
  /** What its tool is to do. */
  tool: string
  input: Record<string, unknown>
  /** Lines of the transcript that are there from the beginning. */
  lines?: readonly object[]
}

/** An agent whose program asks once for its tool, prints the answer as JSON, and then echoes what is typed. */
export function standIn(house: House, name: string, play: Play): Promise<Agent> {
  const folder = join(house.folder, 'stand-in')
  mkdirSync(folder, { recursive: true })
  const program = join(folder, 'claude')
  writeFileSync(program, `#!${process.execPath}\n${SCRIPT}`)
  chmodSync(program, 0o755)
  const config = join(house.folder, 'claude', name)
  const script = join(folder, `${name}.jsonl`)
  writeFileSync(script, (play.lines ?? []).map((line) => `${JSON.stringify(line)}\n`).join(''))
  return house.agent(name, {
    program,
    env: {
      CLAUDE_CONFIG_DIR: config,
      STAND_IN_ASK: JSON.stringify({ tool_name: play.tool, tool_input: play.input }),
      STAND_IN_LINES: script,
    },
  })
}

/** A line of the transcript: words of a person, or an answer of the model. */
export const said = (role: 'user' | 'assistant', id: string, content: unknown): object => ({
  type: role,
  uuid: id,
  timestamp: '2026-11-22T12:00:00.000Z',
  message: {
    role,
    content,
    ...(role === 'assistant'
      ? { id, model: 'claude-test', usage: { input_tokens: 900, output_tokens: 100 } }
      : {}),
  },
})

// Plain JavaScript: it runs as a program of its own.
const SCRIPT = String.raw`
const { mkdirSync, readFileSync, writeFileSync, appendFileSync } = require('node:fs')
const { join, dirname } = require('node:path')
const argv = process.argv.slice(2)
if (argv.includes('--version')) {
  console.log('2.1.0 (Claude Code)')
  process.exit()
}
const option = (name) => argv[argv.indexOf(name) + 1]
const { hooks } = JSON.parse(readFileSync(option('--settings'), 'utf8'))
const session = argv.includes('--resume') ? option('--resume') : option('--session-id')
const place = process.cwd().replaceAll(/[^A-Za-z0-9]/g, '-')
const transcript = join(process.env.CLAUDE_CONFIG_DIR, 'projects', place, session + '.jsonl')
mkdirSync(dirname(transcript), { recursive: true })
writeFileSync(transcript, readFileSync(process.env.STAND_IN_LINES))
const hook = async (name, body) => {
  const answer = await fetch(hooks[name][0].hooks[0].url, {
    method: 'POST',
    headers: { authorization: 'Bearer ' + process.env.TUTTI_TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ session_id: session, transcript_path: transcript, ...body }),
  })
  return answer.json()
}
const ask = { ...JSON.parse(process.env.STAND_IN_ASK), tool_use_id: 'toolu_1' }
const play = async () => {
  await hook('UserPromptSubmit', { prompt: 'go' })
  await hook('PreToolUse', ask)
  console.log('ASKING')
  const { hookSpecificOutput } = await hook('PermissionRequest', ask)
  console.log('ANSWER ' + JSON.stringify(hookSpecificOutput?.decision ?? null))
  await hook('PostToolUse', ask)
  await hook('Stop', {})
}
play().catch((error) => console.log('FAILED ' + error))
process.stdin.on('data', (typed) => {
  const words = String(typed).trim()
  appendFileSync(transcript, JSON.stringify({
    type: 'user', uuid: 'typed-' + Date.now(), timestamp: new Date().toISOString(),
    message: { role: 'user', content: words },
  }) + '\n')
})
`
