// The size of terminal text, with a sample in the terminal's own colours that changes with it.
import { Minus, Plus } from 'lucide-react'
import { useId } from 'react'
import { changePreferences, usePreferences } from '../../data/preferences-store.ts'
import { t } from '../../words/words.ts'
import css from './appearance.module.css'

const SMALLEST = 9 // what the server takes
const LARGEST = 28
const USUAL = 13

export function TerminalText() {
  const id = useId()
  const size = usePreferences((state) => state.preferences.terminalFontSize) ?? USUAL
  return (
    <div className={css.row}>
      <label htmlFor={id} className={css.title}>
        {t('taste.font')}
      </label>
      <div className={css.font}>
        <div className={css.control}>
          <Minus aria-hidden />
          <input
            id={id}
            type="range"
            min={SMALLEST}
            max={LARGEST}
            value={size}
            aria-valuetext={t('taste.font-value', { n: size })}
            onChange={(event) => changePreferences({ terminalFontSize: Number(event.target.value) })}
          />
          <Plus aria-hidden />
          <output htmlFor={id}>{t('taste.font-value', { n: size })}</output>
        </div>
        <figure className={css.sample} style={{ fontSize: size }} aria-label={t('taste.font-sample')}>
          <div>
            <span className={css.green}>$</span> npm test
          </div>
          <div>
            <span className={css.green}>✓</span> 0123456789 il1 O0 {'=> != {}'}
          </div>
          <div>
            <span className={css.yellow}>│</span> Allow <span className={css.blue}>git push</span>? (y/n)
          </div>
        </figure>
      </div>
    </div>
  )
}
