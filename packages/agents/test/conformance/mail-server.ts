// An MCP server on stdin and stdout that offers the prompts for mail, as `tutti mcp` does before a daemon.
import { createInterface } from 'node:readline'
import { MAIL_PROMPTS } from '@tutti/core'

const prompts = MAIL_PROMPTS.map(({ name, says, arguments: args }) => ({
  name,
  description: says,
  arguments: args,
}))

interface Asked {
  id?: number | string
  method: string
  params?: { protocolVersion?: string; name?: string }
}

const answers: Readonly<Record<string, (asked: Asked) => object>> = {
  initialize: ({ params }) => ({
    protocolVersion: params?.protocolVersion ?? '2025-11-25',
    capabilities: { tools: {}, prompts: {} },
    serverInfo: { name: 'tutti', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: [] }),
  'prompts/list': () => ({ prompts }),
  'prompts/get': ({ params }) => {
    const text = MAIL_PROMPTS.find(({ name }) => name === params?.name)?.words({}, 'tools') ?? ''
    return { messages: [{ role: 'user', content: { type: 'text', text } }] }
  },
}

createInterface({ input: process.stdin }).on('line', (line) => {
  // The programs under test speak the protocol: what comes is a message of theirs.
  const asked = JSON.parse(line) as Asked
  if (asked.id === undefined) return
  const answer = answers[asked.method]?.(asked)
  const rest = answer ? { result: answer } : { error: { code: -32_601, message: 'There is no such method' } }
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: asked.id, ...rest })}\n`)
})
