// Turns an act of the script into a call of a tool that the client really offers, with the argument names of that client.
import type { Tool } from './apis/api.ts'
import { objectOf, type JsonObject } from './json.ts'
import type { Act } from './script.ts'

export type ToolCall = { name: string; input: JsonObject; custom?: boolean }

// Names in use by Claude Code, Codex, Gemini CLI, OpenCode, Qwen Code and Pi, the preferred one first.
const TOOLS: Record<Exclude<Act['does'], 'tool'>, string[]> = {
  sh: ['Bash', 'bash', 'run_shell_command', 'exec_command', 'shell_command', 'shell'],
  write: ['Write', 'write', 'write_file'],
  read: ['Read', 'read', 'read_file'],
  ask: ['AskUserQuestion', 'question', 'ask_user', 'ask_user_question', 'request_user_input'],
}

/** The call for an act, or nothing when the client offers no tool for it. */
export function callFor(act: Act, tools: Tool[]): ToolCall | undefined {
  if (tools.length === 0) return undefined
  if (act.does === 'tool') {
    const custom = tools.some((tool) => tool.name === act.name && tool.custom)
    return { name: act.name, input: act.input, ...(custom && { custom }) }
  }
  const tool = pick(TOOLS[act.does], tools)
  if (tool) return { name: tool.name, input: withRequired(tool, inputOf(act, tool)) }
  // Codex has no tools for files: its model reads and writes with the shell.
  const command = act.does === 'ask' ? undefined : shellOf(act)
  return command === undefined || act.does === 'sh' ? undefined : callFor({ does: 'sh', command }, tools)
}

function pick(names: string[], tools: Tool[]): Tool | undefined {
  return names.flatMap((name) => tools.filter((tool) => tool.name === name))[0]
}

function shellOf(act: Exclude<Act, { does: 'tool' | 'ask' }>): string {
  if (act.does === 'sh') return act.command
  if (act.does === 'read') return `cat ${quoted(act.path)}`
  return `printf '%s\\n' ${quoted(act.text)} > ${quoted(act.path)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function inputOf(act: Exclude<Act, { does: 'tool' }>, tool: Tool): JsonObject {
  switch (act.does) {
    case 'sh':
      return { [named(tool, ['command', 'cmd'])]: commandOf(act.command, tool) }
    case 'read':
      return { [named(tool, PATHS)]: act.path }
    case 'write':
      return { [named(tool, PATHS)]: act.path, [named(tool, ['content', 'contents', 'text'])]: act.text }
    case 'ask':
    default:
      return questionsOf(act.question, act.choices)
  }
}

const PATHS = ['file_path', 'filePath', 'absolute_path', 'path']

function named(tool: Tool, names: string[]): string {
  return names.find((name) => name in tool.properties) ?? names[0] ?? 'value'
}

function commandOf(command: string, tool: Tool): string | string[] {
  const isList = objectOf(tool.properties['command'])['type'] === 'array'
  return isList ? ['bash', '-lc', command] : command
}

// All clients with a question tool share this shape, and differ in keys that the others ignore.
function questionsOf(question: string, choices: string[]): JsonObject {
  const options = choices.map((label) => ({ label, description: label }))
  const asked = {
    id: 'question_1',
    question,
    header: 'Question',
    type: 'choice',
    options,
    multiSelect: false,
  }
  return { questions: [asked] }
}

// A required text that the script says nothing about, such as a description of the command.
function withRequired(tool: Tool, input: JsonObject): JsonObject {
  const missing = tool.required.filter((name) => !(name in input))
  return { ...input, ...Object.fromEntries(missing.map((name) => [name, blank(tool.properties[name])])) }
}

function blank(schema: unknown): unknown {
  const { type } = objectOf(schema)
  if (type === 'boolean') return false
  if (type === 'number' || type === 'integer') return 0
  if (type === 'array') return []
  return type === 'object' ? {} : 'As the script says'
}
