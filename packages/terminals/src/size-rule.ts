// Who decides how large a session is. Pure, so that the rule can be read and tested in one place.
//
// The viewer that last typed or took over decides; the others see the session in its size. A plain terminal that is used
// decides too. On a server that is not ours (adopted) only taking over counts: looking and typing disturb nobody there.

export interface Size {
  cols: number
  rows: number
}

/** What makes a viewer the latest active one. */
interface Active {
  type: 'opened' | 'typed' | 'took'
  viewer: number
  size: Size
}

export type SizeEvent =
  | Active
  | { type: 'resized'; viewer: number; size: Size }
  | { type: 'left'; viewer: number }
  | { type: 'terminal-used' }
  | { type: 'terminals-left' }

export interface SizeState {
  /** A viewer's number, or 'terminal' where plain terminals decide or nobody does. */
  owner: number | 'terminal'
  /** Sizes of the viewers that may decide, the latest active last. */
  sizes: readonly (readonly [viewer: number, size: Size])[]
}

export const NOBODY: SizeState = { owner: 'terminal', sizes: [] }

/** The next state. The size that applies is `ownerSize(state)`. */
export function sizeAfter(state: SizeState, event: SizeEvent, isAdopted: boolean): SizeState {
  if (event.type === 'terminal-used') return { ...state, owner: 'terminal' }
  if (event.type === 'terminals-left') return inherited(state, state.sizes, isAdopted)
  if (event.type === 'left') return without(state, event.viewer, isAdopted)
  if (event.type === 'resized') return resized(state, event)
  return { owner: mayDecide(state, event, isAdopted) ? event.viewer : state.owner, sizes: put(state, event) }
}

function mayDecide(state: SizeState, event: Active, isAdopted: boolean): boolean {
  if (event.type === 'took') return true
  if (isAdopted) return false
  return event.type === 'typed' || (state.owner === 'terminal' && state.sizes.length === 0)
}

const resized = (state: SizeState, { viewer, size }: { viewer: number; size: Size }): SizeState => ({
  ...state,
  sizes: state.sizes.map((each) => (each[0] === viewer ? [viewer, size] : each)),
})

function without(state: SizeState, viewer: number, isAdopted: boolean): SizeState {
  const sizes = state.sizes.filter(([other]) => other !== viewer)
  return state.owner === viewer
    ? inherited({ ...state, owner: 'terminal' }, sizes, isAdopted)
    : { ...state, sizes }
}

// Nobody decides any more: the one who was active last does, but on a server that is not ours.
function inherited({ owner }: SizeState, sizes: SizeState['sizes'], isAdopted: boolean): SizeState {
  const next = isAdopted ? undefined : sizes.at(-1)?.[0]
  return { owner: owner === 'terminal' && next !== undefined ? next : owner, sizes }
}

/** The size to apply; undefined where plain terminals decide. */
export const ownerSize = ({ owner, sizes }: SizeState): Size | undefined =>
  sizes.find(([viewer]) => viewer === owner)?.[1]

const put = ({ sizes }: SizeState, { viewer, size }: { viewer: number; size: Size }): SizeState['sizes'] => [
  ...sizes.filter(([other]) => other !== viewer),
  [viewer, size],
]
