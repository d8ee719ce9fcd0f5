// Builds items of the attention queue for tests: an approval of a command that nobody has answered.
import { newId, type AttentionItem } from '@tutti/core'
import type { Ask } from '@tutti/core'

let made = 0

type Fields = Partial<Omit<AttentionItem, 'ask'>> & { ask?: Partial<Ask> }

export function anItem({ ask, ...fields }: Fields = {}): AttentionItem {
  made++
  const bytes = (length: number) => new Uint8Array(length).fill(made % 32)
  return {
    id: newId('attention', made, bytes),
    agentId: newId('agent', made, bytes),
    ask: {
      ref: `ref-${made}`,
      kind: 'approval',
      title: 'npm test',
      tool: 'Bash',
      input: { command: 'npm test' },
      reason: '',
      questions: [
        {
          text: 'Do you want to proceed?',
          header: '',
          choices: [
            { key: 'yes', label: 'Yes', effect: 'allow', description: '' },
            { key: 'ever', label: 'Yes, always', effect: 'allow-always', description: '' },
            { key: 'no', label: 'No', effect: 'deny', description: '' },
          ],
          multiple: false,
          words: true,
        },
      ],
      at: 0,
      onBehalfOf: null,
      ...ask,
    },
    group: null,
    receipt: 'pending',
    answer: null,
    answeredBy: null,
    ruleId: null,
    why: '',
    snoozedUntil: null,
    createdAt: 0,
    settledAt: null,
    version: 1,
    ...fields,
  }
}
