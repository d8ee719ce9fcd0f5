// One value, one text: JSON in the form that is signed. Ours is RFC 8785; the others are what deployed senders really hash.
import type { JsonNode } from './json-tree.ts'
import { jsonTree } from './json-tree.ts'
import { jqNumber, pythonNumber, scriptNumber } from './json-number.ts'

/** The forms that senders in the field hash (J4, J5), in the order in which a verifier tries them. */
export const JSON_FORMS = [
  'jcs',
  'jq-1.6',
  'jq-1.7',
  'python-sorted',
  'insertion',
  'insertion-ascii',
  'js-sorted',
] as const

/**
 * `jcs` RFC 8785; `jq-1.6` and `jq-1.7` what `jq -cS` prints before and since it keeps number tokens; `python-sorted`
 * json.dumps(sort_keys=True, separators=(',', ':')); `insertion` keys and tokens as they came; `insertion-ascii` the same with
 * \u escapes; `js-sorted` JSON.stringify over an object rebuilt with sorted keys (integer-like keys come first).
 */
export type JsonForm = (typeof JSON_FORMS)[number]

/** RFC 8785 text of a value. Throws a TypeError for what is not JSON (rule J4). */
export const canonicalJson = (value: unknown): string => writeJson(jsonTree(value), 'jcs')

/** The text of a tree in one of the known forms (rule J5). */
export const writeJson = (node: JsonNode, form: JsonForm): string => written(node, STYLES[form])

/** json.dumps(value) with Python's defaults (`", "` and `": "`), over which the specification's sample signs federation. */
export const pythonJson = (node: JsonNode): string => written(node, { ...PYTHON, comma: ', ', colon: ': ' })

/** `jq .`: two spaces of indent, over which the identity script signs its card. */
export const jqPretty = (node: JsonNode): string => indented(node, '')

type Members = ReadonlyMap<string, JsonNode>

interface Style {
  number: (token: string) => string
  text: (value: string) => string
  order: (members: Members) => Iterable<string>
  comma: string
  colon: string
}

const plainText = (value: string): string => JSON.stringify(value)
const jqText = (value: string): string => plainText(value).replaceAll('\u007f', String.raw`\u007f`)
const asciiText = (value: string): string =>
  plainText(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const asToken = (token: string): string => token
const asCame = (members: Members): Iterable<string> => members.keys()
// The order that sorting has by itself: UTF-16 code units.
const byUnit = (members: Members): Iterable<string> => [...members.keys()].sort()
const sorted =
  (before: (a: string, b: string) => boolean) =>
  (members: Members): Iterable<string> =>
    [...members.keys()].sort((a, b) => (before(a, b) ? -1 : 1))

// UTF-16 and code points order differently only where a surrogate meets U+E000-U+FFFF: surrogates must come last.
function byPoint(a: string, b: string): boolean {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [lifted(a.charCodeAt(i)), lifted(b.charCodeAt(i))]
    if (x !== y) return x < y
  }
  return a.length < b.length
}
const lifted = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

// The order of an object's own keys in JavaScript: array indices by value, then the rest.
function byScript(a: string, b: string): boolean {
  const [x, y] = [arrayIndex(a), arrayIndex(b)]
  if (x !== null && y !== null) return x < y
  if (x !== null || y !== null) return x !== null
  return a < b
}
const arrayIndex = (key: string): number | null =>
  /^(?:0|[1-9][0-9]{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1 ? Number(key) : null

const JCS: Style = {
  number: scriptNumber,
  text: plainText,
  order: byUnit,
  comma: ',',
  colon: ':',
}
const PYTHON: Style = { ...JCS, number: pythonNumber, text: asciiText, order: asCame }

const STYLES: Readonly<Record<JsonForm, Style>> = {
  jcs: JCS,
  'jq-1.6': { ...JCS, number: jqNumber, text: jqText, order: sorted(byPoint) },
  'jq-1.7': { ...JCS, number: asToken, text: jqText, order: sorted(byPoint) },
  'python-sorted': { ...PYTHON, order: sorted(byPoint) },
  insertion: { ...JCS, number: asToken, order: asCame },
  'insertion-ascii': { ...PYTHON, number: asToken },
  'js-sorted': { ...JCS, order: sorted(byScript) },
}

function written(node: JsonNode, style: Style): string {
  switch (node.kind) {
    case 'null':
      return 'null'
    case 'boolean':
      return String(node.value)
    case 'number':
      return style.number(node.token)
    case 'string':
      return style.text(node.value)
    case 'array':
      return `[${node.items.map((item) => written(item, style)).join(style.comma)}]`
    case 'object':
  }
  let text = ''
  for (const key of style.order(node.members)) {
    const inner = node.members.get(key)
    if (inner === undefined) continue
    if (text !== '') text += style.comma
    text += style.text(key) + style.colon + written(inner, style)
  }
  return `{${text}}`
}

function indented(node: JsonNode, indent: string): string {
  const deeper = `${indent}  `
  const block = (open: string, lines: readonly string[], close: string): string =>
    lines.length === 0
      ? open + close
      : `${open}\n${lines.map((l) => deeper + l).join(',\n')}\n${indent}${close}`
  if (node.kind === 'array')
    return block(
      '[',
      node.items.map((item) => indented(item, deeper)),
      ']',
    )
  if (node.kind !== 'object') return written(node, STYLES['jq-1.6'])
  const lines = [...node.members].map(([key, inner]) => `${jqText(key)}: ${indented(inner, deeper)}`)
  return block('{', lines, '}')
}
