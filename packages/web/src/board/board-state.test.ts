// The board of the screen: the order of cards, the steps of a card, and places that are shown before they are known.
import type { BoardCard, BoardColumn } from '@tutti/core'
import { expect, test } from 'vitest'
import { cardsIn, columnIdFor, matches, stepFrom, withMoved, type Board } from './board-state.ts'

const id = (name: string): BoardCard['id'] => `crd_${name.padEnd(22, '0')}`
const columns: BoardColumn[] = [
  { id: 'todo', title: 'To do', place: 'h' },
  { id: 'done', title: 'Done', place: 'x' },
]
const card = (name: string, column: string, place: string): BoardCard => ({
  id: id(name),
  column,
  place,
  title: name,
  text: '',
  assignee: '',
  createdBy: 'ada',
  createdAt: 0,
  changedBy: 'ada',
  changedOn: '',
  changedAt: 0,
  lostEdits: 0,
})
const [a, b, c, d] = [
  card('a', 'todo', 'a'),
  card('b', 'todo', 'a1'),
  card('c', 'todo', 'b'),
  card('d', 'done', 'c'),
]
const board: Board = { columns, cards: [c, d, b, a] }
const order = (of: Board, column: string) => cardsIn(of, column).map(({ title }) => title)

test('a step leads behind the right card, beside it at the same height, and nowhere at the edge', () => {
  expect(stepFrom(board, a, 'up')).toBeNull()
  expect(stepFrom(board, c, 'up')).toEqual({ column: 'todo', after: a.id })
  expect(stepFrom(board, a, 'down')).toEqual({ column: 'todo', after: b.id })
  expect(stepFrom(board, c, 'down')).toBeNull()
  expect(stepFrom(board, a, 'right')).toEqual({ column: 'done', after: null })
  expect(stepFrom(board, c, 'right')).toEqual({ column: 'done', after: d.id })
  expect(stepFrom(board, d, 'right')).toBeNull()
})

test('a moved card is shown in its place at once, between neighbours whose places are close', () => {
  expect(order(withMoved(board, c.id, { column: 'todo', after: a.id }), 'todo')).toEqual(['a', 'c', 'b'])
  expect(order(withMoved(board, c.id, { column: 'todo', after: null }), 'todo')).toEqual(['c', 'a', 'b'])
  expect(order(withMoved(board, a.id, { column: 'done', after: d.id }), 'done')).toEqual(['d', 'a'])
})

test('a card whose column is gone is in the first one', () => {
  const lost: Board = { columns, cards: [...board.cards, card('e', 'gone', 'a0001')] }
  expect(order(lost, 'todo')).toEqual(['a', 'e', 'b', 'c'])
})

test('a filter finds all of its words wherever they stand', () => {
  const found = { ...a, title: 'Mend the roof', text: 'With slates', assignee: 'api' }
  expect(matches(found, { words: 'slates ROOF', who: null })).toBe(true)
  expect(matches(found, { words: 'slates', who: '' })).toBe(false)
  expect(matches(found, { words: 'tiles', who: 'api' })).toBe(false)
})

test('the id of a column has the words of its name, and fits whatever they are', () => {
  expect(columnIdFor('In Review!', () => 0)).toBe('in-review-0000')
  expect(columnIdFor('検討', () => 0.5)).toMatch(/^column-[0-9a-z]{4}$/)
  expect(columnIdFor('-é'.repeat(60), () => 0.999)).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/)
})
