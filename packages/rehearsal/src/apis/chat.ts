// OpenAI Chat Completions, as OpenCode, Qwen Code and Pi speak it: choices, tool_calls, and a stream that ends in [DONE].
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

type Call = Extract<Part, { is: 'call' }>

export const chat: ModelApi = { name: 'chat', read, whole, stream, failure: openaiFailure }

function read(body: JsonObject): ModelRequest {
  const format = objectOf(body['response_format'])
  const schema =
    format['type'] === 'json_schema' ? objectOf(objectOf(format['json_schema'])['schema']) : undefined
  return {
    model: textOf(body['model']) || 'scripted-1',
    stream: body['stream'] === true,
    preamble: JSON.stringify(body['tools'] ?? null),
    entries: objectsOf(body['messages']).map(readMessage),
    tools: objectsOf(body['tools']).map((tool) => readTool(objectOf(tool['function']))),
    wantsUsage: objectOf(body['stream_options'])['include_usage'] === true,
    ...(schema && { schema }),
  }
}

function readMessage(message: JsonObject): Entry {
  const { content, role } = message
  const texts =
    typeof content === 'string' ? [content] : objectsOf(content).map((part) => textOf(part['text']))
  return {
    by: role === 'assistant' ? 'model' : 'user',
    // A system message is no prompt, and neither is what a tool returned.
    texts: role === 'user' ? texts : [],
    calls: objectsOf(message['tool_calls']).length,
    weight: JSON.stringify(message),
  }
}

function readTool(tool: JsonObject): Tool {
  const schema = objectOf(tool['parameters'])
  return {
    name: textOf(tool['name']),
    properties: objectOf(schema['properties']),
    required: textsOf(schema['required']),
  }
}

function whole(reply: Reply): JsonObject {
  const parts = spokenParts(reply.parts)
  const calls = parts.filter((part) => part.is === 'call')
  const said = parts.flatMap((part) => (part.is === 'text' ? [part.text] : [])).join('')
  const thought = parts.flatMap((part) => (part.is === 'thought' ? [part.text] : [])).join('')
  const message = {
    role: 'assistant',
    content: said === '' ? null : said,
    ...(thought !== '' && { reasoning_content: thought }),
    ...(calls.length > 0 && { tool_calls: calls.map(call) }),
  }
  return {
    ...envelope(reply, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish(reply.parts) }],
    usage: usageOf(reply.usage),
  }
}

function* stream(reply: Reply, request: ModelRequest): Generator<Frame> {
  const chunk = (delta: JsonObject, reason: string | null = null): Frame => ({
    data: JSON.stringify({
      ...envelope(reply, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
    }),
  })
  yield chunk({ role: 'assistant', content: '' })
  for (const part of reply.parts) {
    if (part.is === 'pause') yield { pauseMs: part.ms }
    else if (part.is === 'call') yield* streamCall(part, chunk)
    else
      for (const piece of pieces(part.text))
        yield chunk(part.is === 'text' ? { content: piece } : { reasoning_content: piece })
  }
  yield chunk({}, finish(reply.parts))
  if (request.wantsUsage) {
    const last = { ...envelope(reply, 'chat.completion.chunk'), choices: [], usage: usageOf(reply.usage) }
    yield { data: JSON.stringify(last) }
  }
  yield { data: '[DONE]' }
}

// A turn ends with its one call, so that its index is always the first.
function* streamCall(part: Call, chunk: (delta: JsonObject) => Frame): Generator<Frame> {
  const { id, name } = part
  yield chunk({ tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: '' } }] })
  for (const json of pieces(JSON.stringify(part.input)))
    yield chunk({ tool_calls: [{ index: 0, function: { arguments: json } }] })
}

function call(part: Call): JsonObject {
  return {
    id: part.id,
    type: 'function',
    function: { name: part.name, arguments: JSON.stringify(part.input) },
  }
}

function finish(parts: Part[]): string {
  return parts.some((part) => part.is === 'call') ? 'tool_calls' : 'stop'
}

function envelope(reply: Reply, object: string): JsonObject {
  return {
    id: `chatcmpl-${reply.id}`,
    object,
    created: Math.floor(reply.createdMs / 1000),
    model: reply.model,
  }
}

function usageOf({ input, cached, output, reasoning }: Usage): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}
