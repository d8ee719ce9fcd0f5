// What the agent does with a prompt: plays it if it is a script, answers plausibly if it is not. Nothing is ever run.
import type { Random } from './random.ts'
import type { Step } from './scenarios/scene.ts'
import { parseScript, type Directive } from './script.ts'

const REPLIES: [string, ...string[]] = [
  'Understood. I will look at how it is done today first and come back with a small change.',
  'That is in reach of the files I have open. I will add a test that fails, then make it pass.',
  'Two places do this already, slightly differently. I would bring them together before adding a third.',
  'I checked: nothing else depends on it, so the change stays inside one folder.',
]

/** The steps for a prompt; `replies` are what this agent says to plain words. */
export function promptSteps(prompt: string, random: Random, replies = REPLIES): Step[] {
  const { directives, mistakes } = parseScript(prompt)
  if (mistakes.length > 0) return [{ does: 'say', text: `The script has a mistake: ${mistakes.join(' ')}` }]
  if (directives.length > 0) return directives.flatMap(stepsFor)
  return [
    { does: 'think', seconds: 2 },
    { does: 'say', text: random.pick(replies) },
  ]
}

function stepsFor(directive: Directive): Step[] {
  switch (directive.does) {
    case 'say':
      return [{ does: 'say', text: directive.text }]
    case 'think':
      return [{ does: 'think', seconds: 2, about: directive.text }]
    case 'sleep':
      return [{ does: 'think', seconds: directive.ms / 1000 }]
    case 'sh':
      return [shellStep(directive.command)]
    case 'write':
      return [writeStep(directive.path, directive.text)]
    case 'read':
      return [pretended('Read', directive.path, ['Read 42 lines'])]
    case 'tool':
      return [pretended(directive.name, JSON.stringify(directive.input), ['Done'])]
    case 'ask':
      return [{ does: 'ask', question: directive.question, choices: directive.choices, answered: [] }]
    case 'status':
    default:
      return statusSteps(directive)
  }
}

function pretended(name: string, input: string, output: string[]): Step {
  return { does: 'tool', name, input, output: [...output, '(pretended, nothing was run)'] }
}

function shellStep(command: string): Step {
  const kind = command.split(/\s+/).slice(0, 2).join(' ')
  return {
    does: 'approve',
    request: { title: 'Run a command', command, why: 'A prompt asked for it', kind },
    approved: [pretended('Bash', command, outputOf(command))],
    denied: [{ does: 'say', text: 'Understood, I leave it alone.' }],
  }
}

function writeStep(path: string, text: string): Step {
  const diff = text.split('\n').map((row) => `+${row}`)
  return {
    does: 'approve',
    request: {
      title: 'Write a file',
      command: path,
      why: diff.length === 1 ? '1 line' : `${diff.length} lines`,
      kind: 'writing files',
    },
    approved: [{ does: 'edit', path, at: 1, diff }],
    denied: [{ does: 'say', text: 'Understood, the file stays as it is.' }],
  }
}

function statusSteps({ code, times, retryAfterS }: Extract<Directive, { does: 'status' }>): Step[] {
  const isRetried = code === 429 || code === 529
  if (!isRetried) return [{ does: 'fail', message: `API error ${code}`, detail: ['The script asked for it'] }]
  const reason = code === 429 ? 'Rate limit reached' : 'Service overloaded'
  return Array.from({ length: times }, (_, index) => {
    const message = `${reason} (${code}), attempt ${index + 1} of ${times}.`
    return { does: 'limit', seconds: retryAfterS, message }
  })
}

const OUTPUTS: [RegExp, string[]][] = [
  [
    /\b(?:test|vitest|jest|pytest)\b/,
    ['Test Files  12 passed (12)', '     Tests  87 passed (87)', '  Duration  3.41 s'],
  ],
  [/^git status/, ['On branch main', 'nothing to commit, working tree clean']],
  [/^git\b/, ['ok']],
  [/^ls\b/, ['README.md  package.json  src  test']],
  [/\b(?:build|tsc)\b/, ['built in 2.18 s']],
]

function outputOf(command: string): string[] {
  return OUTPUTS.find(([pattern]) => pattern.test(command))?.[1] ?? ['ok']
}
