// Draws agents where they work: a plate with the name at the present place, a dot where one has been, and a frame where two meet.
import { overlap, type Rect } from './camera.ts'
import { visible } from './draw-links.ts'
import type { CodeModel } from './model.ts'
import type { Pen } from './pens.ts'
import { aRect, placed, type AgentMark, type Scene } from './scene.ts'

export interface Plate extends Rect {
  mark: AgentMark
}

const HEIGHT = 20
const TEXT = 12
/** Of bold letters of that size: too much is a margin, too little a name that is cut. */
const LETTER = 7.6
const STACKED = 4
const GAP = 3

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
    const present = presentAt(marks, meeting, model)
    if (present.length === 0) dot(scene, pen, at)
    platesAt(scene, pen, { at, present, meeting, plates })
  }
  return plates
}

/** Who works here now, and whoever is in the way of another here, each once. */
function presentAt(
  marks: readonly AgentMark[],
  meeting: ReadonlySet<number>,
  { files }: CodeModel,
): AgentMark[] {
  const here = marks.filter(
    (one) => one.isLatest || (one.did === 'changed' && meeting.has(files[one.node] ?? -1)),
  )
  return [...new Map(here.toReversed().map((one) => [one.id, one])).values()].toReversed()
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

interface PlatesWish {
  at: Rect
  present: readonly AgentMark[]
  meeting: ReadonlySet<number>
  /** Those drawn so far, and these. */
  plates: Plate[]
}

function platesAt(scene: Scene, pen: Pen, { at, present, meeting, plates }: PlatesWish): void {
  const { size, model } = scene
  const shown = present.slice(0, STACKED)
  const top = at.y + at.h / 2 - (shown.length * (HEIGHT + GAP)) / 2
  shown.forEach((mark, index) => {
    const more = index === STACKED - 1 && present.length > STACKED ? ` +${present.length - STACKED}` : ''
    const text = mark.name + more
    const w = text.length * LETTER + 16
    const wanted = {
      x: Math.min(size.w - w - 4, Math.max(4, at.x + at.w / 2 - w / 2)),
      y: Math.min(size.h - HEIGHT - 4, Math.max(4, top + index * (HEIGHT + GAP))),
      w,
      h: HEIGHT,
    }
    const plate = free(wanted, mark, plates)
    if (!plate) return
    plates.push({ ...plate, mark })
    const inTheWay = mark.did === 'changed' && meeting.has(model.files[mark.node] ?? -1)
    drawPlate(scene, pen, { plate, mark, text, inTheWay })
  })
}

/** Below those that are there already; null where the agent's name stands beside it. */
function free(wanted: Rect, { id }: AgentMark, plates: readonly Plate[]): Rect | null {
  const plate = { ...wanted }
  for (let tries = 0; tries <= STACKED; tries++) {
    const other = plates.find((one) => overlap(one, plate))
    if (!other) return plate
    if (other.mark.id === id) return null
    plate.y = other.y + HEIGHT + GAP
  }
  return plate
}

function drawPlate(
  { palette }: Scene,
  pen: Pen,
  { plate, mark, text, inTheWay }: { plate: Rect; mark: AgentMark; text: string; inTheWay: boolean },
): void {
  const isReading = mark.did === 'read'
  const { x, y, w } = plate
  pen.box({ x: x - 1.5, y: y - 1.5, w: w + 3, h: HEIGHT + 3 }, palette.plate, 11)
  pen.box(plate, isReading ? palette.plate : inTheWay ? palette.meet : palette.agent, 10)
  if (isReading) pen.frame(plate, palette.agent, 1.5)
  const ink = isReading ? palette.agent : palette.agentInk
  pen.text(text, { x: x + w / 2, y: y + 14 }, { size: TEXT, ink, centred: true, bold: true })
}
