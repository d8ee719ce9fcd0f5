// A QR code as an SVG picture, dark on white in every theme, because cameras expect it so.
import { renderSVG } from 'uqr'
import { t } from '../words/words.ts'
import css from './qr.module.css'

/** `what` names its content for those who cannot see it. */
export function Qr({ text, what }: { text: string; what: string }) {
  // As a picture and not as markup: text never becomes part of the page.
  const picture = `data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(text, { border: 3 }))}`
  return <img className={css.qr} src={picture} alt={t('qr.label', { what })} />
}
