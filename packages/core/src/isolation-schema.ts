// The schemas of isolation; what the dashboard computes with stands apart from them.
import { z } from 'zod'
import { hostRule, ISOLATIONS } from './isolation.ts'

export const IsolationLevel = z.enum(ISOLATIONS)

/** A host that a sandboxed program may reach: `api.example.com`, `*.example.com`, or either with `:PORT`. */
export const EgressHost = z
  .string()
  .max(260)
  .refine(
    (text) => hostRule(text) !== null,
    'expected a host such as api.example.com, *.example.com or 127.0.0.1:8080',
  )
  // Roughly what it looks like, for those who read the schema alone.
  .meta({ pattern: String.raw`^(?:\*\.)?[A-Za-z0-9_.:\[\]-]+$`, examples: ['api.example.com'] })
export const EgressHosts = z.array(EgressHost).max(100)
