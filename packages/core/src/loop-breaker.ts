// Tells when an agent goes round in circles: a pure reducer over what it does, with the evidence in words.
import { z } from 'zod'

export type LoopEvent =
  /** A tool is called; `key` is the same for the same call. */
  | { type: 'tool'; name: string; key: string; at: number }
  /** A file has changed: it gets somewhere. */
  | { type: 'change'; at: number }
  | { type: 'turn'; at: number }
  /** Somebody has told it something; the same words again are a loop of their own. */
  | { type: 'prompt'; text: string; at: number }
  | { type: 'cost'; micros: number; at: number }

/** What counts as going round in circles; null where it is not looked at. */
export const LoopLimits = z.strictObject({
  /** Identical calls one after the other. */
  sameCalls: z.int().min(2).max(1000).nullable(),
  turnsWithoutChange: z.int().min(2).max(1000).nullable(),
  /** Cost within the window, in millionths of a US dollar. */
  windowMs: z.int().min(60_000).max(86_400_000),
  windowMicros: z.int().min(1).nullable(),
})
export type LoopLimits = z.infer<typeof LoopLimits>

/** The limits of every agent, and those of agents that have their own. */
export const LoopSettings = z.strictObject({
  all: LoopLimits,
  agents: z
    .record(z.string().max(40), LoopLimits)
    .refine((agents) => Object.keys(agents).length <= 1000, 'expected at most 1000 agents'),
})
export type LoopSettings = z.infer<typeof LoopSettings>

/** The limits that hold for an agent. */
export const loopLimitsOf = ({ all, agents }: LoopSettings, agentId: string): LoopLimits =>
  Object.hasOwn(agents, agentId) ? (agents[agentId] ?? all) : all

export interface LoopState {
  /** The call that was made last, and how often in a row. */
  readonly call: { name: string; key: string; times: number } | null
  readonly turns: number
  readonly prompt: string | null
  readonly costs: readonly { at: number; micros: number }[]
}

export interface LoopStep {
  state: LoopState
  /** Why it is to be paused; null while all is well. */
  verdict: string | null
}

export const noLoop: LoopState = { call: null, turns: 0, prompt: null, costs: [] }

/** Enough for honest work, little enough to be told of before it is dear. */
export const LOOP_LIMITS: LoopLimits = {
  sameCalls: 10,
  turnsWithoutChange: 30,
  windowMs: 10 * 60_000,
  windowMicros: 20_000_000,
}

/** After a verdict the count begins anew, so that an agent that was let go on is not paused at its next step. */
export function afterLoopEvent(state: LoopState, event: LoopEvent, limits: LoopLimits): LoopStep {
  const next = grown(state, event, limits)
  const verdict = verdictOn(next, event, limits)
  return { state: verdict === null ? next : { ...noLoop, prompt: next.prompt }, verdict }
}

function grown(state: LoopState, event: LoopEvent, { windowMs }: LoopLimits): LoopState {
  switch (event.type) {
    case 'tool': {
      const times = state.call?.key === event.key ? state.call.times + 1 : 1
      return { ...state, call: { name: event.name, key: event.key, times } }
    }
    case 'change':
      return { ...state, call: null, turns: 0 }
    case 'turn':
      return { ...state, turns: state.turns + 1 }
    case 'prompt':
      return event.text === state.prompt ? state : { ...state, call: null, turns: 0, prompt: event.text }
    case 'cost': {
      const recent = state.costs.filter(({ at }) => at > event.at - windowMs)
      return { ...state, costs: [...recent, { at: event.at, micros: event.micros }] }
    }
    default:
      return state
  }
}

function verdictOn({ call, turns, costs }: LoopState, event: LoopEvent, limits: LoopLimits): string | null {
  const { sameCalls, turnsWithoutChange, windowMs, windowMicros } = limits
  if (event.type === 'tool' && call !== null && reaches(call.times, sameCalls)) {
    return `It called ${call.name} ${call.times} times in a row with the same input`
  }
  if (event.type === 'turn' && reaches(turns, turnsWithoutChange)) {
    return `It took ${turns} turns without a change to any file`
  }
  const spent = costs.reduce((sum, { micros }) => sum + micros, 0)
  if (event.type !== 'cost' || !reaches(spent, windowMicros)) return null
  const minutes = Math.round(windowMs / 60_000)
  return `It spent $${(spent / 1_000_000).toFixed(2)} within ${minutes} minutes`
}

const reaches = (count: number, limit: number | null): boolean => limit !== null && count >= limit
