// What is under way when the daemon stops comes to its end; what never does is given up.
import { expect, test } from 'vitest'
import { createUnderWay } from './under-way.ts'

test('the end waits for what is under way and for what that begins, and for nothing longer than its patience', async () => {
  let giveUp: (() => void) | null = null
  const after = (_ms: number, run: () => void) => {
    giveUp = run
    return () => undefined
  }
  const underWay = createUnderWay({ after }, 1000)
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<string>()
  const steps: string[] = []

  const work = underWay.keep(async () => {
    await first.promise
    return underWay.keep(() => second.promise)
  })
  const end = underWay.end().then(() => steps.push('ended'))
  expect(underWay.isEnding()).toBe(true)
  first.resolve()
  await first.promise
  steps.push('first')
  second.resolve('told')
  expect(await work).toBe('told')
  await end
  expect(steps).toEqual(['first', 'ended'])

  const stuck = createUnderWay({ after }, 1000)
  const never = stuck.keep(() => new Promise<never>(() => undefined))
  const given = stuck.end()
  ;(giveUp as (() => void) | null)?.()
  await given
  expect(never).toBeInstanceOf(Promise)
})

test('work that fails is over, and its failure is for whoever began it', async () => {
  const underWay = createUnderWay({ after: () => () => undefined }, 1000)
  const work = underWay.keep(() => Promise.reject(new Error('no')))
  await underWay.end()
  await expect(work).rejects.toThrow('no')
})
