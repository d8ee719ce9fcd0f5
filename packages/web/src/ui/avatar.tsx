// The face of an agent: its uploaded picture, or one drawn from its id.
import { minidenticon } from 'minidenticons'
import { classNames } from './class-names.ts'
import css from './small.module.css'

interface Subject {
  id: string
  /** Content hash of an uploaded picture, null for the drawn one. */
  avatar: string | null
}

const drawn = new Map<string, string>()

export const Avatar = ({ of, size = 20 }: { of: Subject; size?: number }) => (
  <img
    src={
      of.avatar
        ? `/v1/agents/${of.id}/avatar?v=${encodeURIComponent(of.avatar.slice(0, 16))}`
        : drawing(of.id)
    }
    alt=""
    width={size}
    height={size}
    className={classNames(css.avatar)}
    loading="lazy"
    decoding="async"
  />
)

function drawing(id: string): string {
  const known = drawn.get(id)
  if (known) return known
  const url = `data:image/svg+xml;utf8,${encodeURIComponent(minidenticon(id, 55, 55))}`
  drawn.set(id, url)
  return url
}
