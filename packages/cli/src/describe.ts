// How data is shown when its command has no printer of its own: lists as tables, things as lines.
import { plain } from './display-width.ts'
import type { Page } from './page.ts'
import { table, type Column } from './table.ts'
import { relativeTime, size } from './words.ts'

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
  const names = Object.keys(first).filter((name) => !LEFT_OUT.has(name) && isShort(first[name]))
  const columns = names.map((name): Column<Fields> => ({
    title: title(name).toUpperCase(),
    cell: (row) => shown(page, name, row[name]),
    least: name === 'id' ? undefined : 6,
  }))
  return table(page, columns, rows)
}

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
  return name.endsWith('Bytes') ? size(value) : String(value)
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
const title = (name: string): string =>
  name.replace(/(?:At|Bytes)$/, '').replaceAll(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isShort = (value: unknown): boolean => !isFields(value)
