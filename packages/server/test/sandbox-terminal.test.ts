// The terminal of a sandboxed agent is a terminal like any other: keys, size and job control, also after the daemon's restart.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { askAt, bearer, callOperation } from './room.ts'
import { aProbe, aSandboxRoom, resultIn, soon, whyNoSandbox, type SandboxRoom } from './sandbox-room.ts'

const why = await whyNoSandbox()
let room: SandboxRoom
let shell: Agent

const call = async (name: Parameters<typeof callOperation>[1], input: Record<string, unknown>) => {
  const answer = await callOperation(room, name, { input, headers: bearer(room.localToken) })
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.json
}
const type = (text: string, ...keys: string[]) => call('sendKeys', { id: shell.id, text, keys })
const screen = async () => ((await call('getScreen', { id: shell.id, lines: 60 })) as { text: string }).text

const DEADLINE_MS = 20_000

/** Waits until the screen fits. */
async function shows(what: RegExp): Promise<string> {
  const end = performance.now() + DEADLINE_MS
  for (;;) {
    const text = await screen()
    if (what.test(text)) return text
    if (performance.now() > end) throw new Error(`never on the screen: ${what}\n${text}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe.skipIf(why !== null)('the terminal of a sandboxed agent', () => {
  beforeAll(async () => {
    room = await aSandboxRoom()
    shell = await room.agent('shell', { program: '/bin/bash', args: ['--norc'], env: { PS1: 'ready> ' } })
    await shows(/ready>/)
  }, 60_000)
  afterAll(() => room.close())

  test('Ctrl-C ends the command and not the shell, Ctrl-Z stops it and fg goes on with it', async () => {
    await type('cat', 'Enter')
    await type('words', 'Enter')
    await shows(/words\nwords/)
    await type('', 'C-c')
    await shows(/\^C/)
    await type('cat', 'Enter')
    await type('more', 'Enter')
    await shows(/more\nmore/)
    await type('', 'C-z')
    await shows(/\[1\]\+\s+Stopped\s+cat/)
    await type('jobs | wc -l; fg', 'Enter')
    await shows(/^1\ncat/m)
    await type('on again', 'Enter')
    await shows(/on again\non again/)
    await type('', 'C-d')
    await type('echo "alive $((6 * 7))"', 'Enter')
    expect(await shows(/alive 42/)).toContain('Stopped')
  })

  test('a program that takes Ctrl-C for itself goes on', async () => {
    const program =
      'trap x=1 INT; echo list""ening; until [ "$x" ]; do sleep 0.02; done; read -r line; echo "got $line"'
    await type(`bash -c '${program}'`, 'Enter')
    await shows(/^listening/m)
    await type('', 'C-c')
    await type('words', 'Enter')
    await shows(/^got words/m)
    await type('echo "still $((7 * 7))"', 'Enter')
    expect(await shows(/still 49/)).toContain('got words')
  })

  test('it has the size of its window, and hears when that changes', async () => {
    await type('clear; stty size', 'Enter')
    await shows(/^36 120/m)
    const socket = join(room.config.runtimeFolder, 'sessions', `${shell.id}.sock`)
    execFileSync('tmux', ['-S', socket, 'resize-window', '-x', '90', '-y', '20'])
    await type('stty size', 'Enter')
    expect(await shows(/^20 90/m)).toContain('36 120')
  })

  test('the command of Tutti speaks from inside, as the agent, without any setup', async () => {
    await type('clear; tutti mailbox --json', 'Enter')
    expect(await shows(/"address"/)).toContain('"name": "shell"')
  })

  test('after a restart of the daemon it still has its own socket, and speaks over it as before', async () => {
    const source = `
import { request } from 'node:http'
import { existsSync } from 'node:fs'
const ask = () => new Promise((resolve) => {
  const sent = request({ socketPath: '/run/tutti/hub.sock', path: '/v1/mailbox', headers: { Host: 'localhost' } }, (answer) => {
    answer.resume(); answer.on('end', () => resolve(answer.statusCode)) })
  sent.on('error', (error) => resolve(error.code)); sent.end()
})
const rest = () => new Promise((resolve) => setTimeout(resolve, 20))
async function probe() {
  const before = await ask()
  writeFileSync('before.json', JSON.stringify(before))
  while (!existsSync('go')) await rest()
  return { before, after: await ask() }
}`
    const agent = await room.agent('a', {
      program: process.execPath,
      args: aProbe(join(room.home, 'a'), { targets: {}, source }),
    })
    await soon(() => existsSync(join(agent.folder, 'before.json')))
    room = await room.reborn()
    execFileSync('touch', [join(agent.folder, 'go')])

    expect(await resultIn(agent.folder)).toEqual({ before: 200, after: 200 })
    expect((await askAt(room.port, '/v1/mailbox')).status).toBe(401)
  })

  test('an agent in a folder that shows what is hidden is refused before anything is made', async () => {
    const refused = async (folder: string) => {
      const answer = await callOperation(room, 'createAgent', {
        input: { name: 'x', folder, program: '/bin/cat', isolation: 'sandbox' },
        headers: bearer(room.localToken),
      })
      return answer.fault
    }
    expect(await refused(room.folder)).toBe('isolation.folder')
    expect(await refused(room.home)).toBe('isolation.folder')
    expect(await refused(room.config.dataFolder)).toBe('isolation.folder')
    expect((await call('listAgents', {})) as unknown[]).toHaveLength(2)
  })
})
