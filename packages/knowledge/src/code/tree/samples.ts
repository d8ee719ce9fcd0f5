// Code with its truth beside it: `#= Shop.sell, -` at the end of a line says whom each call in it means, `-` being nobody in the sample.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeMap } from '../code-map.ts'
import { CERTAIN } from '../link/edges.ts'
import { confidenceOf } from '../store/edges.ts'
import { COPY } from '../store/store.ts'

export interface Score {
  /** Labelled call sites, those that leave the sample among them. */
  sites: number
  /** Certain edges of ours, and how many of them are in the labels. */
  ours: number
  right: number
  /** Labels that name somebody. */
  wanted: number
  wrong: string[]
  missed: string[]
}

/** Certain calls of an indexed sample against its labels. */
export function scoreSample(map: CodeMap): Score {
  const score: Score = { sites: 0, ours: 0, right: 0, wanted: 0, wrong: [], missed: [] }
  const files = map.store.all('select id, path from file where copy = ? order by path', COPY)
  for (const row of files) {
    const path = String(row['path'])
    const found = callsByLine(map, Number(row['id']))
    const lines = readFileSync(join(map.root, path), 'utf8').split('\n')
    lines.forEach((text, at) =>
      scoreLine(score, { place: `${path}:${at + 1}`, text, found: found.get(at + 1) ?? [] }),
    )
  }
  return score
}

function scoreLine(score: Score, line: { place: string; text: string; found: readonly string[] }): void {
  const labels = /(?:#|\/\/)= (.+)$/.exec(line.text)?.[1]?.split(/,\s*/) ?? []
  const wanted = labels.filter((one) => one !== '-')
  score.sites += labels.length
  score.wanted += wanted.length
  score.ours += line.found.length
  const left = [...wanted]
  for (const one of line.found) {
    const at = left.indexOf(one)
    if (at < 0) score.wrong.push(`${line.place} ${one}`)
    else {
      left.splice(at, 1)
      score.right += 1
    }
  }
  score.missed.push(...left.map((one) => `${line.place} ${one}`))
}

function callsByLine(map: CodeMap, file: number): Map<number, string[]> {
  const rows = map.store.all(
    `select e.line, e.rule, t.path from edge e join node t on t.id = e.target where e.file = ? and e.kind in ('calls', 'constructs')`,
    file,
  )
  const found = new Map<number, string[]>()
  for (const row of rows) {
    if (confidenceOf(String(row['rule'])) < CERTAIN) continue
    const line = Number(row['line'])
    found.set(line, [...(found.get(line) ?? []), String(row['path']).replaceAll(/~\d+/g, '')])
  }
  return found
}
