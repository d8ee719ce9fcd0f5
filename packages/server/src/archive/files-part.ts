// The files of an agent's messages as they travel: their rows as lines, and each content once, under its digest.
import { copyFile, mkdir, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Statement, Store } from '../db/store.ts'
import { hashed, type PartSource } from './parcel.ts'

const Row = z.strictObject({
  id: z.string().max(128),
  owner: z.string().max(64),
  name: z.string().max(255),
  claimed_type: z.string().max(200),
  type: z.string().max(200),
  size_bytes: z.int().min(0),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  scan: z.string().max(40),
  created_at: z.int(),
})
type Row = z.infer<typeof Row>

const COLUMNS = Object.keys(Row.shape)
const SELECT = `SELECT ${COLUMNS.join(', ')} FROM attachments WHERE id = ? AND scan = 'basic_clean'`
const INSERT = `INSERT INTO attachments (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (id) DO NOTHING`

const hexOf = ({ digest }: Pick<Row, 'digest'>): string => digest.slice('sha256:'.length)

export function createFilesPart({ store, folder }: { store: Pick<Store, 'get'>; folder: string }) {
  const pathOf = (row: Row): string => join(folder, hexOf(row).slice(0, 2), hexOf(row).slice(2))
  return {
    /** The rows of these files, and their contents as parts; what is not there any more is left out. */
    async pack(ids: Iterable<string>): Promise<{ lines: string; sources: PartSource[] }> {
      const rows: Row[] = []
      const sources = new Map<string, PartSource>()
      for (const id of new Set(ids)) {
        const row = store.get<Row>(SELECT, id)
        if (!row || !(await stat(pathOf(row)).catch(() => null))) continue
        rows.push(row)
        sources.set(row.digest, { name: `files/${hexOf(row)}`, path: pathOf(row) })
      }
      return { lines: rows.map((row) => `${JSON.stringify(row)}\n`).join(''), sources: [...sources.values()] }
    },
    parse: (lines: readonly string[]): Row[] => lines.map((line) => Row.parse(JSON.parse(line))),
    /** Puts the contents where messages look for them; each is what its digest says, or it is not taken. */
    async place(rows: readonly Row[], parts: string): Promise<void> {
      for (const row of rows) {
        const source = join(parts, 'files', hexOf(row))
        if ((await hashed(source)).sha256 !== hexOf(row))
          throw new Error(`a file is not what it is called: ${row.id}`)
        const target = pathOf(row)
        await mkdir(dirname(target), { recursive: true, mode: 0o700 })
        await copyFile(source, `${target}.new`)
        await rename(`${target}.new`, target)
      }
    },
    arrive: (rows: readonly Row[]): Statement[] =>
      rows.map((row) => ({
        sql: INSERT,
        values: [
          row.id,
          row.owner,
          row.name,
          row.claimed_type,
          row.type,
          row.size_bytes,
          row.digest,
          row.scan,
          row.created_at,
        ],
      })),
  }
}
