// Performs one operation: what follows the door, in the guard's order, from the announced body to the answer.
import {
  hasBody,
  type AmpReply,
  type Bytes,
  type Fault,
  type Operation,
  type OperationName,
  operation,
} from '@tutti/core'
import type { IncomingMessage } from 'node:http'
import { AmpError } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import type { Actor, Context, Handlers, Log } from '../handler.ts'
import { asFault, bytesResponse, faultResponse, jsonResponse, type ExtraHeaders } from './answer.ts'
import { ampErrorOf, ampRefusal, ampResponse } from './amp-answer.ts'
import { readBody } from './body.ts'
import type { Call } from './call.ts'
import { headerOf, type Facts } from './facts.ts'
import { createGone, type Gone } from './gone.ts'
import { ANONYMOUS, type Guard } from './guard.ts'
import { inputReader, invalid, parseBody, type InputReader, type Plain } from './input.ts'
import type { Attempt, Limits } from './limits.ts'
import { announcesBody, BODY_LIMIT_BYTES, lengthRefusal, mediaTypeRefusal } from './media-type.ts'
import { versionFrom } from './version.ts'

export interface PerformDeps {
  guard: Guard
  limits: Limits
  handlers: Handlers
  store: Pick<Store, 'wasAudited' | 'audit'>
  log: Log
  /** Checks every output against its schema; for tests, as inside the types are believed. */
  checkOutputs: boolean
}

export interface Asked {
  message: IncomingMessage
  call: Call
  path: Record<string, string>
  query: URLSearchParams
}

export type Perform = (asked: Asked) => Promise<Response>

/** The function that answers one operation. It never rejects. */
export function createPerform(name: OperationName, deps: PerformDeps): Perform {
  const row = operation(name)
  const reader = inputReader(name, row)
  return async (asked) => {
    asked.call.operation = name
    const state: State = { actor: ANONYMOUS, by: null, subject: '', attempt: null, extra: [] }
    const gone = createGone(asked.message.socket)
    try {
      const answer = await answerOf({ name, row, reader, deps, asked, state, gone })
      state.attempt?.succeeded()
      return answer
    } catch (error) {
      if (error instanceof AmpError && row.wire === 'amp') {
        state.attempt?.succeeded()
        asked.call.fault = error.code
        return ampRefusal(error, undefined, state.extra)
      }
      const refusal = asFault(error, { call: asked.call, log: deps.log })
      // A failure that is no wrong guess costs no attempt.
      if (refusal.status !== 401 && refusal.code !== 'totp.wrong-code') state.attempt?.succeeded()
      asked.call.fault = refusal.code
      return auditedRefusal(refusal, { row, state, deps, asked, name })
    } finally {
      gone.over()
    }
  }
}

interface State {
  actor: Actor
  by: By | null
  subject: string
  attempt: Attempt | null
  /** Headers that the handler has set. */
  extra: ExtraHeaders
}

interface Work {
  name: OperationName
  row: Operation
  reader: InputReader
  deps: PerformDeps
  asked: Asked
  state: State
  gone: Gone
}

async function answerOf(work: Work): Promise<Response> {
  const { name, row, deps, asked, state } = work
  const { facts } = asked.call
  refuseBody(facts, row)
  const actor = admitted(work)
  const { body, raw } = await bodyOf(work)
  const input = work.reader.read({ path: asked.path, query: asked.query, body })
  state.subject = typeof input['id'] === 'string' ? input['id'] : ''
  if (row.guessable) state.attempt = deps.limits.attempt(guessKey(input, actor, facts), facts.address)
  const by: By = { actor: actor.id, address: facts.address, act: name, audited: row.audited ?? false }
  state.by = by
  const { extra } = state
  const context: Context = {
    actor,
    by,
    address: facts.address,
    agent: facts.agent,
    origin: facts.self,
    version: row.versioned ? versionFrom(headerOf(facts, 'if-match')) : 0,
    requestId: asked.call.id,
    gone: work.gone.signal,
    body: raw,
    sent: (header) => headerOf(facts, header),
    header: (header, value) => extra.push([header, value]),
  }
  const output = await handle(name, deps, { input, context })
  if (row.audited && !deps.store.wasAudited(by)) {
    await deps.store.audit(by, { subject: state.subject, outcome: 'done' })
  }
  if (deps.checkOutputs && !row.bytes) row.output.parse(output)
  if (row.wire) return ampResponse(asReply(output), extra)
  return row.bytes ? bytesResponse(asBytes(output), row.bytes, extra) : jsonResponse(output, extra)
}

/** Authentication, permission and rate. */
function admitted({ row, deps, asked, state }: Work): Actor {
  const { facts } = asked.call
  // A public endpoint of AMP may do more for somebody it knows; a wrong key is refused all the same.
  const knows = row.wire === 'amp' && headerOf(facts, 'authorization') !== undefined
  if (row.may === 'public' && !knows) {
    deps.guard.pace(ANONYMOUS, facts.address)
    return ANONYMOUS
  }
  const actor = deps.guard.authenticate(facts)
  state.actor = actor
  asked.call.actor = actor.id
  if (row.may !== 'public') deps.guard.permit(actor, row.may)
  deps.guard.pace(actor, facts.address)
  return actor
}

function refuseBody(facts: Facts, row: Operation): void {
  const length = headerOf(facts, 'content-length')
  if (row.raw) {
    const tooLong = lengthRefusal(length, row.raw.limitBytes)
    if (tooLong !== null) throw tooLong
    return
  }
  const refusal =
    row.method === 'GET' && !announcesBody({ length, transfer: headerOf(facts, 'transfer-encoding') })
      ? null
      : (mediaTypeRefusal({
          method: row.method,
          type: headerOf(facts, 'content-type'),
          encoding: headerOf(facts, 'content-encoding'),
          length,
          transfer: headerOf(facts, 'transfer-encoding'),
        }) ?? lengthRefusal(length, bodyLimit(row)))
  if (refusal !== null) throw refusal
}

const bodyLimit = (row: Operation): number => row.bodyBytes ?? BODY_LIMIT_BYTES

/** Fields of a JSON body, or the body as it is. */
async function bodyOf({ name, row, asked }: Work): Promise<{ body: Plain; raw: Uint8Array }> {
  const { facts } = asked.call
  if (row.raw) return { body: {}, raw: await readBody(asked.message, row.raw.limitBytes) }
  const announced = announcesBody({
    length: headerOf(facts, 'content-length'),
    transfer: headerOf(facts, 'transfer-encoding'),
  })
  const body = announced ? parseBody(name, await readBody(asked.message, bodyLimit(row))) : {}
  const [stray] = hasBody(row) ? [] : Object.keys(body)
  if (stray !== undefined) throw invalid(name, [`${stray}: ${row.method} takes no body`])
  return { body, raw: NO_BYTES }
}

const NO_BYTES = new Uint8Array()

/** Whose secret is being guessed: the named account, the caller's own, or whatever a code stands for at this address. */
function guessKey(input: Plain, actor: Actor, facts: Facts): string {
  if (actor.userId !== null) return actor.userId
  return typeof input['name'] === 'string'
    ? `name ${input['name'].toLowerCase()}`
    : `address ${facts.address}`
}

type AnyHandler = (input: Plain, context: Context) => unknown

function handle(name: OperationName, deps: PerformDeps, call: { input: Plain; context: Context }): unknown {
  // The cast is sound: the row's own schema has just parsed the input that the handler of the same name takes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const handler = deps.handlers[name] as unknown as AnyHandler
  return handler(call.input, call.context)
}

function asBytes(output: unknown): Bytes {
  // The cast is sound: Handlers types an operation with `bytes` to answer Bytes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return output as Bytes
}

function asReply(output: unknown): AmpReply {
  // The cast is sound: Handlers types an operation with `wire` to answer an AmpReply.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return output as AmpReply
}

interface Refused {
  name: OperationName
  row: Operation
  state: State
  deps: PerformDeps
  asked: Asked
}

/** Refusals of privileged acts are kept; a caller who showed nothing tried nothing. */
async function auditedRefusal(refusal: Fault, refused: Refused): Promise<Response> {
  const { row, state, deps, asked } = refused
  const worth = (refusal.status === 401 && refusal.code !== 'auth.missing') || refusal.status === 403
  const answer = row.wire === 'amp' ? ampRefusal(ampErrorOf(refusal), refusal) : faultResponse(refusal)
  if (!row.audited || !worth) return answer
  const by = state.by ?? {
    actor: state.actor.id,
    address: asked.call.facts.address,
    act: refused.name,
    audited: true,
  }
  try {
    const detail = { code: refusal.code }
    await deps.store.audit(by, { subject: state.subject, outcome: 'refused', detail })
    return answer
  } catch (error) {
    // A full disk must not turn a refusal into anything else; that it was not kept is logged.
    deps.log.error('audit.failed', { id: asked.call.id, error })
    return answer
  }
}
