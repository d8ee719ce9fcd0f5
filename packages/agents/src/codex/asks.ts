// What Codex asks, as an ask of Tutti; and an answer as the reply that Codex expects. Pure.
import type { Answer, Ask, Question } from '@tutti/core'
import { clipped, clippedInput, fieldsOf, isFields, listOf, textOf, type Fields } from '../foreign.ts'
import type { RpcId, RpcMessage } from './rpc.ts'

type Choice = Question['choices'][number]

/** A request of the server that a person can answer. */
export interface Pending {
  id: RpcId
  method: string
  params: Fields
  ask: Ask
}

/** What the picture of the threads knows of a request: whose it is, and the item that it is about. */
export interface Context {
  at: number
  onBehalfOf: string | null
  /** The item as it was announced, with a file's changes; empty when it was not seen. */
  item: Fields
}

/** The ask behind a request; null for one that is none, or that only the terminal can answer. */
export function askIn(message: RpcMessage & { id: RpcId }, context: Context): Pending | null {
  const { id, method, params } = message
  const draft = DRAFTS.get(method)?.(params, context.item)
  if (!draft) return null
  const started = params['startedAtMs']
  const ask: Ask = {
    ref: clipped(`${textOf(params['itemId']) || textOf(params['turnId'])}/${String(id)}`, 500),
    reason: clipped(textOf(params['reason']), 10_000),
    onBehalfOf: context.onBehalfOf,
    at: typeof started === 'number' && Number.isSafeInteger(started) ? started : context.at,
    ...draft,
    title: clipped(draft.title, 2000),
    input: draft.input === null ? null : clippedInput(draft.input),
  }
  return { id, method, params, ask }
}

/** The reply to a request. Throws when the answer does not fit, with words for a person. */
export function replyTo({ method, params, ask }: Pending, answer: Answer): Fields {
  switch (method) {
    case 'item/tool/requestUserInput':
      return { answers: userInput(ask, params, answer) }
    case 'mcpServer/elicitation/request':
      return elicited(ask, answer)
    case 'item/permissions/requestApproval':
      return granted(params, keyOf(answer))
    default:
      return { decision: decisionFor(params, keyOf(answer)) }
  }
}

type Drafting = (params: Fields, item: Fields) => Draft | null
type Draft = Pick<Ask, 'kind' | 'title' | 'tool' | 'input' | 'questions'>

const DRAFTS = new Map<string, Drafting>(
  Object.entries({
    'item/commandExecution/requestApproval': commandAsk,
    'item/fileChange/requestApproval': fileAsk,
    'item/permissions/requestApproval': permissionAsk,
    'item/tool/requestUserInput': questionAsk,
    'mcpServer/elicitation/request': elicitationAsk,
  }),
)

function commandAsk(params: Fields): Draft {
  const network = fieldsOf(params['networkApprovalContext'])
  const command = network['host'] === undefined ? commandIn(params) : `Reach ${textOf(network['host'])}`
  const input = { command: textOf(params['command']), cwd: textOf(params['cwd']) }
  const told = listOf(params['availableDecisions'])
  const offered = (told.length > 0 ? told : ['accept', 'acceptForSession', 'cancel']).flatMap(decisionChoice)
  return approval({ title: command, tool: 'exec_command', input, choices: withDecline(offered) })
}

// One command is shown as it was meant, without the shell that Codex wraps around it.
function commandIn(params: Fields): string {
  const actions = listOf(params['commandActions']).map((action) => textOf(fieldsOf(action)['command']))
  const [only = ''] = actions
  return actions.length === 1 && only !== '' ? only : textOf(params['command'])
}

function fileAsk(params: Fields, item: Fields): Draft {
  const changes = listOf(item['changes']).map(fieldsOf)
  const paths = changes.map((change) => textOf(change['path']))
  const title = paths.length > 0 ? `Change ${paths.join(', ')}` : 'Change files'
  const input = { changes, grantRoot: params['grantRoot'] ?? null }
  const choices = withDecline(['accept', 'acceptForSession', 'cancel'].flatMap(decisionChoice))
  return approval({ title, tool: 'apply_patch', input, choices })
}

function permissionAsk(params: Fields): Draft {
  const choices: Choice[] = [
    { key: 'turn', label: 'Yes, for this turn', effect: 'allow', description: '' },
    { key: 'session', label: 'Yes, for this session', effect: 'allow-always', description: '' },
    { key: 'decline', label: 'No', effect: 'deny', description: '' },
  ]
  const input = params['permissions'] ?? null
  return approval({ title: 'Have more permissions', tool: 'request_permissions', input, choices })
}

interface Approval {
  title: string
  tool: string
  input: unknown
  choices: Choice[]
}

function approval({ title, tool, input, choices }: Approval): Draft {
  const question: Question = { text: 'Allow it?', header: '', choices, multiple: false, words: false }
  return { kind: 'approval', title, tool, input, questions: [question] }
}

const DECISIONS = new Map<string, Omit<Choice, 'key'>>(
  Object.entries({
    accept: { label: 'Yes', effect: 'allow', description: '' },
    acceptForSession: {
      label: 'Yes, and not again in this session',
      effect: 'allow-always',
      description: '',
    },
    decline: { label: 'No, go on without it', effect: 'deny', description: '' },
    cancel: { label: 'No, and stop the turn', effect: 'deny', description: '' },
  }),
)

function decisionChoice(decision: unknown): Choice[] {
  if (typeof decision === 'string') {
    const known = DECISIONS.get(decision)
    return known ? [{ key: decision, ...known }] : []
  }
  const rule = fieldsOf(fieldsOf(decision)['acceptWithExecpolicyAmendment'])['execpolicy_amendment']
  if (rule === undefined) return []
  const words = listOf(rule).map(textOf).join(' ')
  return [
    {
      key: 'acceptWithExecpolicyAmendment',
      label: clipped(`Yes, and not again for commands that start with ${words}`, 1000),
      effect: 'allow-always',
      description: '',
    },
  ]
}

// Codex takes it although its own dialog has no key for it: the agent goes on, and a reason can follow.
function withDecline(choices: Choice[]): Choice[] {
  if (choices.some(({ key }) => key === 'decline')) return choices
  const decline: Choice = { key: 'decline', label: 'No, go on without it', effect: 'deny', description: '' }
  const at = choices.findIndex(({ key }) => key === 'cancel')
  return at < 0 ? [...choices, decline] : choices.toSpliced(at, 0, decline)
}

function questionAsk(params: Fields): Draft | null {
  const told = listOf(params['questions']).slice(0, 20).map(fieldsOf)
  if (told.length === 0) return null
  const questions = told.map((question): Question => {
    const options = listOf(question['options']).slice(0, 50).map(fieldsOf)
    return {
      text: clipped(textOf(question['question']), 10_000),
      header: clipped(textOf(question['header']), 200),
      choices: options.map((option) => ({
        key: clipped(textOf(option['label']), 200),
        label: clipped(textOf(option['label']), 1000),
        effect: 'answer',
        description: clipped(textOf(option['description']), 4000),
      })),
      multiple: false,
      words: question['isOther'] === true || options.length === 0,
    }
  })
  return { kind: 'question', title: questions[0]?.text ?? '', tool: null, input: null, questions }
}

// Forms that ask for values are left to the terminal: only a yes or no can be given from elsewhere.
function elicitationAsk(params: Fields): Draft | null {
  const isForm =
    params['mode'] === 'form' || params['mode'] === 'openai/form' || params['mode'] === 'openaiForm'
  const fields = fieldsOf(fieldsOf(params['requestedSchema'])['properties'])
  if (!isForm || Object.keys(fields).length > 0) return null
  const choices: Choice[] = [
    { key: 'accept', label: 'Yes', effect: 'allow', description: '' },
    { key: 'decline', label: 'No', effect: 'deny', description: '' },
  ]
  const tool = `mcp:${clipped(textOf(params['serverName']), 400)}`
  return approval({ title: textOf(params['message']), tool, input: params['_meta'] ?? null, choices })
}

function keyOf(answer: Answer): string {
  if (answer.kind === 'deny') return 'decline'
  if (answer.kind === 'choose') return answer.choices[0]?.[0] ?? ''
  throw new Error('An approval is answered by one of its choices, not by words.')
}

function decisionFor(params: Fields, key: string): unknown {
  if (DECISIONS.get(key)) return key
  const chosen = listOf(params['availableDecisions']).find(
    (decision) => isFields(decision) && key in decision,
  )
  if (chosen === undefined) throw new Error(`Codex does not offer "${clipped(key, 100)}" here.`)
  return chosen
}

function granted(params: Fields, key: string): Fields {
  if (key === 'decline') return { permissions: {}, scope: 'turn' }
  if (key !== 'turn' && key !== 'session')
    throw new Error(`Codex does not offer "${clipped(key, 100)}" here.`)
  return { permissions: fieldsOf(params['permissions']), scope: key }
}

function elicited(_ask: Ask, answer: Answer): Fields {
  const isYes = keyOf(answer) === 'accept'
  return { action: isYes ? 'accept' : 'decline', content: isYes ? {} : null, _meta: null }
}

function userInput(ask: Ask, params: Fields, answer: Answer): Fields {
  const ids = listOf(params['questions']).map((question) => textOf(fieldsOf(question)['id']))
  const words = 'words' in answer && answer.words !== undefined ? [answer.words] : []
  const chosen = answer.kind === 'choose' ? answer.choices : []
  const refused = answer.kind === 'deny' ? [answer.reason || 'The person does not want to answer.'] : []
  return Object.fromEntries(
    ids.slice(0, ask.questions.length).map((id, index) => {
      // Words stand for the questions that no choice was made for; one question takes both.
      const picked = chosen[index] ?? []
      const own = picked.length === 0 || ids.length === 1 ? words : []
      return [id, { answers: [...picked, ...own, ...refused] }]
    }),
  )
}
