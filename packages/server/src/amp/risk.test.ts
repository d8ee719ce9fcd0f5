// AMP 07: what a sender's mail of a day says of it.
import { expect, test } from 'vitest'
import { riskOf } from './risk.ts'

const clean = { state: 'delivered', labels: '[]' }
const flagged = { state: 'read', labels: '["instructions"]' }
const held = { state: 'quarantined', labels: '["instructions"]' }
const refused = { state: 'rejected', labels: '["instructions"]' }

test('what was refused weighs three, what is held two, what was marked one, and each message counts once', () => {
  const ten = [refused, held, flagged, ...Array.from({ length: 7 }, () => clean)]
  expect(riskOf(ten)).toEqual({
    total: 10,
    blocked: 1,
    quarantined: 1,
    flagged: 1,
    risk: 60,
    level: 'high',
  })
})

test('the levels begin where the draft says, and no mail is no risk', () => {
  const of = (count: number) => {
    const rest = Array.from({ length: 100 - count }, () => clean)
    return riskOf([...Array.from({ length: count }, () => flagged), ...rest]).level
  }
  expect([10, 11, 30, 31, 60, 61].map(of)).toEqual([
    'low',
    'moderate',
    'moderate',
    'high',
    'high',
    'critical',
  ])
  expect(riskOf([])).toMatchObject({ total: 0, risk: 0, level: 'low' })
  expect(riskOf([refused, refused])).toMatchObject({ risk: 100 })
})
