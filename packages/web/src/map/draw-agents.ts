// Draws agents where they work: a plate with the name at the present place, a dot where one has been, and a frame where two meet.
import type { Rect } from './camera.ts'
import { visible } from './draw-links.ts'
import type { CodeModel } from './model.ts'
import type { Pen } from './pens.ts'
import { aRect, placed, type AgentMark, type Scene } from './scene.ts'

export interface Plate extends Rect {
  mark: AgentMark
}

const HEIGHT = 20
const TEXT = 12
const LETTER = 6.4
const STACKED = 4

/** Gives the plates, so that they can be pressed. */
export function drawAgents(scene: Scene, pen: Pen, shown: Uint8Array): Plate[] {
  const { model, palette, agents } = scene
  const at = aRect()
  const meeting = new Set(meetingsOf(model, agents))
  for (const file of meeting) {
    placed(scene, visible(scene, shown, file), at)
    if (!isAway(scene, at))
      pen.frame({ x: at.x - 2, y: at.y - 2, w: at.w + 4, h: at.h + 4 }, palette.meet, 2.5)
  }
  const plates: Plate[] = []
  for (const [node, marks] of Map.groupBy(agents, (one) => visible(scene, shown, one.node))) {
    placed(scene, node, at)
    if (isAway(scene, at)) continue
    const present = marks.filter((one) => one.isLatest)
    if (present.length === 0) dot(scene, pen, at)
    plates.push(...platesAt(scene, pen, { at, present, meeting }))
  }
  return plates
}

const isAway = ({ size }: Scene, at: Rect): boolean =>
  at.x > size.w || at.y > size.h || at.x + at.w < 0 || at.y + at.h < 0

/** Longer after the other one is no meeting. */
const MEETING_MS = 3_600_000

/** Files that two or more change at about the same time: they are in each other's way. One who reads is in nobody's. */
export function meetingsOf({ files }: Pick<CodeModel, 'files'>, marks: readonly AgentMark[]): number[] {
  const changed = marks.filter((one) => one.did === 'changed')
  const byFile = Map.groupBy(changed, (one) => files[one.node] ?? -1)
  return [...byFile].flatMap(([file, list]) => (isMeeting(list) ? [file] : []))
}

const isMeeting = (marks: readonly AgentMark[]): boolean =>
  marks.some((one) => marks.some((other) => other.id !== one.id && Math.abs(other.at - one.at) <= MEETING_MS))

function dot({ palette }: Scene, pen: Pen, at: Rect): void {
  const size = Math.max(5, Math.min(9, Math.min(at.w, at.h) * 0.3))
  const [x, y] = [at.x + at.w / 2 - size / 2, at.y + at.h / 2 - size / 2]
  pen.box({ x: x - 1.5, y: y - 1.5, w: size + 3, h: size + 3 }, palette.plate, size)
  pen.box({ x, y, w: size, h: size }, palette.agent, size / 2)
}

function platesAt(
  { palette, size, model }: Scene,
  pen: Pen,
  { at, present, meeting }: { at: Rect; present: readonly AgentMark[]; meeting: ReadonlySet<number> },
): Plate[] {
  const shown = present.slice(0, STACKED)
  const top = at.y + at.h / 2 - (shown.length * (HEIGHT + 3)) / 2
  return shown.map((mark, index) => {
    const more = index === STACKED - 1 && present.length > STACKED ? ` +${present.length - STACKED}` : ''
    const text = mark.name + more
    const w = text.length * LETTER + 16
    const plate = {
      x: Math.min(size.w - w - 4, Math.max(4, at.x + at.w / 2 - w / 2)),
      y: Math.min(size.h - HEIGHT - 4, Math.max(4, top + index * (HEIGHT + 3))),
      w,
      h: HEIGHT,
    }
    const isReading = mark.did === 'read'
    const inTheWay = !isReading && meeting.has(model.files[mark.node] ?? -1)
    pen.box({ x: plate.x - 1.5, y: plate.y - 1.5, w: w + 3, h: HEIGHT + 3 }, palette.plate, 11)
    pen.box(plate, isReading ? palette.plate : inTheWay ? palette.meet : palette.agent, 10)
    if (isReading) pen.frame(plate, palette.agent, 1.5)
    pen.text(
      text,
      { x: plate.x + w / 2, y: plate.y + 14 },
      {
        size: TEXT,
        ink: isReading ? palette.agent : palette.agentInk,
        centred: true,
        bold: true,
      },
    )
    return Object.assign(plate, { mark })
  })
}
