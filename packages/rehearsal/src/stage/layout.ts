// Lays out the region below the transcript: what is going on, a dialog or the input box, and the status line.
import { textIn, type Editor } from '../terminal/editor.ts'
import { line, span, wrap, type Line } from '../terminal/line.ts'
import type { Live } from '../terminal/screen.ts'
import { charWidth, fit, textWidth } from '../terminal/width.ts'
import { optionsOf, type Phase } from './phase.ts'
import { replyLine } from './transcript.ts'

/** All that the live region shows. `tick` moves the spinner, `hint` takes the place of the usual one. */
export type Scene = {
  phase: Phase
  editor: Editor
  queued: string[]
  nowMs: number
  tick: number
  cwd: string
  tokens: number
  hint?: string
}

type Dialog = Extract<Phase, { is: 'approval' | 'question' }>

const SPINNER = ['·', '✢', '✳', '✶', '✻', '✽']
// A long paste must not push everything else off the screen.
const MOST_INPUT_ROWS = 6
const WIDEST = 120

/** The rows of the live region at a width, and the place of the cursor. */
export function layout(scene: Scene, columns: number): Live {
  const { phase } = scene
  const width = Math.max(10, Math.min(WIDEST, columns - 1))
  if (phase.is === 'exited') return { rows: [''] }
  if (phase.is === 'approval' || phase.is === 'question') return dialog(phase, scene, width)
  const above = [...activity(scene, columns), ...queuedRows(scene, width)]
  const input = inputBox(scene.editor, width)
  const rows = [...above, ...input.rows, statusRow(scene, width)]
  if (phase.is === 'starting') return { rows }
  return { rows, cursor: { row: above.length + input.cursor.row, column: input.cursor.column } }
}

function activity({ phase, nowMs, tick }: Scene, columns: number): string[] {
  const glyph = SPINNER[tick % SPINNER.length] ?? '·'
  if (phase.is === 'limited') {
    const left = Math.max(0, Math.ceil((phase.untilMs - nowMs) / 1000))
    return painted(
      [line(`◷ ${phase.message} Trying again in ${left} s (esc to interrupt)`, 'warn', 2)],
      columns,
    )
  }
  if (phase.is !== 'working') return ['']
  const seconds = Math.max(0, Math.floor((nowMs - phase.sinceMs) / 1000))
  const facts = span(` (${seconds} s · esc to interrupt)`, 'dim')
  const spinner: Line = { spans: [span(`${glyph} ${phase.verb}…`, 'accent'), facts] }
  const partial = phase.partial === undefined ? [] : [replyLine(phase.partial)]
  return ['', ...painted([...partial, spinner], columns), '']
}

function queuedRows({ queued }: Scene, width: number): string[] {
  return queued.flatMap((text) =>
    painted([line(fit(`  ⏎ queued: ${text.replaceAll('\n', ' ')}`, width), 'dim')], width),
  )
}

function painted(lines: Line[], columns: number): string[] {
  return lines.flatMap((one) => wrap(one, columns - 1))
}

function styled(text: string, style: Parameters<typeof span>[1]): string {
  return wrap({ spans: [span(text, style)] }, textWidth(text) + 1).join('')
}

type InputRows = { rows: string[]; cursor: { row: number; column: number } }

function inputBox(editor: Editor, width: number): InputRows {
  const inner = width - 6
  const { rows, cursor } = editorRows(editor, inner)
  const first = Math.max(0, Math.min(cursor.row - MOST_INPUT_ROWS + 1, rows.length - MOST_INPUT_ROWS))
  const visible = rows.slice(first, first + MOST_INPUT_ROWS)
  const framed = visible.map((row, index) => {
    const mark = index + first === 0 ? '>' : ' '
    return `${styled('│', 'dim')} ${mark} ${row}${' '.repeat(Math.max(0, inner - textWidth(row)))} ${styled('│', 'dim')}`
  })
  return {
    rows: [border('╭', '╮', width), ...framed, border('╰', '╯', width)],
    cursor: { row: cursor.row - first + 1, column: cursor.column + 4 },
  }
}

function border(left: string, right: string, width: number): string {
  return styled(left + '─'.repeat(width - 2) + right, 'dim')
}

function editorRows(editor: Editor, inner: number): InputRows {
  const rows: string[] = ['']
  let column = 0
  let cursor = { row: 0, column: 0 }
  for (const [index, char] of [...editor.chars, ''].entries()) {
    const width = char === '\t' ? 4 : charWidth(char)
    if (char !== '\n' && column + width > inner) {
      rows.push('')
      column = 0
    }
    if (index === editor.cursor) cursor = { row: rows.length - 1, column }
    if (char === '\n') {
      rows.push('')
      column = 0
    } else {
      rows.push((rows.pop() ?? '') + (char === '\t' ? '    ' : char))
      column += char === '' ? 0 : width
    }
  }
  return { rows, cursor }
}

function dialog(phase: Dialog, scene: Scene, width: number): Live {
  const inner = width - 4
  const isTyping = phase.is === 'question' && phase.typing
  const head =
    phase.is === 'approval'
      ? [
          line(phase.request.title, 'bold'),
          line(''),
          line(`  ${phase.request.command}`, 'plain', 2),
          line(`  ${phase.request.why}`, 'dim', 2),
          line(''),
          line('Do you want to proceed?'),
        ]
      : [line('Question', 'bold'), line(''), line(phase.question), line('')]
  const options = optionsOf(phase).map((option, index) => {
    const isSelected = index === phase.selected
    return line(`${isSelected ? '❯' : ' '} ${index + 1}. ${option}`, isSelected ? 'accent' : 'plain', 5)
  })
  const typed = isTyping ? [line(''), line(`> ${textIn(scene.editor)}`, 'plain', 2)] : []
  const body = [...head, ...options, ...typed].flatMap((one) => wrap(one, inner))
  const boxed = body.map(
    (row) =>
      `${styled('│', 'warn')} ${row}${' '.repeat(Math.max(0, inner - bareWidth(row)))} ${styled('│', 'warn')}`,
  )
  const top = styled(`╭${'─'.repeat(width - 2)}╮`, 'warn')
  const rows = ['', top, ...boxed, styled(`╰${'─'.repeat(width - 2)}╯`, 'warn'), statusRow(scene, width)]
  if (!isTyping) return { rows }
  return { rows, cursor: { row: rows.length - 3, column: 2 + bareWidth(body.at(-1) ?? '') } }
}

// oxlint-disable-next-line no-control-regex -- the escape of SGR is what is looked for
const SGR = /\u001B\[[\d;]*m/g

function bareWidth(row: string): number {
  return textWidth(row.replaceAll(SGR, ''))
}

function statusRow(scene: Scene, width: number): string {
  const left = `  ${scene.cwd} · rehearsal · ${tokensShown(scene.tokens)}`
  const right = scene.hint ?? HINTS[scene.phase.is]
  const gap = width - textWidth(left) - textWidth(right)
  const text = gap >= 2 ? left + ' '.repeat(gap) + right : fit(scene.hint ? `  ${right}` : left, width)
  return styled(text, 'dim')
}

const HINTS: Record<Phase['is'], string> = {
  starting: 'starting',
  working: 'esc to interrupt',
  approval: '1 2 3 or arrows, enter',
  question: 'number or arrows, enter',
  idle: 'enter to send',
  limited: 'esc to interrupt',
  failed: 'enter to send',
  exited: '',
}

function tokensShown(tokens: number): string {
  return tokens < 1000 ? `${tokens} tokens` : `${(tokens / 1000).toFixed(1)}k tokens`
}
