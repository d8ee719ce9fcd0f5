// A session of Claude Code with real files and a terminal played by the test; the real program is run by the conformance run.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aSession, playMachine, type PlayedMachine } from '../../test/played-machine.ts'
import type { KitSession, RunningKit } from '../kit.ts'
import { claudeCode } from './kit.ts'

const SESSION = '0b1c7d1e-0000-4000-8000-000000000001'
const PID = 4711
const LINE = '─'.repeat(110)
const PROMPT = `${LINE}\n❯ \n${LINE}\n`
const DIALOG = `${LINE}\n Bash command\n touch a.txt\n Do you want to proceed?\n ❯ 1. Yes\n   2. No\n\n Esc to cancel\n`
const CALL = { session_id: SESSION, tool_name: 'Bash', tool_input: { command: 'touch a.txt' } }

let home: string
let played: PlayedMachine
let kit: RunningKit
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tutti-claude-'))
  mkdirSync(join(home, '.claude', 'sessions'), { recursive: true })
  played = playMachine()
  played.processes = [{ pid: PID, argv: ['claude'] }]
  played.screen = PROMPT
})
afterEach(() => {
  kit.close()
  rmSync(home, { recursive: true, force: true })
})

const open = (given: Partial<KitSession> = {}) => {
  kit = claudeCode.open(aSession(played, { home, runFolder: home, ...given }))
}
const sessionFile = () => join(home, '.claude', 'sessions', `${PID}.json`)
function vendorSays(status: string, more: object = {}): void {
  const file = {
    pid: PID,
    sessionId: SESSION,
    version: '2.1.330',
    status,
    statusUpdatedAt: Date.now(),
    ...more,
  }
  writeFileSync(sessionFile(), JSON.stringify(file))
}
const state = (wanted: string) => played.told('evidence', ({ evidence }) => evidence.state === wanted)
const never = () => new AbortController().signal
const hook = (name: string, payload: object = {}) =>
  kit.hook(name, { session_id: SESSION, ...payload }, never())
const transcript = () =>
  join(home, '.claude', 'projects', home.replaceAll(/[^A-Za-z0-9]/g, '-'), `${SESSION}.jsonl`)
function written(line: object): void {
  mkdirSync(join(transcript(), '..'), { recursive: true })
  appendFileSync(transcript(), `${JSON.stringify(line)}\n`)
}

test('its file is found by its process, a torn one is read again, and its end is silence', async () => {
  open()
  await state('unknown')
  writeFileSync(sessionFile(), '{"pid":4711,"sessi')
  vendorSays('busy')

  expect((await state('working')).evidence).toMatchObject({ source: 'vendor' })
  expect(await played.told('session')).toMatchObject({ session: SESSION, transcript: transcript() })
  rmSync(sessionFile())
  expect((await played.told('silent')).source).toBe('vendor')
})

test('a question before the first prompt is told from the screen, and is over when the program begins', async () => {
  played.screen = `${LINE}\n Accessing workspace:\n\n ❯ No, exit\n\n Enter to confirm · Esc to cancel\n`
  open({ version: '2.1.330' })

  expect((await state('waiting-answer')).evidence).toMatchObject({ source: 'screen' })
  vendorSays('idle')
  await state('idle')
  expect((await played.told('silent')).source).toBe('screen')
})

test('a file of a version that was not proved is not read; hooks tell the state then', async () => {
  open()
  vendorSays('busy', { version: '2.9.0' })
  await hook('UserPromptSubmit', { prompt: 'go' })

  expect((await state('working')).evidence.source).toBe('hook')
  await hook('Stop', { last_assistant_message: 'done' })

  expect((await state('idle')).evidence.source).toBe('hook')
  expect(await played.told('turn-ended')).toMatchObject({ last: 'done' })
})

test("an approval is answered in the program's words, and consumed when the tool has run", async () => {
  open()
  await hook('PreToolUse', { ...CALL, tool_use_id: 'toolu_1' })
  const answered = hook('PermissionRequest', CALL)
  const { ask } = await played.told('ask')

  expect(ask.ref).toBe('toolu_1')
  await kit.answer('toolu_1', { kind: 'deny', reason: 'Use yarn' })
  expect(await answered).toMatchObject({ hookSpecificOutput: { decision: { message: 'Use yarn' } } })
  await expect(kit.answer('toolu_1', { kind: 'deny', reason: '' })).rejects.toMatchObject({
    code: 'attention.stale',
  })
  await hook('PostToolUse', { ...CALL, tool_use_id: 'toolu_1' })
  expect((await played.told('ask-consumed')).ref).toBe('toolu_1')
})

test('an answer that does not fit leaves the ask open', async () => {
  open()
  const answered = hook('PermissionRequest', CALL)
  const { ask } = await played.told('ask')

  await expect(kit.answer(ask.ref, { kind: 'choose', choices: [['nonsense']] })).rejects.toMatchObject({
    code: 'attention.unfit',
  })
  await kit.answer(ask.ref, { kind: 'choose', choices: [['allow']] })
  expect(await answered).toMatchObject({ hookSpecificOutput: { decision: { behavior: 'allow' } } })
})

test('an ask is over when the program no longer waits, and its hook has no opinion then', async () => {
  open()
  const gone = new AbortController()
  const answered = kit.hook('PermissionRequest', CALL, gone.signal)
  const { ask } = await played.told('ask')

  gone.abort()

  expect(await answered).toEqual({})
  expect((await played.told('ask-over')).ref).toBe(ask.ref)
})

test('an ask is over when the dialog is gone from the file, because somebody answered at the keyboard', async () => {
  open()
  vendorSays('busy')
  await state('working')
  const answered = hook('PermissionRequest', CALL)
  const { ask } = await played.told('ask')
  vendorSays('waiting', { waitingFor: 'permission prompt' })
  await state('waiting-approval')

  vendorSays('busy')

  expect((await played.told('ask-over')).ref).toBe(ask.ref)
  kit.close()
  // Nobody has decided: the program's own dialog has the word, and its hook waits until it is given up.
  answered.catch(() => undefined)
})

/** The dialog is gone once so many keys were pressed. */
function dialogGivesWayTo(keys: number): void {
  const { terminal } = played.machine
  const { press } = terminal
  terminal.press = async (key) => {
    await press(key)
    if (played.typed.length >= keys) played.screen = PROMPT
  }
}

test('a dialog that no hook tells of is asked from the screen, and answered by its key', async () => {
  const block = { type: 'tool_use', id: 'toolu_9', name: 'Bash', input: { command: 'touch a.txt' } }
  written({ type: 'assistant', uuid: 'u', message: { id: 'm', model: 'x', content: [block] } })
  played.screen = DIALOG
  vendorSays('waiting', { waitingFor: 'permission prompt' })
  open({ session: SESSION })
  const { ask } = await played.told('ask')

  expect(ask).toMatchObject({ kind: 'approval', title: 'touch a.txt', tool: 'Bash' })
  expect(ask.questions[0]?.choices.map(({ key, effect }) => [key, effect])).toEqual([
    ['1', 'allow'],
    ['2', 'deny'],
  ])
  dialogGivesWayTo(1)
  await kit.answer(ask.ref, { kind: 'choose', choices: [['1']] })
  vendorSays('busy')

  expect(played.typed).toEqual(['1'])
  expect((await played.told('ask-consumed')).ref).toBe(ask.ref)
})

test('the hook of a sub-agent is let go so that its dialog appears, and our answer goes by its key then', async () => {
  open()
  const sub = { ...CALL, agent_id: 'a1', agent_type: 'Explore' }
  await hook('PreToolUse', { ...sub, tool_use_id: 'toolu_7' })

  expect(await hook('PermissionRequest', sub)).toEqual({})

  const { ask } = await played.told('ask')
  expect(ask).toMatchObject({ ref: 'toolu_7', onBehalfOf: 'Explore' })
  expect(played.signals.some(({ type }) => type === 'ask-over')).toBe(false)
  played.screen = DIALOG
  // The first key comes in the first moment of the dialog and is swallowed.
  dialogGivesWayTo(2)
  await kit.answer(ask.ref, { kind: 'choose', choices: [['deny']] })
  expect(played.typed).toEqual(['2', '2'])
  await hook('PostToolUse', { ...sub, tool_use_id: 'toolu_7' })
  expect((await played.told('ask-consumed')).ref).toBe('toolu_7')
})

test('an answer for a dialog that is gone presses no key', async () => {
  played.screen = DIALOG
  vendorSays('waiting', { waitingFor: 'permission prompt' })
  open({ session: SESSION })
  const { ask } = await played.told('ask')

  played.screen = PROMPT

  await expect(kit.answer(ask.ref, { kind: 'choose', choices: [['1']] })).rejects.toMatchObject({
    code: 'attention.stale',
  })
  expect(played.typed).toEqual([])
})

test('words are typed at an empty prompt only: not under a dialog, not over a draft, not without a program', async () => {
  open()
  for (const screen of [DIALOG, `${LINE}\n❯ a draft\n${LINE}\n`, '$ ', '']) await refused(screen)

  expect(played.typed).toEqual([])
})

async function refused(screen: string): Promise<void> {
  played.screen = screen
  await expect(kit.prompt('rm -rf ~/x')).rejects.toMatchObject({ code: 'agent.busy' })
}

test('a notice that comes while it works goes with its next hook, in the words of then, and none is typed', async () => {
  open()
  await hook('UserPromptSubmit', { prompt: 'go' })
  const given = kit.notice('You have mail.', () => 'You have more mail.')

  expect(await hook('PostToolUse', { ...CALL, tool_use_id: 't' })).toEqual({
    hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: 'You have more mail.' },
  })
  expect(await given).toBe(true)
  expect(await hook('PostToolUse', { ...CALL, tool_use_id: 't' })).toEqual({})
  expect(played.typed).toEqual([])
})

test('a notice that nothing has taken makes the turn go on at its end, once', async () => {
  open()
  await hook('UserPromptSubmit', { prompt: 'go' })
  const given = kit.notice('You have mail.')

  expect(await hook('Stop')).toEqual({
    hookSpecificOutput: { hookEventName: 'Stop', additionalContext: 'You have mail.' },
  })
  expect(await given).toBe(true)
  expect(played.signals.some(({ type }) => type === 'turn-ended')).toBe(false)
  expect(await hook('Stop', { stop_hook_active: true })).toEqual({})
  expect(await played.told('turn-ended')).toMatchObject({ type: 'turn-ended' })
})

test('a notice is not given when it is void by then, when the turn fails, and when the daemon goes', async () => {
  open()
  await hook('UserPromptSubmit', { prompt: 'go' })
  const read = kit.notice('You have mail.', () => null)
  expect(await hook('Stop')).toEqual({})
  await hook('UserPromptSubmit', { prompt: 'go' })
  const failed = kit.notice('You have mail.')
  await hook('StopFailure', { error: 'overloaded' })
  await hook('UserPromptSubmit', { prompt: 'go' })
  const left = kit.notice('You have mail.')
  kit.close()

  expect(await Promise.all([read, failed, left])).toEqual([false, false, false])
})

test('a hook cannot have another file read as its transcript', async () => {
  const secret = join(home, 'secret', `${SESSION}.jsonl`)
  mkdirSync(join(home, 'secret'))
  writeFileSync(secret, '{"type":"user","uuid":"u","message":{"content":"top secret"}}\n')
  open()

  await hook('UserPromptSubmit', { transcript_path: secret })

  expect(await played.told('session')).toMatchObject({ transcript: transcript() })
  expect(await kit.entries()).toEqual([])
})

test('what it did before anybody followed is told as well, and once', async () => {
  const line = { type: 'user', uuid: 'u1', timestamp: '2026-11-22T12:00:00.000Z' }
  written({ ...line, message: { role: 'user', content: 'first' } })
  open({ session: SESSION })
  const { entries } = await played.told('entries')
  expect(JSON.stringify(entries)).toMatch('first')

  written({ ...line, uuid: 'u2', message: { role: 'user', content: 'second' } })
  const later = await played.told('entries', (signal) => JSON.stringify(signal).includes('second'))
  expect(JSON.stringify(later)).not.toMatch('first')
})

test('each word about the state is newer than the one before', async () => {
  open()
  vendorSays('busy', { statusUpdatedAt: Date.now() + 5 })
  await state('working')
  vendorSays('idle', { statusUpdatedAt: Date.now() - 60_000 })
  await state('idle')

  const times = played.signals.flatMap((signal) => (signal.type === 'evidence' ? [signal.evidence.at] : []))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(new Set(times).size).toBe(times.length)
})
