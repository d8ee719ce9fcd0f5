// A list that was read, and the events that came while it was.
import { expect, test, vi } from 'vitest'
import { anItem } from '../../test/an-item.ts'
import { withList } from './attention-store.ts'

vi.mock('./api.ts', () => ({ api: {} })) // the network edge: its routes are made by the build

const byId = (...items: ReturnType<typeof anItem>[]) => new Map(items.map((item) => [item.id, item]))

test('what was asked or settled while the list was read stays so, and what was settled before is gone', () => {
  const [lost, open, listed] = [anItem(), anItem(), anItem()]
  const asked = anItem()
  const settled = { ...open, receipt: 'consumed' as const, version: open.version + 1 }

  const { items, loaded } = withList(byId(lost, settled, asked), {
    open: [open, listed],
    before: byId(lost, open),
  })

  expect(loaded).toBe(true)
  expect(new Set(items.values())).toEqual(new Set([settled, listed, asked]))
})

test('a list that is newer than an event that came before it counts', () => {
  const item = anItem()
  const told = { ...item }
  const listed = { ...item, why: 'newer', version: item.version + 1 }
  expect(withList(byId(told), { open: [listed], before: new Map() }).items.get(item.id)).toBe(listed)
})
