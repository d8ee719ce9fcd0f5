// What an agent's doings look like once they are history: replies, tool calls, diffs, plans, errors.
import type { Step } from '../scenarios/scene.ts'
import { line, span, type Line, type Span } from '../terminal/line.ts'

type Tool = Extract<Step, { does: 'tool' }>
type Edit = Extract<Step, { does: 'edit' }>
type Plan = Extract<Step, { does: 'plan' }>

// What a real agent folds away, too.
const SHOWN_OUTPUT = 10

/** The first lines on the screen. */
export function bannerLines(name: string, cwd: string): Line[] {
  return [
    { spans: [span('✻ ', 'accent'), span(name, 'bold'), span(' · rehearsal agent', 'dim')] },
    line(`  ${cwd} · scripted, no model and no network behind it`, 'dim', 2),
  ]
}

/** A prompt as it was sent. */
export function promptLines(text: string): Line[] {
  const [first = '', ...rest] = text.split('\n')
  return [line(''), line(`> ${first}`, 'dim', 2), ...rest.map((more) => line(`  ${more}`, 'dim', 2))]
}

/** A paragraph of a reply; the first one of a reply carries the bullet. */
export function replyLine(text: string): Line {
  return { spans: marked(text), hang: 2 }
}

/** A thought, said quietly. */
export function thoughtLines(text: string): Line[] {
  return [line(''), line(`✻ ${text}`, 'italic', 2)]
}

/** A tool call with the beginning of what it printed. */
export function toolLines({ name, input, output, failed }: Tool): Line[] {
  const head: Line = {
    spans: [span('● ', failed ? 'bad' : 'good'), span(name, 'bold'), span(`(${input})`)],
    hang: 2,
  }
  const folded = output.length - SHOWN_OUTPUT
  const rows = output.slice(0, SHOWN_OUTPUT).map((text, index) => {
    return line(`${index === 0 ? '  ⎿  ' : '     '}${text}`, failed ? 'bad' : 'dim', 5)
  })
  return [line(''), head, ...rows, ...(folded > 0 ? [line(`     … ${folded} more lines`, 'dim')] : [])]
}

/** A changed file with its numbered diff. */
export function editLines({ path, at, diff }: Edit): Line[] {
  const added = diff.filter((text) => text.startsWith('+')).length
  const removed = diff.filter((text) => text.startsWith('-')).length
  const head: Line = { spans: [span('● ', 'good'), span('Update', 'bold'), span(`(${path})`)], hang: 2 }
  let number = at
  const rows = diff.map((text) => {
    const shown = `     ${String(number).padStart(4)} ${text}`
    if (!text.startsWith('-')) number += 1
    const style = text.startsWith('+') ? 'added' : text.startsWith('-') ? 'removed' : 'dim'
    return line(shown, style, 11)
  })
  return [
    line(''),
    head,
    line(`  ⎿  ${counted(added, 'addition')} and ${counted(removed, 'removal')}`, 'dim'),
    ...rows,
  ]
}

/** A plan with what is done crossed off. */
export function planLines({ items }: Plan): Line[] {
  const rows = items.map(({ text, is }) => {
    if (is === 'done') return line(`     ☒ ${text}`, 'dim', 7)
    return is === 'now' ? line(`     ☐ ${text}`, 'accent', 7) : line(`     ☐ ${text}`, 'plain', 7)
  })
  return [line(''), { spans: [span('● ', 'good'), span('Plan', 'bold')] }, ...rows]
}

/** A remark of the program itself: denied, interrupted, answered. */
export function remarkLines(text: string): Line[] {
  return [line(`  ⎿  ${text}`, 'warn', 5)]
}

/** An error with what is known about it. */
export function errorLines(message: string, detail: string[]): Line[] {
  return [line(''), line(`● ${message}`, 'bad', 2), ...detail.map((text) => line(`  ⎿  ${text}`, 'dim', 5))]
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A text with `code` and **bold** in their styles. */
function marked(text: string): Span[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (/^`.+`$/.test(part)) return span(part.slice(1, -1), 'info')
    return part.startsWith('**') && part.length > 4 ? span(part.slice(2, -2), 'bold') : span(part)
  })
}
