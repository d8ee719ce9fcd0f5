// What agents ask of people, and what agents report: the attention queue, its rules, and the hooks of programs.
import { z } from 'zod'
import { op } from '../operation.ts'

export const attentionOperations = {
  reportHook: op({
    method: 'POST',
    path: '/v1/hooks/{hookName}',
    may: 'agent:report',
    // The rest is what the program says: its own shape, judged by its kit.
    input: z.looseObject({
      hookName: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'expected a name such as Stop'),
    }),
    output: z.looseObject({}),
    says: 'What the program of an agent reports of itself; answered when a person has, where it waits for one',
  }),
} as const
