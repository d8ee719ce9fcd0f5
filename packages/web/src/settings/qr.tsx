// A QR code as one SVG path, dark on white in every theme, because cameras expect it so.
import { encode } from 'uqr'
import { t } from '../words/words.ts'
import { qrPath } from './qr-path.ts'
import css from './qr.module.css'

/** `what` names its content for those who cannot see it. */
export function Qr({ text, what }: { text: string; what: string }) {
  const { data, size } = encode(text, { border: 3 })
  return (
    <svg
      className={css.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={t('qr.label', { what })}
      shapeRendering="crispEdges"
    >
      <path d={qrPath(data)} />
    </svg>
  )
}
