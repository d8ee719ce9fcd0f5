// The Model Context Protocol: one endpoint, by which every operation that a caller may do is a tool.
import { z } from 'zod'
import { op } from '../operation.ts'

export const mcpOperations = {
  mcp: op({
    method: 'POST',
    path: '/v1/mcp',
    aliases: ['/mcp'],
    // Whoever may use any tool at all may read mail; each tool asks for its own right.
    may: 'message:read',
    input: () => z.strictObject({}),
    output: () => z.strictObject({ status: z.int().min(200).max(599), json: z.string() }),
    wire: 'mcp',
    raw: { limitBytes: 1024 * 1024 },
    says: 'MCP: the operations that the caller may do, as tools (streamable HTTP, JSON-RPC)',
  }),
} as const
