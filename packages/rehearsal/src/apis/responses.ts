// The OpenAI Responses API, as Codex speaks it: a list of output items and numbered events.
import { objectOf, objectsOf, textOf, textsOf, type JsonObject } from '../json.ts'
import { openaiFailure } from './openai-failure.ts'
import {
  pieces,
  spokenParts,
  type Entry,
  type Frame,
  type ModelApi,
  type ModelRequest,
  type Part,
  type Reply,
  type Tool,
  type Usage,
} from './api.ts'

type Spoken = Exclude<Part, { is: 'pause' }>
type Numbered = (event: JsonObject) => Frame

export const responses: ModelApi = {
  name: 'responses',
  read,
  whole: (reply) => ({ ...envelope(reply), ...completed(reply) }),
  stream,
  failure: openaiFailure,
}

function read(body: JsonObject): ModelRequest {
  const format = objectOf(objectOf(body['text'])['format'])
  const schema = format['type'] === 'json_schema' ? objectOf(format['schema']) : undefined
  const { input } = body
  return {
    model: textOf(body['model']) || 'scripted-1',
    stream: body['stream'] === true,
    preamble: JSON.stringify([body['instructions'] ?? null, body['tools'] ?? null]),
    entries: typeof input === 'string' ? [userText(input)] : objectsOf(input).map(readItem),
    tools: objectsOf(body['tools']).map(readTool),
    ...(schema && { schema }),
  }
}

function userText(text: string): Entry {
  return { by: 'user', texts: [text], calls: 0, weight: JSON.stringify(text) }
}

const MODEL_ITEMS = new Set(['function_call', 'custom_tool_call', 'local_shell_call', 'reasoning'])

function readItem(item: JsonObject): Entry {
  const { content, role } = item
  const type = textOf(item['type'])
  const isCall = type.endsWith('_call')
  const texts =
    typeof content === 'string' ? [content] : objectsOf(content).map((part) => textOf(part['text']))
  return {
    by: role === 'assistant' || MODEL_ITEMS.has(type) ? 'model' : 'user',
    // Instructions of the developer role are no prompt.
    texts: role === 'user' ? texts : [],
    calls: isCall ? 1 : 0,
    weight: JSON.stringify(item),
  }
}

function readTool(tool: JsonObject): Tool {
  const schema = objectOf(tool['parameters'])
  return {
    // Tools that the service itself would run carry only a type.
    name: textOf(tool['name']) || textOf(tool['type']),
    properties: objectOf(schema['properties']),
    required: textsOf(schema['required']),
    ...(tool['type'] === 'custom' && { custom: true }),
  }
}

function* stream(reply: Reply): Generator<Frame> {
  let sequence = 0
  const numbered: Numbered = (event) => ({
    event: textOf(event['type']),
    data: JSON.stringify({ ...event, sequence_number: sequence++ }),
  })
  yield numbered({ type: 'response.created', response: envelope(reply) })
  yield numbered({ type: 'response.in_progress', response: envelope(reply) })
  let index = 0
  for (const part of reply.parts) {
    if (part.is === 'pause') yield { pauseMs: part.ms }
    else yield* streamItem(part, { reply, index: index++, numbered })
  }
  yield numbered({ type: 'response.completed', response: { ...envelope(reply), ...completed(reply) } })
}

type Place = { reply: Reply; index: number; numbered: Numbered }

function* streamItem(part: Spoken, place: Place): Generator<Frame> {
  const { reply, index, numbered } = place
  const done = item(part, reply, index)
  const added = { ...done, ...emptied(part), status: 'in_progress' }
  yield numbered({ type: 'response.output_item.added', output_index: index, item: added })
  if (part.is === 'call') yield* streamCall(part, textOf(done['id']), place)
  else yield* streamWords(part, textOf(done['id']), place)
  yield numbered({ type: 'response.output_item.done', output_index: index, item: done })
}

function emptied(part: Spoken): JsonObject {
  if (part.is === 'text') return { content: [] }
  if (part.is === 'thought') return { summary: [] }
  return part.custom ? { input: '' } : { arguments: '' }
}

function* streamWords(part: Exclude<Spoken, { is: 'call' }>, id: string, place: Place): Generator<Frame> {
  const isText = part.is === 'text'
  const at = { item_id: id, output_index: place.index, [isText ? 'content_index' : 'summary_index']: 0 }
  const partEvent = isText ? 'response.content_part' : 'response.reasoning_summary_part'
  const textEvent = isText ? 'response.output_text' : 'response.reasoning_summary_text'
  yield place.numbered({ type: `${partEvent}.added`, ...at, part: content(part, '') })
  for (const delta of pieces(part.text)) yield place.numbered({ type: `${textEvent}.delta`, ...at, delta })
  yield place.numbered({ type: `${textEvent}.done`, ...at, text: part.text })
  yield place.numbered({ type: `${partEvent}.done`, ...at, part: content(part, part.text) })
}

function* streamCall(part: Extract<Spoken, { is: 'call' }>, id: string, place: Place): Generator<Frame> {
  const at = { item_id: id, output_index: place.index }
  const text = argumentsOf(part)
  const type = part.custom ? 'response.custom_tool_call_input' : 'response.function_call_arguments'
  for (const delta of pieces(text)) yield place.numbered({ type: `${type}.delta`, ...at, delta })
  yield place.numbered({ type: `${type}.done`, ...at, [part.custom ? 'input' : 'arguments']: text })
}

function item(part: Spoken, reply: Reply, index: number): JsonObject {
  const id = `${reply.id}_${index}`
  if (part.is === 'text') {
    const said = content(part, part.text)
    return { type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed', content: [said] }
  }
  if (part.is === 'thought') {
    return { type: 'reasoning', id: `rs_${id}`, summary: [content(part, part.text)], encrypted_content: null }
  }
  const call = { id: `fc_${id}`, call_id: part.id, ...toolName(part.name), status: 'completed' }
  return part.custom
    ? { type: 'custom_tool_call', ...call, input: argumentsOf(part) }
    : { type: 'function_call', ...call, arguments: argumentsOf(part) }
}

// A tool within a namespace is written as `namespace.name` in a script.
function toolName(name: string): JsonObject {
  const [, namespace, own] = /^(\w+)\.(\w+)$/.exec(name) ?? []
  return namespace === undefined || own === undefined ? { name } : { namespace, name: own }
}

function content(part: Exclude<Spoken, { is: 'call' }>, text: string): JsonObject {
  return part.is === 'text'
    ? { type: 'output_text', text, annotations: [], logprobs: [] }
    : { type: 'summary_text', text }
}

function argumentsOf(part: Extract<Spoken, { is: 'call' }>): string {
  return part.custom ? textOf(part.input['input']) : JSON.stringify(part.input)
}

function envelope(reply: Reply): JsonObject {
  return {
    id: `resp_${reply.id}`,
    object: 'response',
    created_at: Math.floor(reply.createdMs / 1000),
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model: reply.model,
    output: [],
    parallel_tool_calls: false,
    store: false,
    usage: null,
  }
}

function completed(reply: Reply): JsonObject {
  const output = spokenParts(reply.parts).map((part, index) => item(part, reply, index))
  return { status: 'completed', output, usage: usageOf(reply.usage) }
}

function usageOf({ input, cached, output, reasoning }: Usage): JsonObject {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}
