// A key chord as people read it.
import { keyLabel } from '../keys/chord.ts'
import css from './small.module.css'

export const Kbd = ({ keys }: { keys: string }) => <kbd className={css.kbd}>{keyLabel(keys)}</kbd>
