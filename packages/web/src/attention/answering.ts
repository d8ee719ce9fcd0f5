// Giving answers: one for an item, the same for a group; what is on its way is shown at once, what failed is told.
import type { Answer, AttentionItem } from '@tutti/core'
import { create } from 'zustand'
import { api } from '../data/api.ts'
import { putItem } from '../data/attention-store.ts'
import { attempt } from '../data/attempt.ts'
import { toast, toastError } from '../data/toast-store.ts'
import { t } from '../words/words.ts'

/** Ids of items whose answer has been given here and not yet been taken by the server. */
export const useSending = create<{ ids: ReadonlySet<string> }>()(() => ({ ids: new Set() }))

/** Answers the items alike; says whether all of it was taken. */
export const answerAll = (items: readonly AttentionItem[], answer: Answer): Promise<boolean> =>
  sending(items, async () => {
    const [only] = items
    if (!only) return false
    return items.length === 1 ? answerOne(only, answer) : answerGroup(items, answer)
  })

async function answerOne({ id, version }: AttentionItem, answer: Answer): Promise<boolean> {
  const item = await attempt(() => api.answerAttention({ id, version, answer }))
  if (item) putItem(item)
  return item !== null
}

async function answerGroup(items: readonly AttentionItem[], answer: Answer): Promise<boolean> {
  const seen = items.map(({ id, version }) => ({ id, version }))
  const results = await attempt(() => api.answerAttentionGroup({ items: seen, answer }))
  if (!results) return false
  for (const { item } of results) if (item) putItem(item)
  const failed = results.filter(({ ok }) => !ok)
  const first = failed[0]?.error?.message
  if (first) toastError(t('ask.group-failed', { n: failed.length, all: results.length, first }))
  return failed.length === 0
}

/** Takes failures and finished turns off the queue; they can be brought back into view by their agent. */
export const dismissAll = (items: readonly AttentionItem[]): Promise<boolean> =>
  sending(items, async () => {
    const done = await Promise.all(
      items.map(async ({ id, version }) => attempt(() => api.dismissAttention({ id, version }))),
    )
    for (const item of done) if (item) putItem(item)
    return done.every((item) => item !== null)
  })

const SNOOZE_MS = 3_600_000 // an hour: long enough to finish something else

export async function snoozeAll(items: readonly AttentionItem[]): Promise<void> {
  const snooze = async (until: number | null) => {
    const done = await Promise.all(items.map(({ id }) => attempt(() => api.snoozeAttention({ id, until }))))
    for (const item of done) if (item) putItem(item)
  }
  await snooze(Date.now() + SNOOZE_MS)
  toast(t('ask.snoozed', { n: items.length }), { undo: () => void snooze(null) })
}

async function sending(items: readonly AttentionItem[], act: () => Promise<boolean>): Promise<boolean> {
  const ids: readonly string[] = items.map(({ id }) => id)
  useSending.setState((state) => ({ ids: new Set([...state.ids, ...ids]) }))
  try {
    return await act()
  } finally {
    useSending.setState((state) => ({ ids: new Set([...state.ids].filter((id) => !ids.includes(id))) }))
  }
}

/** The answer that takes one choice of an ask with one question. */
export const choosing = (key: string): Answer => ({ kind: 'choose', choices: [[key]] })
