// What somebody changed in a text, word by word: so that two who change different words both keep what they wrote.

/** Takes `remove` characters out at a place and puts others in. */
export interface TextEdit {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** Edits that make the one text of the other, the last place first: places stay true while they are done one after the other. */
export function textEdits(from: string, to: string): TextEdit[] {
  const [a, b] = [wordsOf(from), wordsOf(to)]
  const start = sameAtStart(a, b)
  const end = sameAtEnd(a, b, Math.min(a.length, b.length) - start)
  const [olds, news] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const kept = keptWords(olds, news)
  const edits: TextEdit[] = []
  let at = lengthOf(a.slice(0, start))
  let [i, j] = [0, 0]
  // Behind the last kept word comes the rest.
  for (const [x, y] of [...kept, [olds.length, news.length] as const]) {
    const removed = olds.slice(i, x)
    const insert = news.slice(j, y).join('')
    if (removed.length > 0 || insert !== '') edits.push({ at, remove: lengthOf(removed), insert })
    at += lengthOf(removed) + (olds[x]?.length ?? 0)
    ;[i, j] = [x + 1, y + 1]
  }
  return edits.reverse()
}

// A word, or one character of what stands between words; never half of a character.
const WORDS = /[\p{L}\p{N}_]+|[^]/gu

const wordsOf = (text: string): readonly string[] => text.match(WORDS) ?? []

const lengthOf = (words: readonly string[]): number => words.reduce((sum, { length }) => sum + length, 0)

function sameAtStart(a: readonly string[], b: readonly string[]): number {
  let same = 0
  while (same < a.length && same < b.length && a[same] === b[same]) same++
  return same
}

function sameAtEnd(a: readonly string[], b: readonly string[], most: number): number {
  let same = 0
  while (same < most && a.at(-1 - same) === b.at(-1 - same)) same++
  return same
}

/** Texts that differ in more words than this have nothing to do with each other; looking further would cost their square. */
const MOST_CHANGES = 600

/** Pairs of words that stay, in order: the longest such list, by Myers' greedy search (1986, figure 2). */
function keptWords(a: readonly string[], b: readonly string[]): Pair[] {
  const reached: Int32Array[] = []
  const most = Math.min(a.length + b.length, MOST_CHANGES)
  let ends = new Int32Array(2 * most + 3)
  for (let changes = 0; changes <= most; changes++) {
    reached.push(ends.slice())
    for (let line = -changes; line <= changes; line += 2) {
      const x = along(a, b, { line, from: changeTo(ends, { line, changes, most }).x })
      ends[line + most + 1] = x
      if (x >= a.length && x - line >= b.length) return wayBack(reached, { x: a.length, y: b.length, most })
    }
    ends = ends.slice()
  }
  return []
}

type Pair = readonly [a: number, b: number]

interface Line {
  line: number
  changes: number
  most: number
}

/** Where a line begins after one more change: by a word put in, or by one taken out, whichever gets further. */
function changeTo(ends: Int32Array, { line, changes, most }: Line): { x: number; isPut: boolean } {
  const [below = 0, above = 0] = [ends[line + most], ends[line + most + 2]]
  const isPut = line === -changes || (line !== changes && below < above)
  return { x: changes === 0 ? 0 : isPut ? above : below + 1, isPut }
}

/** As far as the words are the same. */
function along(a: readonly string[], b: readonly string[], { line, from }: { line: number; from: number }) {
  let x = from
  while (x < a.length && x - line < b.length && a[x] === b[x - line]) x++
  return x
}

function wayBack(reached: readonly Int32Array[], end: { x: number; y: number; most: number }): Pair[] {
  const pairs: Pair[] = []
  let { x, y } = end
  for (const [changes, ends] of [...reached.entries()].reverse()) {
    const { x: first, isPut } = changeTo(ends, { line: x - y, changes, most: end.most })
    for (; x > first; x--, y--) pairs.push([x - 1, y - 1])
    if (isPut) y--
    else x--
  }
  return pairs.reverse()
}
