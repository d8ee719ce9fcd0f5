// Names near one that is not there: what people and agents meant when they mistyped or half remembered it.
import { COPY, type Row, type Store } from '../store/store.ts'

const NEAR = 3
/** So many names are compared letter by letter. */
const COMPARED = 20_000
/** As many letters may be wrong as a third of the name has. */
const WRONG_SHARE = 3

/** Up to three, as `file:symbol`, nearest first; those of the file that was named come before others. */
export function nearNames(store: Store, name: string): string[] {
  const cut = name.search(/[:#](?!.*[:#/])/)
  const file = cut > 0 ? name.slice(0, cut) : ''
  const isFile = cut < 0 && /\.\w{1,5}$/.test(name)
  const last = name.split(isFile ? '/' : /[:#./]/).findLast((one) => one !== '') ?? name
  const holding = isFile ? files(store, last) : containing(store, last)
  const found = holding.length > 0 ? holding : alike(store, last)
  const ofFile = found.filter((one) => file !== '' && one.file.endsWith(file))
  const others = found.filter((one) => !ofFile.includes(one))
  const said = [...ofFile, ...others].map((one) => (one.path === '' ? one.file : `${one.file}:${one.path}`))
  return [...new Set(said)].slice(0, NEAR)
}

interface Near {
  file: string
  path: string
}

const FROM = `from node n join file f on f.id = n.file where n.copy = ?`

const placesOf = (rows: readonly Row[]): Near[] =>
  rows.map((row) => ({ file: String(row['file']), path: String(row['path']) }))

const containingPattern = (text: string) => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`

const files = (store: Store, last: string): Near[] =>
  placesOf(
    store.all(
      `select f.path file, '' path from file f where f.copy = ? and f.path like ? escape '\\' order by length(f.path) limit ?`,
      COPY,
      containingPattern(last.replace(/\.\w+$/, '')),
      NEAR,
    ),
  )

const containing = (store: Store, last: string): Near[] =>
  placesOf(
    store.all(
      `select f.path file, n.path ${FROM} and n.name like ? escape '\\' and n.kind not in ('test', 'file')
       order by length(n.name), n.nested, f.path limit ?`,
      COPY,
      containingPattern(last),
      NEAR,
    ),
  )

/** Names of about the same letters. */
function alike(store: Store, last: string): Near[] {
  const allowed = Math.ceil(last.length / WRONG_SHARE)
  const wanted = last.toLowerCase()
  const names = store.all(
    `select distinct n.name ${FROM} and n.kind not in ('file', 'test', 'section') and length(n.name) between ? and ? limit ?`,
    COPY,
    last.length - allowed,
    last.length + allowed,
    COMPARED,
  )
  const near = names
    .map((row) => String(row['name']))
    .map((one) => ({ one, wrong: distance(wanted, one.toLowerCase(), allowed) }))
    .filter(({ wrong }) => wrong <= allowed)
    .sort((a, b) => a.wrong - b.wrong)
    .slice(0, NEAR)
  return near.flatMap(({ one }) =>
    placesOf(
      store.all(
        `select f.path file, n.path ${FROM} and n.name = ? and n.kind <> 'file' order by n.nested, f.path limit ?`,
        COPY,
        one,
        NEAR,
      ),
    ),
  )
}

/** Letters to add, drop or change; anything above `limit` is as good as any other. */
function distance(a: string, b: string, limit: number): number {
  let last = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, changed))
    }
    if (Math.min(...row) > limit) return limit + 1
    last = row
  }
  return last[b.length] ?? limit + 1
}
