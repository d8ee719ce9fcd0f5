// The vocabulary of a scenario: what an agent can be seen doing, as data.

export type Step =
  | { does: 'think'; seconds: number; about?: string }
  /** Paragraphs are lines; `code` and **bold** are shown as such. */
  | { does: 'say'; text: string }
  /** A call of a tool with what it printed; nothing is ever run. */
  | { does: 'tool'; name: string; input: string; output: string[]; seconds?: number; failed?: boolean }
  /** Lines of the diff begin with "+", "-" or a blank; `at` is the number of the first one. */
  | { does: 'edit'; path: string; at: number; diff: string[] }
  | { does: 'plan'; items: { text: string; is: 'done' | 'now' | 'open' }[] }
  | { does: 'approve'; request: Approval; approved: Step[]; denied: Step[] }
  | { does: 'ask'; question: string; choices: string[]; answered: Step[] }
  /** Waits for a prompt; without `seconds` for ever. */
  | { does: 'idle'; seconds?: number }
  | { does: 'limit'; seconds: number; message: string }
  /** Shows an error and waits as `idle` does. */
  | { does: 'fail'; message: string; detail: string[]; seconds?: number }
  | { does: 'exit'; code: number }
  | { does: 'one-of'; scenes: [Step[], ...Step[][]] }

/** What an agent wants to be allowed. `kind` is what "don't ask again" remembers, such as "npm run". */
export type Approval = { title: string; command: string; why: string; kind: string }

export type Scenario = {
  name: string
  /** The directory shown in the status line. */
  cwd: string
  /** Played once. */
  opening: Step[]
  /** Scenes played in order, again and again; none means that the agent waits for prompts. */
  loop: Step[][]
  /** How long an agent waits after a prompt or an interrupt before its scenario goes on; for ever when it is left out. */
  patienceSeconds?: number
  /** What is answered to a prompt that is no script. */
  replies?: [string, ...string[]]
}
