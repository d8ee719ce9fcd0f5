// What the public MCP suite wants to find at a server, as a table of tools and prompts behind our own protocol layer.
import type {
  Content,
  Conversation,
  Prompt,
  PromptMessage,
  Tool,
  ToolResult,
} from '../../packages/server/src/mcp/rpc.ts'

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
// A header of 44 bytes and no sound.
const SILENCE = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA='

const text = (words: string): Content => ({ type: 'text', text: words })
const image: Content = { type: 'image', data: PIXEL, mimeType: 'image/png' }
const resource = (uri: string, words: string, mimeType = 'text/plain'): Content => ({
  type: 'resource',
  resource: { uri, mimeType, text: words },
})

const ANSWERS: Readonly<Record<string, ToolResult>> = {
  test_simple_text: { content: [text('This is a simple text response for testing.')] },
  test_image_content: { content: [image] },
  test_audio_content: { content: [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }] },
  test_embedded_resource: {
    content: [resource('test://embedded-resource', 'This is an embedded resource content.')],
  },
  test_multiple_content_types: {
    content: [
      text('Multiple content types test:'),
      image,
      resource('test://mixed-content-resource', '{"test":"data","value":123}', 'application/json'),
    ],
  },
  test_error_handling: {
    isError: true,
    content: [text('This tool intentionally returns an error for testing')],
  },
}

const STRICT_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } },
  },
  properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  additionalProperties: false,
}

const toolNamed = (name: string, inputSchema: Record<string, unknown>): Tool => ({
  name,
  description: `The fixture ${name}`,
  inputSchema,
  annotations: { readOnlyHint: true, destructiveHint: false },
})

const TOOLS: readonly Tool[] = [
  ...Object.keys(ANSWERS).map((name) => toolNamed(name, { type: 'object', properties: {} })),
  toolNamed('json_schema_2020_12_tool', STRICT_SCHEMA),
]

const argument = (name: string) => ({ name, description: `The argument ${name}`, required: true })
const user = (content: Content): PromptMessage => ({ role: 'user', content })

interface PromptRow {
  arguments: Prompt['arguments']
  messages(given: Readonly<Record<string, string>>): PromptMessage[]
}

const PROMPTS: Readonly<Record<string, PromptRow>> = {
  test_simple_prompt: {
    arguments: [],
    messages: () => [user(text('This is a simple prompt for testing.'))],
  },
  test_prompt_with_arguments: {
    arguments: [argument('arg1'), argument('arg2')],
    messages: ({ arg1, arg2 }) => [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
  },
  test_prompt_with_embedded_resource: {
    arguments: [argument('resourceUri')],
    messages: ({ resourceUri = '' }) => [
      user(resource(resourceUri, 'Embedded resource content for testing.')),
      user(text('Please process the embedded resource above.')),
    ],
  },
  test_prompt_with_image: {
    arguments: [],
    messages: () => [user(image), user(text('Please analyze the image above.'))],
  },
}

export const FIXTURES: Pick<Conversation, 'tools' | 'prompts'> = {
  tools: {
    list: () => [...TOOLS],
    call: (name) => {
      const answer = ANSWERS[name]
      return answer ? Promise.resolve(answer) : null
    },
  },
  prompts: {
    list: () =>
      Object.entries(PROMPTS).map(([name, row]) => ({
        name,
        description: `The fixture ${name}`,
        arguments: row.arguments,
      })),
    get: (name, given) => PROMPTS[name]?.messages(given) ?? null,
    complete: (_prompt, { value }) =>
      Promise.resolve(['paris', 'park', 'party'].filter((one) => one.startsWith(value))),
  },
}
