// The Gemini API, as Gemini CLI speaks it: contents and parts, the model in the path, thoughts counted apart from the answer.
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

export const gemini: ModelApi = {
  name: 'gemini',
  read,
  whole: (reply) => candidate(reply, spokenParts(reply.parts).map(partOf), 'STOP'),
  stream,
  count: (tokens) => ({ totalTokens: tokens }),
  failure,
}

// https://ai.google.dev/gemini-api/docs/troubleshooting
const STATUSES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

function read(body: JsonObject, path: string): ModelRequest {
  // countTokens may wrap the request that it is asked about.
  const request = objectOf(body['generateContentRequest'] ?? body)
  const config = objectOf(request['generationConfig'])
  const schema = config['responseJsonSchema'] ?? config['responseSchema']
  const wantsJson = config['responseMimeType'] === 'application/json'
  const declared = objectsOf(request['tools']).flatMap((tool) => objectsOf(tool['functionDeclarations']))
  return {
    model: /\/models\/([^/:]+)/.exec(path)?.[1] ?? 'scripted-1',
    stream: path.includes(':streamGenerateContent'),
    preamble: JSON.stringify([request['systemInstruction'] ?? null, request['tools'] ?? null]),
    entries: objectsOf(request['contents']).map(readContent),
    tools: declared.map(readTool),
    ...(wantsJson && { schema: objectOf(schema) }),
  }
}

function readContent(content: JsonObject): Entry {
  const parts = objectsOf(content['parts'])
  return {
    by: content['role'] === 'model' ? 'model' : 'user',
    texts: parts.map((part) => textOf(part['text'])),
    calls: parts.filter((part) => 'functionCall' in part).length,
    weight: JSON.stringify(content['parts'] ?? null),
  }
}

function readTool(tool: JsonObject): Tool {
  const schema = objectOf(tool['parametersJsonSchema'] ?? tool['parameters'])
  return {
    name: textOf(tool['name']),
    properties: objectOf(schema['properties']),
    required: textsOf(schema['required']),
  }
}

function* stream(reply: Reply): Generator<Frame> {
  for (const part of reply.parts) {
    if (part.is === 'pause') yield { pauseMs: part.ms }
    else if (part.is === 'call') yield chunk(candidate(reply, [partOf(part)]))
    else for (const text of pieces(part.text)) yield chunk(candidate(reply, [partOf({ ...part, text })]))
  }
  yield chunk(candidate(reply, [{ text: '' }], 'STOP'))
}

function chunk(body: JsonObject): Frame {
  return { data: JSON.stringify(body) }
}

// Only the last chunk carries the usage, so that a client that adds chunks up counts once.
function candidate(reply: Reply, parts: JsonObject[], finishReason?: string): JsonObject {
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason && { finishReason }) }],
    ...(finishReason && { usageMetadata: usageOf(reply.usage) }),
    modelVersion: reply.model,
    responseId: reply.id,
  }
}

function partOf(part: Exclude<Part, { is: 'pause' }>): JsonObject {
  if (part.is === 'text') return { text: part.text }
  if (part.is === 'thought') return { text: part.text, thought: true }
  return { functionCall: { id: part.id, name: part.name, args: part.input } }
}

function usageOf({ input, cached, output, reasoning }: Usage): JsonObject {
  return {
    promptTokenCount: input,
    ...(cached > 0 && { cachedContentTokenCount: cached }),
    candidatesTokenCount: output - reasoning,
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
    totalTokenCount: input + output,
  }
}

function failure(failed: Failure): { body: JsonObject; headers: Record<string, string> } {
  const { code, message, retryAfterS, requestId } = failed
  const retryInfo = {
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay: `${retryAfterS}s`,
  }
  const fallback = code >= 500 ? 'UNAVAILABLE' : 'INVALID_ARGUMENT'
  return {
    body: {
      error: {
        code,
        message,
        status: STATUSES[code] ?? fallback,
        ...(code === 429 && { details: [retryInfo] }),
      },
    },
    headers: { 'x-request-id': requestId, ...retryHeaders(failed) },
  }
}
