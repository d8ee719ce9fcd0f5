// Plain scenarios for tests: each holds one state, or goes through one change, and then waits for prompts.
import type { Scenario } from './scene.ts'

const cwd = '~/rehearsal'

export const basics: Scenario[] = [
  {
    name: 'quiet',
    cwd,
    opening: [{ does: 'say', text: 'Ready. Type a prompt, or a script such as `[[say: hello]]`.' }],
    loop: [],
  },
  {
    name: 'busy',
    cwd,
    opening: [],
    loop: [
      [
        { does: 'think', seconds: 4 },
        { does: 'tool', name: 'Read', input: 'src/orders.ts', output: ['Read 118 lines'] },
        {
          does: 'say',
          text: 'The total is computed twice, once per line and once per order. I will keep the second.',
        },
      ],
    ],
  },
  {
    name: 'approval',
    cwd,
    opening: [
      { does: 'think', seconds: 0.5 },
      {
        does: 'approve',
        request: { title: 'Run a command', command: 'npm test', why: 'Checks the change', kind: 'npm test' },
        approved: [
          { does: 'tool', name: 'Bash', input: 'npm test', output: ['Tests  87 passed (87)'] },
          { does: 'say', text: 'All tests pass.' },
        ],
        denied: [{ does: 'say', text: 'Understood, I did not run the tests.' }],
      },
    ],
    loop: [],
  },
  {
    name: 'question',
    cwd,
    opening: [
      { does: 'think', seconds: 0.5 },
      {
        does: 'ask',
        question: 'Which database should the tests use?',
        choices: ['SQLite in memory', 'PostgreSQL in a container'],
        answered: [{ does: 'say', text: 'Thank you, I go on with that.' }],
      },
    ],
    loop: [],
  },
  {
    name: 'rate-limited',
    cwd,
    opening: [
      { does: 'think', seconds: 0.5 },
      { does: 'limit', seconds: 30, message: 'Rate limit reached (429), attempt 1 of 10.' },
      { does: 'say', text: 'The service answers again.' },
    ],
    loop: [],
  },
  {
    name: 'failing',
    cwd,
    opening: [
      { does: 'think', seconds: 0.5 },
      { does: 'fail', message: 'API error 400', detail: ['The request was not accepted.'] },
    ],
    loop: [],
  },
  {
    name: 'exiting',
    cwd,
    opening: [
      { does: 'say', text: 'Nothing left to do.' },
      { does: 'exit', code: 3 },
    ],
    loop: [],
  },
]
