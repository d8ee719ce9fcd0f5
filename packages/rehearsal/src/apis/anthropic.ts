// The Anthropic Messages API, as Claude Code speaks it: content blocks, thinking, tool_use, and a usage that splits off the cache.
import { objectOf, objectsOf, textOf, textsOf, type JsonObject } from '../json.ts'
import {
  pieces,
  retryHeaders,
  spokenParts,
  type Entry,
  type Failure,
  type Frame,
  type ModelApi,
  type ModelRequest,
  type Part,
  type Reply,
  type Tool,
  type Usage,
} from './api.ts'

export const anthropic: ModelApi = {
  name: 'anthropic',
  read,
  whole,
  stream,
  count: (tokens) => ({ input_tokens: tokens }),
  failure,
}

// https://docs.anthropic.com/en/api/errors
const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

function read(body: JsonObject): ModelRequest {
  const format = objectOf(objectOf(body['output_config'])['format'] ?? body['output_format'])
  const schema = format['type'] === 'json_schema' ? objectOf(format['schema']) : undefined
  return {
    model: textOf(body['model']) || 'scripted-1',
    stream: body['stream'] === true,
    preamble: JSON.stringify([body['system'] ?? null, body['tools'] ?? null]),
    entries: objectsOf(body['messages']).map(readMessage),
    tools: objectsOf(body['tools']).map(readTool),
    ...(schema && { schema }),
  }
}

function readMessage(message: JsonObject): Entry {
  const { content } = message
  const blocks = objectsOf(content)
  const texts = typeof content === 'string' ? [content] : blocks.map((block) => textOf(block['text']))
  return {
    by: message['role'] === 'assistant' ? 'model' : 'user',
    // Claude Code tells of its surroundings in messages of the system, after the prompt: no person typed them.
    texts: message['role'] === 'system' ? [] : texts,
    calls: blocks.filter((block) => block['type'] === 'tool_use').length,
    weight: JSON.stringify(content ?? null),
  }
}

function readTool(tool: JsonObject): Tool {
  const schema = objectOf(tool['input_schema'])
  return {
    name: textOf(tool['name']),
    properties: objectOf(schema['properties']),
    required: textsOf(schema['required']),
  }
}

function whole(reply: Reply): JsonObject {
  return {
    ...envelope(reply),
    content: spokenParts(reply.parts).map(block),
    stop_reason: stopReason(reply.parts),
    usage: usageOf(reply.usage, reply.usage.output),
  }
}

function* stream(reply: Reply): Generator<Frame> {
  const message = { ...envelope(reply), usage: usageOf(reply.usage, 0) }
  yield event({ type: 'message_start', message })
  yield event({ type: 'ping' })
  let index = 0
  for (const part of reply.parts) {
    if (part.is === 'pause') yield { pauseMs: part.ms }
    else yield* streamBlock(part, index++)
  }
  yield event({
    type: 'message_delta',
    delta: { stop_reason: stopReason(reply.parts), stop_sequence: null },
    usage: usageOf(reply.usage, reply.usage.output),
  })
  yield event({ type: 'message_stop' })
}

function* streamBlock(part: Exclude<Part, { is: 'pause' }>, index: number): Generator<Frame> {
  const delta = (value: JsonObject) => event({ type: 'content_block_delta', index, delta: value })
  yield event({ type: 'content_block_start', index, content_block: emptied(part) })
  if (part.is === 'thought') {
    for (const thinking of pieces(part.text)) yield delta({ type: 'thinking_delta', thinking })
    yield delta({ type: 'signature_delta', signature: SIGNATURE })
  } else if (part.is === 'text') {
    for (const text of pieces(part.text)) yield delta({ type: 'text_delta', text })
  } else {
    for (const json of pieces(JSON.stringify(part.input)))
      yield delta({ type: 'input_json_delta', partial_json: json })
  }
  yield event({ type: 'content_block_stop', index })
}

// Clients send a thought back unread; nothing here checks the signature.
const SIGNATURE = 'c2NyaXB0ZWQ='

function block(part: Exclude<Part, { is: 'pause' }>): JsonObject {
  if (part.is === 'thought') return { type: 'thinking', thinking: part.text, signature: SIGNATURE }
  if (part.is === 'text') return { type: 'text', text: part.text }
  return { type: 'tool_use', id: part.id, name: part.name, input: part.input }
}

function emptied(part: Exclude<Part, { is: 'pause' }>): JsonObject {
  if (part.is === 'call') return block({ ...part, input: {} })
  return part.is === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' }
}

function envelope(reply: Reply): JsonObject {
  return {
    id: reply.id,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  }
}

function stopReason(parts: Part[]): string {
  return parts.some((part) => part.is === 'call') ? 'tool_use' : 'end_turn'
}

function usageOf(usage: Usage, output: number): JsonObject {
  return {
    input_tokens: usage.input - usage.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cached,
    output_tokens: output,
  }
}

function event(data: JsonObject): Frame {
  return { event: textOf(data['type']), data: JSON.stringify(data) }
}

function failure(failed: Failure): { body: JsonObject; headers: Record<string, string> } {
  const { code, message, requestId } = failed
  return {
    body: {
      type: 'error',
      error: { type: ERROR_TYPES[code] ?? 'api_error', message },
      request_id: requestId,
    },
    headers: { 'request-id': requestId, ...retryHeaders(failed) },
  }
}
