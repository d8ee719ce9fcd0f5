// What a tool is given, as people read it: a command as a command, a change as a change, the rest as it is.
import { foreignText } from '../ui/foreign-text.ts'
import { DiffView } from './diff-view.tsx'
import css from './tool-input.module.css'

const LONGEST = 20_000 // characters; what is beyond is in the program's own terminal

export function ToolInput({ input }: { input: unknown }) {
  if (input === null || input === undefined) return null
  if (typeof input === 'string') return <Text>{input}</Text>
  if (typeof input !== 'object') return <Text>{JSON.stringify(input)}</Text>
  return <Fields input={input} />
}

function Fields({ input }: { input: object }) {
  const fields = new Map<string, unknown>(Object.entries(input))
  const command = fields.get('command') ?? fields.get('cmd')
  if (fields.size <= 3 && typeof command === 'string') return <Text>{command}</Text>
  const change = changeIn(fields)
  if (change === null) return <Text>{JSON.stringify(input, null, 2)}</Text>
  return <DiffView path={pathOf(fields)} diff={change} />
}

/** What a tool that writes puts in place of what; null for any other. */
function changeIn(fields: ReadonlyMap<string, unknown>): string | null {
  const before = fields.get('old_string') ?? fields.get('old_text')
  const after = fields.get('new_string') ?? fields.get('new_text')
  if (typeof before === 'string' && typeof after === 'string') return replacing(before, after)
  const content = fields.get('content')
  return typeof content === 'string' ? replacing('', content) : null
}

const Text = ({ children }: { children: string }) => (
  // A long line scrolls, so the keyboard must reach it.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <pre className={css.text} tabIndex={0}>
    {foreignText(children.slice(0, LONGEST))}
    {children.length > LONGEST && '…'}
  </pre>
)

function pathOf(fields: ReadonlyMap<string, unknown>): string {
  const path = fields.get('file_path') ?? fields.get('filePath') ?? fields.get('path') ?? ''
  return typeof path === 'string' ? path : ''
}

const replacing = (before: string, after: string): string =>
  [...marked('-', before), ...marked('+', after)].join('\n')

const marked = (mark: string, text: string): string[] =>
  text === ''
    ? []
    : text
        .slice(0, LONGEST)
        .split('\n')
        .map((line) => mark + line)
