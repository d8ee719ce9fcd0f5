// Draws who writes to whom as SVG: names around a circle, and lines that are thicker where more is said.
import { t } from '../words/words.ts'
import { curveOf, sizeOf, type Picture, type PictureEdge, type PictureNode } from './picture-layout.ts'
import { nameOf } from './who.ts'
import css from './picture-view.module.css'

const RADIUS = 300
const HALF = 470 // the circle, and the names around it
const RADIAL_FROM = 16 // names; more of them stand like spokes
// How wide a letter of a name is; on a phone they are drawn larger (picture-view.module.css).
const LETTER = 9.5
const LETTER_ON_PHONE = 18
const PHONE = 700
const LONGEST = 24
const SHORTEST = 8

interface Props {
  picture: Picture
  pulses: ReadonlySet<string>
  chosen: string | null
  onChoose: (address: string | null) => void
}

export function PictureView({ picture, pulses, chosen, onChoose }: Props) {
  const { nodes, edges } = picture
  const isNear = (edge: PictureEdge) =>
    chosen === null || edge.from.address === chosen || edge.to.address === chosen
  const near = new Set(edges.filter(isNear).flatMap(({ from, to }) => [from.address, to.address]))
  return (
    <svg
      className={css.picture}
      viewBox={`${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`}
      // A picture that is drawn: no image file could stand here.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="img"
      aria-label={t('mail.flow-picture')}
    >
      <defs>
        <marker
          id="mail-arrow"
          viewBox="0 0 8 8"
          refX="8"
          refY="4"
          markerWidth="14"
          markerHeight="14"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0 8 4 0 8z" className={css.arrow} />
        </marker>
      </defs>
      <g>
        {edges.map((edge) => (
          <path
            key={edge.key}
            d={curveOf(edge, RADIUS)}
            className={css.edge}
            data-far={!isNear(edge) || undefined}
            data-pulse={pulses.has(edge.key) || undefined}
            strokeWidth={1 + edge.weight * 5}
            markerEnd="url(#mail-arrow)"
          />
        ))}
      </g>
      {nodes.map((node) => (
        <Node
          key={node.address}
          node={node}
          isRadial={nodes.length >= RADIAL_FROM}
          isChosen={node.address === chosen}
          isFar={chosen !== null && !near.has(node.address)}
          onChoose={() => onChoose(node.address === chosen ? null : node.address)}
        />
      ))}
    </svg>
  )
}

interface NodeProps {
  node: PictureNode
  isRadial: boolean
  isChosen: boolean
  isFar: boolean
  onChoose: () => void
}

function Node({ node, isRadial, isChosen, isFar, onChoose }: NodeProps) {
  const [x, y] = [node.x * RADIUS, node.y * RADIUS]
  const size = sizeOf(node)
  const name = nameOf({ address: node.address, mailbox: node.mailbox })
  const isLeft = node.x < -0.01
  const turn = (node.angle * 180) / Math.PI + (isLeft ? 180 : 0)
  return (
    // The list beside the picture does the same for the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events
    <g
      className={css.node}
      data-chosen={isChosen || undefined}
      data-far={isFar || undefined}
      data-tip={t('mail.flow-node', { name, n: node.count })}
      transform={`translate(${x} ${y})`}
      onClick={onChoose}
    >
      <circle r={size} />
      <text
        {...(isRadial ? { transform: `rotate(${turn})` } : {})}
        x={isRadial ? (isLeft ? -1 : 1) * (size + 8) : node.x * (size + 10)}
        y={isRadial ? 0 : node.y * (size + 14)}
        textAnchor={isRadial ? (isLeft ? 'end' : 'start') : anchorOf(node.x)}
        dominantBaseline="middle"
      >
        {shortened(name, isRadial ? LONGEST : lettersAt(x, size))}
      </text>
    </g>
  )
}

/** How many letters fit between a name's place and the edge of the picture. */
const lettersAt = (x: number, size: number): number =>
  Math.min(LONGEST, Math.max(SHORTEST, Math.floor((HALF - Math.abs(x) - size - 10) / letterWidth())))

// Not followed: the picture is drawn anew with the next message.
const letterWidth = (): number => (innerWidth < PHONE ? LETTER_ON_PHONE : LETTER)

const shortened = (name: string, most: number): string =>
  name.length > most ? `${name.slice(0, most - 1)}…` : name

const anchorOf = (x: number): 'start' | 'middle' | 'end' => (x > 0.2 ? 'start' : x < -0.2 ? 'end' : 'middle')
