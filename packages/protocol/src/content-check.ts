// Looks at what a message says for signs that it wants to be obeyed: normalised first, then scored by named rules. A score is a
// hint for people and for a quarantine, never a proof of harmlessness (threat T8).
import { cleanText, isPlainAscii, skeleton } from './clean-text.ts'

export interface ContentCheck {
  /** 0 to 100: how much it reads like an attempt to take a model over. */
  readonly score: number
  /** The names of the rules that fired, the heaviest first. */
  readonly labels: readonly string[]
}

interface Rule {
  readonly label: string
  readonly weight: number
  readonly fires: (text: Views) => boolean
}

/** One text as different readers see it. */
interface Views {
  readonly raw: string
  /** Without what cannot be seen, in lower case, blanks joined. */
  readonly plain: string
  /** Letters only, look-alikes as Latin: what a lenient eye reads, and what spaces and dots between letters hide. */
  readonly letters: string
  /** What base64 and hex in it say. */
  readonly hidden: string
  /** The same as it was encoded, in its own case. */
  readonly bare: string
}

// As much as a model would read at once; the rest is scored by being long.
const LOOKED_AT = 64 * 1024

const phrase =
  (...patterns: readonly RegExp[]) =>
  ({ plain, hidden }: Views): boolean =>
    patterns.some((pattern) => pattern.test(plain) || pattern.test(hidden))

/** Words as a lenient eye spells them. */
const spelled = (...words: readonly string[]): string => `(?:${words.map(skeleton).join('|')})`

const FENCE = skeleton('external-content')

const HIDDEN = new RegExp(
  spelled('ignore', 'disregard', 'forget') +
    `${spelled('all', 'any', 'the', 'your', 'previous', 'prior', 'above')}{0,3}` +
    spelled('instruct', 'rules', 'prompt'),
)

const overrides = phrase(
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|above|previous)\b/,
  /\bnew (?:system )?(?:instructions?|prompt)\b/,
)

// Shapes that vendors give their keys so that they can be found: private keys, and tokens by their prefix.
const SECRETS = [
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
  /\b(?:tutti_[A-Za-z0-9_-]{40,}|amp_(?:live|test)_sk_[A-Za-z0-9]{32,})/,
  /\b(?:sk-[A-Za-z0-9_-]{32,}|gh[opsu]_[A-Za-z0-9]{36}|github_pat_\w{40,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{20,})/,
  /\bA(?:KIA|SIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}\b/,
]

const RULES: readonly Rule[] = [
  {
    label: 'overrides-instructions',
    weight: 60,
    fires: (views) => overrides(views),
  },
  {
    label: 'hidden-override',
    weight: 60,
    fires: (views) => HIDDEN.test(views.letters) && !overrides(views),
  },
  {
    label: 'claims-authority',
    weight: 35,
    fires: phrase(
      /\b(?:as|i am|this is) (?:the|your) (?:system|administrator|admin|developer|owner|operator)\b/,
      /^\s*(?:system|assistant|developer)\s*:/m,
      /<\|?(?:im_start|system|assistant)\|?>/,
    ),
  },
  {
    label: 'asks-for-secrets',
    weight: 50,
    fires: phrase(
      /\b(?:send|post|share|reveal|print|show|email|upload|give)\b.{0,60}\b(?:api[ _-]?keys?|passwords?|tokens?|secrets?|credentials?|private keys?|ssh keys?)\b/,
      /\b(?:send|post|share|reveal|print|show|email|upload|give)\b.{0,60}\.env\b/,
    ),
  },
  {
    label: 'asks-to-run',
    weight: 40,
    fires: phrase(
      /\b(?:run|execute|paste|type|eval)\b.{0,40}(?:`|\$\(|\bcurl\b|\bwget\b|\bsudo\b|\brm -|\bbash\b|\bsh -c\b|\bpowershell\b)/,
      /\bcurl\b[^\n]{0,120}\|\s*(?:ba)?sh\b/,
    ),
  },
  {
    label: 'asks-for-silence',
    weight: 30,
    fires: phrase(
      /\b(?:do not|don't|never) (?:tell|mention|inform|show|report)\b.{0,40}\b(?:user|person|owner|human|anyone|anybody)\b/,
    ),
  },
  {
    label: 'imitates-the-fence',
    weight: 50,
    fires: ({ letters }) => letters.includes(FENCE),
  },
  // oxlint-disable-next-line no-control-regex -- escape sequences are exactly what is looked for
  { label: 'escape-sequences', weight: 40, fires: ({ raw }) => /\u001b[[\]PX^_(]|\u009b/.test(raw) },
  {
    label: 'invisible-letters',
    weight: 25,
    fires: ({ raw }) =>
      (raw.match(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu)?.length ?? 0) > 2,
  },
  {
    label: 'mixed-alphabets',
    weight: 25,
    fires: ({ raw }) => /\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}]\p{Script=Latin}/u.test(raw),
  },
  {
    // Says nothing of the sender's intentions, so it weighs little; who sends it outside is asked.
    label: 'holds-a-secret',
    weight: 5,
    fires: ({ raw, bare }) => SECRETS.some((shape) => shape.test(raw) || shape.test(bare)),
  },
  { label: 'encoded-text', weight: 20, fires: ({ hidden }) => hidden.length > 40 },
  { label: 'padding', weight: 20, fires: ({ raw }) => /\s{400,}|(.)\1{400,}/s.test(raw) },
]

/** Checks texts of one message (subject, text, context as JSON, names of files) together. Pure; the same for the same texts. */
export function checkContent(texts: readonly string[]): ContentCheck {
  const raw = texts.join('\n').slice(0, LOOKED_AT)
  const plain = folded(raw)
  const bare = decoded(raw)
  const views = { raw, plain, letters: skeleton(raw), hidden: folded(bare), bare }
  const fired = RULES.filter((rule) => rule.fires(views)).toSorted((a, b) => b.weight - a.weight)
  // Each further sign counts less: many weak ones are not one strong one.
  const score = fired.reduce((sum, { weight }, i) => sum + weight / 2 ** i, 0)
  return { score: Math.min(100, Math.round(score)), labels: fired.map(({ label }) => label) }
}

const folded = (text: string): string =>
  (isPlainAscii(text) ? text : cleanText(text).normalize('NFKC')).toLowerCase().replaceAll(/[^\S\n]+/g, ' ')

const ENCODED = /(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|(?:[0-9a-fA-F]{2}){16,}/g
const MOST_PIECES = 64

/** The readable text inside base64 and hex pieces. */
function decoded(text: string): string {
  const pieces = text.match(ENCODED)?.slice(0, MOST_PIECES) ?? []
  return pieces.map(readable).join('\n')
}

function readable(piece: string): string {
  const bytes = /^[0-9a-fA-F]+$/.test(piece) ? fromHexText(piece) : fromBase64Text(piece)
  const words = bytes.replaceAll(/[^\x20-\x7e\n]/g, '')
  // Keys and digests decode to noise: only what is mostly text says something.
  return words.length > bytes.length * 0.9 ? words : ''
}

const fromHexText = (hex: string): string =>
  hex.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))

function fromBase64Text(text: string): string {
  try {
    return atob(text)
  } catch {
    return '' // four letters that are no base64: nothing is hidden in them
  }
}
