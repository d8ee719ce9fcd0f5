// The picture of Codex's threads: each row of the truth table, and that what is not known becomes unknown.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Evidence } from '@tutti/core'
import type { RpcMessage } from './rpc.ts'
import { afterMessage, evidenceOf, NO_THREADS, withThread, type Threads } from './threads.ts'

const message = (method: string, params: RpcMessage['params']): RpcMessage => ({
  method,
  params,
  id: null,
  at: 1,
})
const started = (id: string, more: object = {}): Threads =>
  withThread(NO_THREADS, { id, status: { type: 'idle' }, ...more })
const fold = (threads: Threads, ...messages: RpcMessage[]): Threads =>
  messages.reduce((before, next) => afterMessage(before, next), threads)
const status = (type: string, activeFlags: string[] = [], threadId = 'main'): RpcMessage =>
  message('thread/status/changed', { threadId, status: { type, activeFlags } })
const turn = (state: string, error: object | null = null): RpcMessage =>
  message('turn/completed', { threadId: 'main', turn: { id: 't', status: state, error } })
const item = (method: string, processId: string | null): RpcMessage =>
  message(method, { threadId: 'main', item: { type: 'commandExecution', id: 'i', processId } })
const retry = (httpStatusCode: number): RpcMessage =>
  message('error', {
    threadId: 'main',
    willRetry: true,
    error: {
      message: 'Reconnecting... 1/5',
      codexErrorInfo: { responseStreamDisconnected: { httpStatusCode } },
    },
  })
const stateOf = (threads: Threads) => evidenceOf(threads, 1).state

describe('the state of the main thread', () => {
  test.each([
    ['idle', [status('idle')]],
    ['working', [status('active')]],
    ['waiting-approval', [status('active', ['waitingOnApproval'])]],
    ['waiting-answer', [status('active', ['waitingOnUserInput'])]],
    ['interrupted', [status('active'), status('idle'), turn('interrupted')]],
    ['failed', [status('active'), status('systemError'), turn('failed', { message: 'no' })]],
    ['rate-limited', [status('active'), retry(429)]],
    ['working', [status('active'), retry(401)]],
    ['working', [status('active'), retry(429), item('item/started', null)]],
    ['background', [status('active'), item('item/started', '77'), turn('completed'), status('idle')]],
    ['idle', [status('active'), item('item/started', null), turn('completed'), status('idle')]],
    ['unknown', [status('active', ['waitingOnTheMoon'])]],
    ['unknown', [status('dreaming')]],
  ] as const)('is %s', (state, messages) => {
    expect(stateOf(fold(started('main'), ...messages))).toBe(state)
  })

  test('an unknown state is never the one before', () => {
    expect(stateOf(fold(started('main'), status('active'), status('')))).toBe('unknown')
    expect(stateOf(NO_THREADS)).toBe('unknown')
  })

  test('the thread that finds a title is nobody and changes nothing', () => {
    const threads = fold(
      started('main'),
      message('thread/started', { thread: { id: 'title', ephemeral: true, status: { type: 'idle' } } }),
      status('active', [], 'title'),
    )

    expect(threads.main).toBe('main')
    expect(stateOf(threads)).toBe('idle')
  })

  test('a sub-agent that goes on after the turn is background work, and its question is the agent’s', () => {
    const helper = { id: 'sub', parentThreadId: 'main', agentNickname: 'Bo', status: { type: 'active' } }
    const threads = fold(started('main'), message('thread/started', { thread: helper }))

    expect(stateOf(threads)).toBe('background')
    expect(evidenceOf(fold(threads, status('active', ['waitingOnApproval'], 'sub')), 1)).toMatchObject({
      state: 'waiting-approval',
      why: 'Its sub-agent Bo waits for an approval.',
    })
  })
})

test('whatever the server says, the evidence fits the contract, and parents in a circle end', () => {
  const ids = fc.constantFrom('main', 'a', 'b', 'c')
  const methods = fc.constantFrom(
    'thread/started',
    'thread/status/changed',
    'turn/started',
    'turn/completed',
    'error',
    'item/started',
    'item/completed',
    'thread/closed',
    'toString',
  )
  const thread = fc.record({
    id: ids,
    parentThreadId: fc.option(ids),
    status: fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constantFrom('idle', 'active'),
        activeFlags: fc.array(fc.string({ maxLength: 400 })),
      }),
    ),
  })
  const params = fc.record(
    {
      threadId: ids,
      thread,
      status: fc.jsonValue(),
      turn: fc.jsonValue(),
      error: fc.jsonValue(),
      item: fc.jsonValue(),
      willRetry: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(methods, params)), (told) => {
      let threads = started('main')
      for (const [method, value] of told) {
        threads = afterMessage(threads, message(method, { ...value }))
        expect(Evidence.parse(evidenceOf(threads, 1)).why).not.toBe('')
      }
    }),
  )
})
