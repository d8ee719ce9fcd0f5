// The picture of a map with the agents on it: who works in this working copy, and at which file the last change was seen.
import { MapPicture, type Agent } from '@tutti/core'

const Drawn = MapPicture.omit({ folder: true, agents: true }).extend({
  /** Files that are changed and not committed, latest first. */
  changed: MapPicture.shape.agents.element.pick({ file: true, at: true }).array(),
})

const FILES_AN_AGENT = 20

export function pictureOf(root: string, data: unknown, agents: readonly Agent[]): MapPicture {
  const { changed, ...drawn } = Drawn.parse(data)
  const here = agents.filter(
    (one) => one.session !== null && (one.folder === root || one.folder.startsWith(`${root}/`)),
  )
  return {
    folder: root,
    ...drawn,
    agents: here.flatMap((one) =>
      changed
        .filter(({ file }) => `${root}/${file}`.startsWith(`${one.folder}/`))
        .slice(0, FILES_AN_AGENT)
        .map(({ file, at }) => ({ agent: one.id, name: one.name, file, at })),
    ),
  }
}
