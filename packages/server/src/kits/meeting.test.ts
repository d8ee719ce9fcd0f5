// Sessions that somebody else started, on a real tmux server of a user: known by what runs in them, also when that changes.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KITS } from '@tutti/agents'
import { must } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aTmuxRoom, type TmuxRoom } from '../../test/tmux-room.ts'
import { aContext, codeOf, handClock, until } from '../agents/test-support.ts'
import { createFoundHandlers } from '../found/found.ts'
import { knownProgram } from './meeting.ts'
import { processesIn, processStart } from './processes.ts'
import { aStage } from './test-kit.ts'

const make = (room: TmuxRoom) => aStage({ kits: KITS, host: room.terminals, clock: handClock(Date.now()) })
let room: TmuxRoom
let stage: ReturnType<typeof make>
beforeEach(async () => {
  room = await aTmuxRoom()
  stage = make(room)
  await stage.open()
})
afterEach(async () => {
  await stage.close()
  room.close()
})

const SESSION = '11111111-2222-4333-8444-555555555555'
const { proved } = must(
  KITS.find(({ name }) => name === 'claude-code'),
  'the kit of Claude Code',
)

/** The same as until, while time goes on. */
const soon = (condition: () => boolean | Promise<boolean>) =>
  until(() => {
    stage.clock.move(50)
    return condition()
  })

/** A program that leaves the files of Claude Code: that it is busy, and one line of its conversation. */
function claude(): string {
  const path = join(stage.folder, 'claude')
  const lines = [
    `#!${process.execPath}`,
    `if (process.argv.includes('--version')) { console.log('${proved.to} (Claude Code)'); process.exit() }`,
    "const { mkdirSync, writeFileSync } = require('node:fs')",
    'const home = process.env.CLAUDE_CONFIG_DIR',
    "const project = home + '/projects/' + process.cwd().replaceAll(/[^A-Za-z0-9]/g, '-')",
    "for (const folder of [home + '/sessions', project]) mkdirSync(folder, { recursive: true })",
    "const message = { role: 'user', content: 'mend the till' }",
    `writeFileSync(project + '/${SESSION}.jsonl', JSON.stringify({ type: 'user', uuid: 'u1', timestamp: '2026-11-22T12:00:00.000Z', message }) + '\\n')`,
    `const state = { pid: process.pid, sessionId: '${SESSION}', version: '${proved.to}', status: 'busy', statusUpdatedAt: Date.now() }`,
    "writeFileSync(home + '/sessions/' + process.pid + '.json', JSON.stringify(state))",
    "process.stdin.once('data', () => process.exit())",
  ]
  writeFileSync(path, lines.join('\n'))
  chmodSync(path, 0o755)
  return path
}

/** Adopts the user's session, whose shell runs in a folder of its own. */
async function adopted(name: string) {
  const { roster, adopt, adopted: known } = stage.agents()
  const found = createFoundHandlers({ host: room.terminals, agent: roster.get, adopted: known, adopt })
  const ref = must((await found.listFound({}, aContext())).find((one) => one.name === name)?.ref, name)
  return found.adoptFound({ ref, name: 'shop', label: '', tags: [] }, aContext())
}

test('a known program has its kit: status and conversation are read, and what follows it in the shell is met too', async () => {
  const work = join(stage.folder, 'work')
  mkdirSync(work)
  const config = `CLAUDE_CONFIG_DIR=${join(stage.folder, 'config')}`
  room.user('new-session', '-d', '-s', 'mine', '-c', work, '-e', config, 'exec /bin/sh')
  room.user('send-keys', '-t', 'mine', claude(), 'Enter')
  const command = () => room.user('display-message', '-p', '-t', 'mine', '#{pane_current_command}').trim()
  await until(() => !['', 'sh'].includes(command()))
  const { id } = await adopted('mine')
  const agent = () => stage.agents().roster.get(id)

  await soon(() => agent().status.state === 'working')
  expect(agent()).toMatchObject({ kit: 'claude-code', session: { adopted: true } })
  const text = async () =>
    JSON.stringify(await stage.oversight().handlers.getTranscript({ id, limit: 10 }, aContext()))
  await soon(async () => (await text()).includes('mend the till'))

  room.user('send-keys', '-t', 'mine', 'Enter')
  await until(() => command() === 'sh')

  await soon(() => agent().kit === 'generic' && agent().status.state === 'idle')
})

/** A program that leaves a conversation of Qwen Code, as soon as somebody presses Enter. */
function qwen(): string {
  const path = join(stage.folder, 'qwen')
  const lines = [
    `#!${process.execPath}`,
    "if (process.argv[2] === '--version') { console.log('0.24.4'); process.exit() }",
    "const { mkdirSync, writeFileSync } = require('node:fs')",
    "const chats = process.env.QWEN_HOME + '/projects/' + process.cwd().replaceAll(/[^a-zA-Z0-9]/g, '-') + '/chats'",
    'mkdirSync(chats, { recursive: true })',
    "const line = { uuid: 'u1', type: 'user', timestamp: '2026-11-22T12:00:00.000Z', message: { role: 'user', parts: [{ text: 'count the till' }] } }",
    "process.stdin.on('data', () => writeFileSync(chats + '/' + process.pid + '.jsonl', JSON.stringify(line) + '\\n'))",
  ]
  writeFileSync(path, lines.join('\n'))
  chmodSync(path, 0o755)
  return path
}

test('a conversation is that of a found program where only one can be meant, and of nobody where two could', async () => {
  const work = join(stage.folder, 'work')
  mkdirSync(work)
  const home = `QWEN_HOME=${join(stage.folder, 'qwen-home')}`
  const start = (name: string) =>
    room.user('new-session', '-d', '-s', name, '-c', work, '-e', home, `exec ${qwen()}`)
  start('mine')
  const { id } = await adopted('mine')
  const kit = () => stage.agents().roster.get(id).kit
  await soon(() => kit() === 'qwen')
  const said = async () =>
    JSON.stringify(await stage.oversight().handlers.getTranscript({ id, limit: 10 }, aContext()))
  expect(await said()).not.toContain('count the till')

  room.user('send-keys', '-t', 'mine', 'Enter')
  await soon(async () => (await said()).includes('count the till'))

  start('other')
  const { pid } = must(
    processesIn(work).find(({ argv }) => argv.includes(join(stage.folder, 'qwen'))),
    'it',
  )
  expect(processStart(pid)).toBeGreaterThan(Date.now() - 120_000)
  room.user('send-keys', '-t', 'other', 'Enter')
  const agent = stage.agents().roster.get(id)
  const met = await stage.oversight().source.meet(agent)
  expect(met).toMatchObject({ kit: 'qwen', statements: [] })
})

test('words for a program that takes them by a channel of ours are refused, as nobody would read them', async () => {
  const codex = join(stage.folder, 'codex')
  const lines = [`#!${process.execPath}`, "if (process.argv[2] !== '--version') setInterval(() => {}, 1000)"]
  writeFileSync(codex, lines.join('\n'))
  chmodSync(codex, 0o755)
  room.user('new-session', '-d', '-s', 'mine', `exec ${codex}`)
  const { id } = await adopted('mine')
  await soon(() => stage.agents().roster.get(id).kit === 'codex')
  const { sendPrompt, interruptAgent } = stage.oversight().handlers

  expect(await codeOf(sendPrompt({ id, text: 'go on' }, aContext()))).toBe('agent.unable')
  expect(await codeOf(interruptAgent({ id }, aContext()))).toBe('agent.unable')
  expect(await stage.oversight().notice(id, 'mail')).toBe(false)
})

test('a program that tells nothing is unknown, with the reason', async () => {
  room.user('new-session', '-d', '-s', 'mine', 'exec cat')
  const { id } = await adopted('mine')
  const agent = () => stage.agents().roster.get(id)

  await until(() => agent().kit === 'generic')

  await until(() => agent().status.why !== 'Found running on your own tmux server')
  expect(agent().status).toMatchObject({ state: 'unknown' })
})

test('a program is known by its own name and that of its script, in a shell or without one', () => {
  const programs: [string[], string][] = [
    [['/usr/bin/gemini', '--yolo'], 'gemini'],
    [['node', '--no-warnings', '/usr/local/bin/gemini'], 'gemini'],
    [['/opt/node', '/lib/node_modules/@anthropic-ai/claude-code/cli.js'], 'claude-code'],
    [['bash', '-c', 'codex'], 'generic'],
    [['vim', 'claude'], 'generic'],
  ]
  for (const [argv, kit] of programs) {
    const processes = [{ pid: 2, argv }]
    expect(knownProgram(KITS, processes)?.kit.name).toBe(kit)
    expect(knownProgram(KITS, [{ pid: 1, argv: ['-zsh'] }, ...processes])?.kit.name).toBe(kit)
  }
})
