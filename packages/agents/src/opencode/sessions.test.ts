// The picture of OpenCode's sessions: each row of the truth table, and that what is not known becomes unknown.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Evidence } from '@tutti/core'
import type { Fields } from '../foreign.ts'
import { afterEvent, evidenceOf, isOfMain, NO_SESSIONS, type Sessions } from './sessions.ts'

const event = (type: string, properties: Fields): Fields => ({ type, properties })
const created = (id: string, parentID?: string): Fields =>
  event('session.created', { info: { id, parentID, title: `T ${id}` } })
const status = (type: string, sessionID = 'main', more: object = {}): Fields =>
  event('session.status', { sessionID, status: { type, ...more } })
const error = (name: string): Fields =>
  event('session.error', { sessionID: 'main', error: { name, data: { message: 'no' } } })
const answer = (id: string, name?: string): Fields =>
  event('message.updated', {
    info: { id, role: 'assistant', sessionID: 'main', ...(name && { error: { name } }) },
  })
const fold = (...events: Fields[]): Sessions => events.reduce<Sessions>(afterEvent, NO_SESSIONS)
const stateOf = (...events: Fields[]) => evidenceOf(fold(...events), 1).state
const begun = created('main')

test.each([
  ['idle', []],
  ['idle', [begun]],
  ['working', [begun, status('busy')]],
  ['rate-limited', [begun, status('busy'), status('retry', 'main', { attempt: 2, message: 'slow down' })]],
  ['idle', [begun, status('busy'), status('idle')]],
  ['failed', [begun, status('busy'), error('APIError'), status('idle')]],
  ['interrupted', [begun, status('busy'), error('MessageAbortedError'), status('idle')]],
  ['interrupted', [begun, status('busy'), answer('m1', 'MessageAbortedError'), status('idle')]],
  ['idle', [begun, status('busy'), answer('m2'), answer('m1', 'MessageAbortedError'), status('idle')]],
  ['working', [begun, error('APIError'), status('idle'), status('busy')]],
  ['waiting-approval', [begun, status('busy'), event('permission.asked', { id: 'p', sessionID: 'main' })]],
  ['waiting-answer', [begun, status('busy'), event('question.asked', { id: 'q', sessionID: 'main' })]],
  [
    'waiting-approval',
    [begun, created('sub', 'main'), event('permission.asked', { id: 'p', sessionID: 'sub' })],
  ],
  ['background', [begun, created('sub', 'main'), status('busy', 'sub')]],
  ['unknown', [begun, status('dreaming')]],
] as const)('the state is %s', (state, events) => {
  expect(stateOf(...events)).toBe(state)
})

test('a request that was answered, here or in the terminal, waits no more', () => {
  const asked = [begun, status('busy'), event('permission.asked', { id: 'p', sessionID: 'main' })]

  expect(stateOf(...asked, event('permission.replied', { requestID: 'p' }))).toBe('working')
})

test('what another conversation asks is none of this agent', () => {
  expect(stateOf(begun, event('permission.asked', { id: 'p', sessionID: 'other' }))).toBe('idle')
})

test('the conversation that a person turns to is the main one from then on', () => {
  const sessions = fold(begun, created('sub', 'main'), status('busy', 'sub'), status('busy', 'older'))

  expect(sessions.main).toBe('older')
  expect(isOfMain(sessions, 'sub')).toBe(false)
})

test('whatever events come, the evidence fits the contract, and parents in a circle end', () => {
  const ids = fc.constantFrom('main', 'a', 'b')
  const types = fc.constantFrom(
    'session.created',
    'session.updated',
    'session.deleted',
    'session.status',
    'session.error',
    'permission.asked',
    'question.asked',
    'question.rejected',
    'constructor',
  )
  const info = fc.record({ id: ids, parentID: fc.option(ids, { nil: undefined }), title: fc.string() })
  const properties = fc.record(
    {
      sessionID: ids,
      info,
      status: fc.oneof(
        fc.jsonValue(),
        fc.record({
          type: fc.constantFrom('busy', 'idle', 'retry'),
          message: fc.string({ maxLength: 4000 }),
        }),
      ),
      error: fc.jsonValue(),
      id: fc.jsonValue(),
      requestID: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(types, properties)), (events) => {
      const sessions = fold(...events.map(([type, value]) => event(type, { ...value })))
      expect(Evidence.parse(evidenceOf(sessions, 1)).why).not.toBe('')
    }),
  )
})
