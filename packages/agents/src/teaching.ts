// What a program is taught of Tutti at its start: the files of a skill, and of the prompts that it has no MCP menu for.
import { MAIL_PROMPTS, type MailPrompt } from '@tutti/core'
import type { LaunchPlan, Teaching } from './kit.ts'

type Files = LaunchPlan['files'][number][]

/** The folder below the run folder that holds skills, each in a folder of its own name. */
export const SKILLS = 'skills'

/** The skill as a file; none where nothing is taught. */
export const skillFiles = (teaching: Teaching | undefined, folder = SKILLS): Files =>
  teaching ? [{ path: `${folder}/${teaching.skill.name}/SKILL.md`, content: teaching.skill.text }] : []

/**
 * The mail prompts as skills, for a program that has skills and no menu of MCP prompts: a person names one with what belongs
 * to it behind, and the program is told to offer them to nobody else, so that they cost no tokens.
 */
export const promptSkills = (folder = SKILLS): Files =>
  MAIL_PROMPTS.flatMap((prompt) => [
    { path: `${folder}/${nameOf(prompt)}/SKILL.md`, content: promptSkill(prompt) },
    {
      path: `${folder}/${nameOf(prompt)}/agents/openai.yaml`,
      content: 'policy:\n  allow_implicit_invocation: false\n',
    },
  ])

function promptSkill(prompt: MailPrompt): string {
  const given = Object.fromEntries(
    prompt.arguments.map(({ name }) => [name, `<${name}: take it from what I wrote>`]),
  )
  return `---\nname: ${nameOf(prompt)}\ndescription: ${JSON.stringify(prompt.says)}\n---\n\n${prompt.words(given, 'tools')}\n`
}

/** The mail prompts as templates for a program that has no MCP: the words after the name fill them. */
export const promptTemplates = (folder: string): Files =>
  MAIL_PROMPTS.map((prompt) => {
    const { arguments: args } = prompt
    const given = Object.fromEntries(args.map(({ name }, at) => [name, placeOf(at, args.length)]))
    const hint = args.map(({ name }) => `<${name}>`).join(' ')
    const head = [
      `description: ${JSON.stringify(prompt.says)}`,
      ...(hint === '' ? [] : [`argument-hint: ${JSON.stringify(hint)}`]),
    ]
    return {
      path: `${folder}/${nameOf(prompt)}.md`,
      content: `---\n${head.join('\n')}\n---\n\n${prompt.words(given, 'command')}\n`,
    }
  })

// A text may have many words: the last argument takes all that are left.
const placeOf = (at: number, count: number): string => (at < count - 1 ? `$${at + 1}` : `\${@:${at + 1}}`)

const nameOf = ({ name }: MailPrompt): string => `tutti-${name}`
