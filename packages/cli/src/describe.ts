// How data is shown when its command has no printer of its own: lists as tables, things as lines.
import { plain } from './display-width.ts'
import type { Page } from './page.ts'
import { table, type Column } from './table.ts'
import { dollars, duration, relativeTime, size } from './words.ts'

type Fields = Readonly<Record<string, unknown>>

// What people rarely look for; --json and `show` have it.
const LEFT_OUT = new Set(['version', 'mac', 'sha256', 'publicKey'])

/** The data as text for people. */
export function describe(page: Page, data: unknown): string {
  if (Array.isArray(data)) return describeList(page, data.filter(isFields))
  if (!isFields(data)) return plain(String(data))
  const items = data.items
  if (Array.isArray(items) && 'next' in data) return describePage(page, items.filter(isFields), data.next)
  return describeThing(page, data, '')
}

function describePage(page: Page, items: readonly Fields[], next: unknown): string {
  const list = describeList(page, items)
  return typeof next === 'number' ? `${list}\n${page.paint('dim', `There is more: --before ${next}`)}` : list
}

function describeList(page: Page, rows: readonly Fields[]): string {
  const [first] = rows
  if (!first) return 'There is nothing here yet.'
  const names = Object.keys(first).filter((name) => isColumn(name, rows))
  // What is told by things within things is no table.
  if (names.every((name) => /^(?:id|node)$/.test(name)))
    return rows.map((row) => describeThing(page, row, '')).join('\n\n')
  // What people read stands first, the id that they copy last.
  const ordered = [...names.filter((name) => name !== 'id'), ...names.filter((name) => name === 'id')]
  const columns = ordered.map((name): Column<Fields> => ({
    title: title(name).toUpperCase(),
    cell: (row) => shown(page, name, row[name]),
    least: name === 'id' ? undefined : LEAST_CELLS,
  }))
  const idCells = Math.max(0, ...rows.map((row) => (typeof row.id === 'string' ? row.id.length : 0)))
  return table(page, fitting(page, columns, idCells + GAP_CELLS), rows)
}

const LEAST_CELLS = 8

/** Whether the rows say something by it that another column does not say better. */
function isColumn(name: string, rows: readonly Fields[]): boolean {
  if (LEFT_OUT.has(name) || rows.some((row) => isFields(row[name]))) return false
  const isNamed = name.endsWith('Id') && rows.some((row) => row[`${name.slice(0, -2)}Name`] !== undefined)
  return !isNamed && rows.some((row) => !isEmpty(row[name]))
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** A terminal shows as many as have room; --json and a pipe have all of them. */
function fitting(page: Page, columns: readonly Column<Fields>[], idCells: number): readonly Column<Fields>[] {
  if (!Number.isFinite(page.columns)) return columns
  const ids = columns.filter(({ least }) => least === undefined)
  const others = columns.filter(({ least }) => least !== undefined)
  const room = page.columns - ids.length * idCells
  return [...others.slice(0, Math.max(1, Math.floor(room / (LEAST_CELLS + GAP_CELLS)))), ...ids]
}

const GAP_CELLS = 3 // between two columns, and some more for those that are wider
function describeThing(page: Page, thing: Fields, indent: string): string {
  const entries = Object.entries(thing)
  if (entries.length === 0) return 'Done.'
  const width = Math.max(...entries.map(([name]) => title(name).length))
  return entries
    .map(([name, value]) => {
      const label = page.paint('dim', `${indent}${title(name).padEnd(width)}`)
      if (isFields(value) && Object.keys(value).length > 0)
        return `${label}\n${describeThing(page, value, `${indent}  `)}`
      return `${label}  ${shown(page, name, value)}`
    })
    .join('\n')
}

function shown(page: Page, name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return number(page, name, value)
  if (Array.isArray(value)) return value.length === 0 ? '–' : plain(value.map(asText).join(', '))
  return plain(asText(value))
}

function number(page: Page, name: string, value: number): string {
  if (name === 'at' || name === 'since' || name.endsWith('At')) return relativeTime(value, page.now)
  if (name.endsWith('Bytes')) return size(value)
  if (name.endsWith('Ms')) return value === 0 ? '0 s' : duration(value) || `${value} ms`
  return name.endsWith('Micros') ? dollars(value) : value.toLocaleString('en')
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
const title = (name: string): string =>
  name
    .replace(/(?:At|Bytes|Ms)$/, '')
    .replace(/(?:^cost)?Micros$/, 'Cost')
    .replaceAll(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)
    .trim()
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
