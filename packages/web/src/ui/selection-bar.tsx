// The bar below a list of which something is selected: how much, and what can be done with it.
import type { ReactNode } from 'react'
import css from './selection-bar.module.css'

/** `says` how much is selected; the buttons come after it. */
export const SelectionBar = ({ says, children }: { says: string; children: ReactNode }) => (
  <div className={css.bar} role="toolbar" aria-label={says}>
    <span className={css.count}>{says}</span>
    {children}
  </div>
)
